"""A backtest finds what live judging found, shows what other limits would have raised, and leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.monitor import logs
from tuimon.config import Keep, Settings
from tuimon.monitor import replay
from tuimon.monitor.backtest import Asked, BacktestError, Replayed, replayed
from tuimon.monitor.replay import HOUR, MINUTE
from tuimon.store import Store
from tuimon.values.alert import Event

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
LIMIT = "warning = 200"


def troubled() -> logs.Traffic:
    """An hour at a row a second: errors in minutes 10-20, slow in 25-30, a drift of two deviations from 50 on."""
    rows = logs.traffic(3_600, 1, seed=1, start=logs.START + 0.5)
    minute = np.arange(3_600) // 60
    rows.error[:] = (minute >= 10) & (minute < 20) & (np.arange(3_600) % 2 == 0)
    rows.latency[(minute >= 25) & (minute < 30)] += 900
    rows.amount[minute >= 50] += 30
    return rows


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory whose hour of logs was read and judged."""
    place = tmp_path_factory.mktemp("hour")
    logs.write_baseline(place / "baseline.parquet", logs.traffic(5_000, 1, seed=2))
    logs.write(place / "app.jsonl", troubled())
    logs.snapshot_of(place, TEXT)
    return place


@pytest.fixture
def store(hour: Path) -> Iterator[Store]:
    opened = Store.open(hour / "state", Keep())
    yield opened
    opened.close()


def told(events: tuple[Event, ...]) -> list[tuple[float, str, str]]:
    kinds = ((event, event.text.split(":")[0]) for event in events if event.kind == "alert")
    return sorted((event.at, kind, "" if kind == "resolved" else event.severity) for event, kind in kinds if kind in ("firing", "resolved"))


def fired(found: Replayed) -> list[tuple[float, str]]:
    return sorted([(a.start, "firing") for a in found.alerts] + [(a.end, "resolved") for a in found.alerts if a.over])


def test_it_finds_what_live_judging_found(store: Store, hour: Path) -> None:
    found = replayed(store, logs.settings(hour, TEXT), Asked())
    live = told(store.events())
    assert fired(found) == [(at, kind) for at, kind, _ in live]
    assert {(alert.rule, alert.column, alert.severity) for alert in found.alerts} >= {
        ("error_rate", None, "critical"),
        ("latency_p95_ms", None, "warning"),
        ("psi", "amount", "critical"),
    }
    assert found.status == "critical"


def test_it_leaves_no_trace(store: Store, hour: Path) -> None:
    before = store.load_states(), store.events(), store.load_letters(), store.totals()
    replayed(store, logs.settings(hour, TEXT.replace("0.05", "0.01")), Asked())
    assert (store.load_states(), store.events(), store.load_letters(), store.totals()) == before


@pytest.mark.parametrize("piece", [600, 1_260])
def test_history_in_pieces_says_the_same(store: Store, hour: Path, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    settings = logs.settings(hour, TEXT)
    whole = replayed(store, settings, Asked())
    monkeypatch.setattr(replay, "PIECE", piece)
    assert replayed(store, settings, Asked()) == whole


def limits_of(settings: Settings, rule: str, store: Store) -> list[tuple[str, float]]:
    return [(a.severity, a.threshold) for a in replayed(store, settings, Asked()).alerts if a.rule == rule]


def test_other_limits_show_other_alerts(store: Store, hour: Path) -> None:
    def latency(limit: str) -> list[tuple[str, float]]:
        return limits_of(logs.settings(hour, TEXT.replace(LIMIT, limit)), "latency_p95_ms", store)

    assert latency(LIMIT) == [("warning", 200)]
    assert latency("warning = 1500") == []
    assert latency("warning = 300").count(("warning", 300)) == 1
    assert limits_of(logs.settings(hour, TEXT.replace("critical = 2000", "critical = 500")), "latency_p95_ms", store) == [("critical", 500)]


def test_the_worst_value_is_what_the_rows_had(store: Store, hour: Path) -> None:
    found = {alert.rule: alert for alert in replayed(store, logs.settings(hour, TEXT), Asked()).alerts}
    rows = troubled()
    errors = [rows.error[begin : begin + 300].mean() for begin in range(0, 3_300, 60)]
    assert found["error_rate"].value == pytest.approx(max(errors), abs=0.005)
    slow = [np.quantile(rows.latency[begin : begin + 300], 0.95) for begin in range(0, 3_300, 60)]
    assert found["latency_p95_ms"].value == pytest.approx(max(slow), rel=0.03)


def test_a_stretch_of_time_is_judged_alone(store: Store, hour: Path) -> None:
    settings = logs.settings(hour, TEXT)
    found = replayed(store, settings, Asked(start=logs.START + 22 * 60, end=logs.START + 45 * 60))
    assert {alert.rule for alert in found.alerts} == {"latency_p95_ms", "latency_p99_ms"}
    assert all(logs.START + 22 * 60 < alert.start <= alert.end <= logs.START + 45 * 60 for alert in found.alerts)
    assert (found.models[0].start, found.models[0].end) == (logs.START + 22 * 60, logs.START + 45 * 60)
    assert replayed(store, settings, Asked(end=logs.START + 8 * 60)).status == "ok"


def test_progress_grows_to_the_whole(store: Store, hour: Path) -> None:
    shares: list[float] = []
    replayed(store, logs.settings(hour, TEXT), Asked(), shares.append)
    assert shares == sorted(shares)
    assert shares[0] > 0
    assert shares[-1] == 1


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Asked(model="frued"), "did you mean 'fraud'"),
        (Asked(start=logs.START + 7_200), "2026-11-02T00:00:00Z to 2026-11-02T00:59:59Z"),
        (Asked(end=logs.START - 1), "no stored history lies in that range"),
    ],
)
def test_what_is_not_there_is_said(store: Store, hour: Path, asked: Asked, sentence: str) -> None:
    with pytest.raises(BacktestError, match=sentence):
        replayed(store, logs.settings(hour, TEXT), asked)


def test_another_baseline_than_the_stored_one_is_refused(store: Store, hour: Path) -> None:
    logs.write_baseline(hour / "other.parquet", logs.traffic(500, 1, seed=9))
    with pytest.raises(BacktestError, match=r"another baseline than .*other\.parquet"):
        replayed(store, logs.settings(hour, TEXT.replace("baseline.parquet", "other.parquet")), Asked())
    assert replayed(store, logs.settings(hour, TEXT.replace('source = "baseline.parquet"', 'first = "600 rows"')), Asked()).models


def test_nothing_is_stored() -> None:
    opened = Store.in_memory(Keep())
    with pytest.raises(BacktestError, match="tuimon ingest"):
        replayed(opened, Settings(sources=()), Asked())
    opened.close()


DAYS = """
[sources.fraud]
paths = ["app.jsonl"]
[baseline]
source = "baseline.parquet"
[windows]
widths = ["5m", "1h"]
[thresholds]
error_rate = { warning = 0.05, critical = 0.3 }
"""


def test_what_is_older_than_the_minutes_is_known_by_the_hour(tmp_path: Path) -> None:
    begin = logs.START
    rows = logs.traffic(3 * 24 * 360, 0.1, seed=4)
    at = (rows.ts - begin) / HOUR
    rows.error[:] = ((at >= 20) & (at < 26)) | ((at >= 66) & (at < 67))
    logs.write_baseline(tmp_path / "baseline.parquet", logs.traffic(3_000, 1, seed=5))
    logs.write(tmp_path / "app.jsonl", rows)
    session = logs.open_session(tmp_path, DAYS, begin + 3 * 86_400)
    while not session.ingest(lambda: False)[1]:
        pass
    session.store.expire(begin + 3 * 86_400, replace(session.settings.store, minutes=86_400.0))
    found = replayed(session.store, session.settings, Asked())
    session.close()
    (covered,) = found.models
    assert (covered.start, covered.hours_from) == (begin, begin)
    assert covered.minutes_from == begin + 48 * HOUR
    old, new = (alert for alert in found.alerts if alert.rule == "error_rate")
    assert (old.grain, new.grain) == (HOUR, MINUTE)
    assert begin + 21 * HOUR <= old.start <= begin + 22 * HOUR
    assert begin + 66 * HOUR < new.start < begin + 67 * HOUR
    assert {old.severity, new.severity} == {"critical"}
    assert old.over
