"""Alerts over event time: the same whatever the batches and restarts, never twice, and never by chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.monitor import logs
from tuimon.monitor.session import Session
from tuimon.values.alert import Alert, Event
from tuimon.values.snapshot import Engine, Snapshot

TEXT = """
[sources.fraud]
paths = ["app.jsonl"]
[baseline]
source = "baseline.parquet"
[windows]
widths = ["5m", "10m"]
min_rows = 50
[thresholds]
error_rate = { warning = 0.05, critical = 0.3, for = "2m" }
latency_p95_ms = { warning = 200, critical = 2000, for = "1m" }
"""
MINUTES = 60


def troubled() -> logs.Traffic:
    """An hour at a row a second: errors in minutes 10-20, slow in 25-30, a drift of two deviations in 35-50, then calm."""
    rows = logs.traffic(MINUTES * 60, 1, seed=1, start=logs.START + 0.5)
    minute = (np.arange(len(rows.ts))) // 60
    rows.error[:] = (minute >= 10) & (minute < 20) & (np.arange(len(rows.ts)) % 2 == 0)
    rows.latency[(minute >= 25) & (minute < 30)] += 900
    rows.amount[(minute >= 35) & (minute < 50)] += 30
    return rows


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("hour")
    logs.write_baseline(place / "baseline.parquet", logs.traffic(5_000, 1, seed=2))
    logs.write(place / "whole.jsonl", troubled())
    return place


def told(events: Sequence[Event]) -> list[tuple[str, str]]:
    """Which alert did what, in order of time."""
    return sorted((event.text.split(":")[0], rule_of(event.text)) for event in events if event.kind == "alert")


def rule_of(text: str) -> str:
    return next(
        name
        for name in ("error rate", "p95 latency", "p99 latency", "amount: PSI", "score: PSI", "country: PSI", "prediction: PSI")
        if name in text
    )


def ends(alerts: Sequence[Alert]) -> list[tuple[str, str, str, int]]:
    return sorted((alert.id, alert.state, alert.severity, alert.episode) for alert in alerts)


def replayed(place: Path, state: Path, parts: Sequence[int], restarts: frozenset[int], now: float) -> Snapshot:
    """Read the hour in parts that end after so many minutes, with a new session after some of them."""
    state.mkdir()
    lines = (place / "whole.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (state / "baseline.parquet").write_bytes((place / "baseline.parquet").read_bytes())
    session: Session | None = None
    snapshot: Snapshot | None = None
    before = 0
    for number, minute in enumerate((*parts, MINUTES)):
        with (state / "app.jsonl").open("a", encoding="utf-8") as file:
            file.writelines(lines[before : minute * 60])
        before = minute * 60
        if session is not None and number in restarts:
            session.close()
            session = None
        session = session or logs.open_session(state, TEXT, now)
        snapshot = logs.look(session)
    assert session is not None
    assert snapshot is not None
    session.close()
    return snapshot


NOW = logs.START + 3700


def test_each_trouble_fires_and_ends_once(hour: Path, tmp_path: Path) -> None:
    found = replayed(hour, tmp_path / "s", (), frozenset(), NOW)
    text = told(found.events)
    assert ("firing", "amount: PSI") in text
    for rule in ("error rate", "p95 latency", "amount: PSI"):
        assert sum(item == ("firing", rule) for item in text) == 1
        assert sum(item == ("resolved", rule) for item in text) == 1
    at = {(event.text.split(":")[0], rule_of(event.text)): event.at - logs.START for event in found.events}
    assert 12 * 60 <= at["firing", "error rate"] <= 15 * 60
    assert 40 * 60 <= at["firing", "amount: PSI"] <= 44 * 60
    assert 20 * 60 <= at["resolved", "error rate"] <= 26 * 60


@pytest.fixture(scope="module")
def whole(hour: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The hour read in one go."""
    return replayed(hour, tmp_path_factory.mktemp("batches") / "whole", (), frozenset(), NOW)


SPLITS = {"parts": st.sets(st.integers(1, MINUTES - 1), max_size=8), "restarts": st.frozensets(st.integers(1, 8))}


@settings(max_examples=4)
@given(**SPLITS)
def test_batches_and_restarts_change_nothing(
    hour: Path, whole: Snapshot, tmp_path_factory: pytest.TempPathFactory, parts: set[int], restarts: frozenset[int]
) -> None:
    same_alerts(whole, replayed(hour, tmp_path_factory.mktemp("batches") / "split", sorted(parts), restarts, NOW))


@pytest.mark.slow
@pytest.mark.timeout(300)
@settings(max_examples=15)
@given(**SPLITS)
def test_many_more_batches_and_restarts_change_nothing(
    hour: Path, whole: Snapshot, tmp_path_factory: pytest.TempPathFactory, parts: set[int], restarts: frozenset[int]
) -> None:
    same_alerts(whole, replayed(hour, tmp_path_factory.mktemp("batches") / "split", sorted(parts), restarts, NOW))


def same_alerts(whole: Snapshot, split: Snapshot) -> None:
    assert ends(split.alerts) == ends(whole.alerts)
    assert told(split.events) == told(whole.events)
    for one, other in zip(sorted(split.alerts, key=lambda a: a.id), sorted(whole.alerts, key=lambda a: a.id), strict=True):
        assert abs(one.since - other.since) <= 60


def _at_most(asked: Iterator[int], times: int) -> bool:
    return next(asked) >= times


def test_judging_that_is_cut_short_goes_on_at_the_next_look(hour: Path, tmp_path: Path) -> None:
    whole = replayed(hour, tmp_path / "whole", (), frozenset(), NOW)
    state = tmp_path / "cut"
    state.mkdir()
    for name in ("baseline.parquet", "app.jsonl"):
        (state / name).write_bytes((tmp_path / "whole" / name).read_bytes())
    session = logs.open_session(state, TEXT, NOW)
    session.ingest(lambda: False)
    looks, shares = 0, [0.0]
    while not session.judged:
        asked = count()
        cut = session.evaluate(Engine("test", 2.0, "polling", "live"), True, partial(_at_most, asked, 7))
        looks += 1
        assert looks <= 2 * MINUTES
        assert (cut.engine.judged is None) is session.judged
        shares.append(cut.engine.judged if cut.engine.judged is not None else 1.0)
    assert looks > 1
    assert shares == sorted(shares)
    assert all(0 <= share < 1 for share in shares[:-1])
    assert (ends(cut.alerts), told(cut.events)) == (ends(whole.alerts), told(whole.events))
    session.close()


@pytest.mark.parametrize("backlog", [True, False])
def test_a_console_that_was_away_judges_what_it_missed(tmp_path: Path, backlog: bool) -> None:
    """The first look is an hour in; the next comes twelve hours later, with the trouble in between (after a backlog, or in one go)."""
    rows = logs.traffic(13 * 1800, 0.5, seed=3)
    bad = (rows.ts >= logs.START + 4 * 3600) & (rows.ts < logs.START + 4.5 * 3600)
    rows.error[bad] = True
    lines = logs.lines(rows)
    text = '[sources.fraud]\npaths = ["app.jsonl"]\n[windows]\nwidths = ["5m"]\nmin_rows = 100\n'
    (tmp_path / "app.jsonl").write_text("".join(lines[:1800]), encoding="utf-8")
    session = logs.open_session(tmp_path, text, logs.START + 13 * 3600 + 5)
    try:
        logs.look(session)
        with (tmp_path / "app.jsonl").open("a", encoding="utf-8") as file:
            file.writelines(lines[1800:])
        if backlog:
            while not session.ingest(lambda: False)[1]:
                pass
            session.evaluate(Engine("test", 2.0, "polling", "backlog"), judge_alerts=False)
        found = logs.look(session)
    finally:
        session.close()
    said = [event.text.split(":")[0] for event in found.events if "error rate" in event.text]
    assert "firing" in said
    assert "resolved" in said


@pytest.mark.parametrize(("late", "historic"), [(5.0, False), (2 * 86_400.0, True)])
def test_transitions_of_old_logs_are_historic(hour: Path, tmp_path: Path, late: float, historic: bool) -> None:
    found = replayed(hour, tmp_path / "s", (), frozenset(), logs.START + 3600 + late)
    assert found.alerts
    for alert in found.alerts:
        if alert.rule != "stale":
            assert alert.historic is (historic or logs.START + 3600 + late - alert.since > 3600)


def test_looking_again_says_nothing_twice(hour: Path, tmp_path: Path) -> None:
    first = replayed(hour, tmp_path / "s", (), frozenset(), NOW)
    for _ in range(3):
        again = logs.snapshot_of(tmp_path / "s", TEXT, NOW)
    assert told(again.events) == told(first.events)
    assert ends(again.alerts) == ends(first.alerts)


@pytest.mark.parametrize(("deviations", "minutes", "fires"), [(2.0, 4, False), (2.0, 15, True), (0.0, 30, False)])
def test_a_drift_must_last(tmp_path: Path, deviations: float, minutes: int, fires: bool) -> None:
    """The window itself is five minutes: four minutes of trouble never stand over the limit for five... of proven time."""
    rows = logs.traffic(3600, 1, seed=4)
    place = (rows.ts >= logs.START + 1800) & (rows.ts < logs.START + 1800 + minutes * 60)
    rows.amount[place] += 15 * deviations
    logs.write_baseline(tmp_path / "baseline.parquet", logs.traffic(5_000, 1, seed=5))
    logs.write(tmp_path / "app.jsonl", rows)
    text = TEXT.replace('widths = ["5m", "10m"]', 'widths = ["5m"]')
    found = logs.snapshot_of(tmp_path, text, NOW)
    fired = [event for event in found.events if event.text.startswith("firing: amount")]
    if minutes == 4:
        assert all(event.at - (logs.START + 1800) >= 300 for event in fired)
    else:
        assert bool(fired) is fires


def test_evidence_without_an_effect_is_silent(tmp_path: Path) -> None:
    """20,000 rows that differ surely, but by less than anyone asked for."""
    logs.write_baseline(tmp_path / "baseline.parquet", logs.traffic(20_000, 10, seed=7))
    logs.write(tmp_path / "app.jsonl", logs.traffic(20_000, 20, seed=6, shift=1.0))
    text = TEXT.replace('"5m", "10m"', '"1h"') + "psi = { warning = 2, critical = 3 }\n"
    found = logs.snapshot_of(tmp_path, text, logs.START + 1100)
    amount = next(row for model in found.models for row in model.drift if row.column == "amount")
    assert amount.p_value is not None
    assert amount.p_value <= amount.p_star
    assert amount.verdict == "ok"
    assert found.alerts == ()


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 24))])
def test_few_rows_of_the_same_kind_never_fire(tmp_path: Path, seed: int) -> None:
    """250 rows of the baseline's own distribution: a PSI over 0.1 is likely, an alert must not be."""
    logs.write_baseline(tmp_path / "baseline.parquet", logs.traffic(1_000, 1, seed=1000 + seed))
    logs.write(tmp_path / "app.jsonl", logs.traffic(250, 0.4, seed=2000 + seed))
    text = TEXT.replace("min_rows = 50", "min_rows = 20")
    found = logs.snapshot_of(tmp_path, text, logs.START + 700)
    assert [alert for alert in found.alerts if alert.state == "firing"] == []
    assert found.status == "ok"


def test_an_alert_whose_rule_is_no_longer_asked_ends_with_the_settings(tmp_path: Path) -> None:
    """Another method, or a limit taken away: an alert that nobody can resolve must not stay."""
    rows = logs.traffic(3000, 2, seed=8, shift=2)
    logs.write_baseline(tmp_path / "baseline.parquet", logs.traffic(5_000, 1, seed=9))
    logs.write(tmp_path / "app.jsonl", rows)
    now = float(rows.ts[-1]) + 5
    before = logs.snapshot_of(tmp_path, TEXT, now)
    assert any(alert.rule == "psi" and alert.state == "firing" for alert in before.alerts)
    after = logs.snapshot_of(tmp_path, TEXT + '[drift]\nmethod = "ks"\n', now)
    assert all(alert.rule != "psi" for alert in after.alerts)
