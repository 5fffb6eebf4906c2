"""Another comparison on the screen: the numbers that this baseline would give, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.monitor import logs
from tests.monitor.running import running
from tests.monitor.test_baselines import between, shown, sliding, text
from tests.monitor.test_numbers import model_of
from tuimon.monitor.feed import CompareWith
from tuimon.monitor.session import Session
from tuimon.values.snapshot import Against, Aside, Drift, Model, Snapshot

FIRST = 'first = "2h"'
BEFORE, YESTERDAY, LAST_WEEK = Against("before"), Against("yesterday"), Against("last_week")
NEW_OLD = Against("version", "v2", "v1")


@contextmanager
def session_on(place: Path, baseline: str, now: float, current: str = "1h") -> Iterator[Session]:
    found = logs.open_session(place, text(baseline, current), now)
    try:
        yield found
    finally:
        found.close()


def fraud(snapshot: Snapshot) -> Model:
    return model_of(snapshot, "fraud")


def aside_of(snapshot: Snapshot) -> Aside:
    aside = fraud(snapshot).aside
    assert aside is not None
    return aside


def row_of(rows: tuple[Drift, ...], name: str) -> Drift:
    return next(row for row in rows if row.column == name)


def week(place: Path) -> float:
    """Eight days of traffic whose amount grows; return a moment after it."""
    rows = sliding(8 * 24 * 180, 0.05, 21, logs.START + 1_234)
    logs.write(place / "app.jsonl", rows)
    return float(rows.ts[-1]) + 5


@pytest.mark.parametrize(
    ("against", "baseline"),
    [(BEFORE, 'previous = "1h"'), (YESTERDAY, 'same_hours = "1d"'), (LAST_WEEK, 'same_hours = "7d"')],
    ids=lambda value: value.kind if isinstance(value, Against) else "",
)
def test_the_numbers_are_those_of_a_configured_baseline_of_that_kind(tmp_path: Path, against: Against, baseline: str) -> None:
    now = week(tmp_path)
    with session_on(tmp_path, FIRST, now) as session:
        session.compare_with("fraud", against)
        found = shown(session)
    (tmp_path / "state").rename(tmp_path / "other")
    with session_on(tmp_path, baseline, now) as session:
        configured = aside_of(shown(session))
    aside = aside_of(found)
    assert aside.against == against
    assert aside.rows == configured.rows > 0
    assert aside.remarks == configured.remarks
    for row in configured.drift:
        mine = row_of(aside.drift, row.column)
        # Grids come from the first thousand values whatever the baseline, so the counts are the same and every number is.
        assert mine == row
    assert row_of(aside.drift, "amount").value != row_of(fraud(found).drift, "amount").value


def test_only_the_aside_differs(tmp_path: Path) -> None:
    """Alerts, verdicts, quality and everything else of the snapshot are as they were: no report and no rule knows of it."""
    rows = logs.traffic(5 * 1_200, 1 / 3, 22)
    rows.amount[-1_800:] += 60
    logs.write(tmp_path / "app.jsonl", rows)
    now = logs.START + 5 * 3_600
    found: list[Snapshot] = []
    for against in (None, BEFORE):
        with session_on(tmp_path, FIRST, now) as session:
            session.compare_with("fraud", against)
            found.append(logs.look(session))
        (tmp_path / "state").rename(tmp_path / f"state-{against is None}")
    usual, aside = found
    assert usual.alerts
    assert fraud(usual).aside is None
    assert row_of(fraud(aside).drift, "amount").verdict in ("drift", "watch")
    assert aside_of(aside).drift != fraud(aside).drift
    bare = tuple(replace(model, aside=None) for model in aside.models)
    assert (bare, aside.alerts, aside.status) == (usual.models, usual.alerts, usual.status)


def test_one_version_against_another_in_the_same_window(tmp_path: Path) -> None:
    rows = sliding(2 * 3_600, 1, 23, logs.START)
    new = rows.version == "v2"
    rows.amount[new] = np.round(rows.amount[new] + 40, 3)
    rows.country[new] = "se"
    logs.write(tmp_path / "app.jsonl", rows)
    with session_on(tmp_path, FIRST, float(rows.ts[-1]) + 5) as session:
        session.compare_with("fraud", NEW_OLD)
        snapshot = shown(session)
    model, aside = fraud(snapshot), aside_of(snapshot)
    assert model.window_start is not None
    assert model.window_end is not None
    window = between(rows, model.window_start, model.window_end)
    assert (aside.words, aside.rows) == ("v2 against v1", int((window & ~new).sum()))
    amount, country = row_of(aside.drift, "amount"), row_of(aside.drift, "country")
    assert (amount.rows, amount.baseline_rows) == ((window & new).sum(), (window & ~new).sum())
    assert amount.mean == pytest.approx(rows.amount[window & new].mean())
    assert amount.baseline_mean == pytest.approx(rows.amount[window & ~new].mean())
    assert amount.verdict == country.verdict == "drift"
    assert sum(group.current for group in country.detail if group.label in ("de", "fr", "us")) == 0.0
    assert row_of(aside.drift, "score").verdict == "ok"


def test_what_can_be_chosen_is_what_is_known(tmp_path: Path) -> None:
    """Stretches before the first row are no choice, nor is a version that is not in the window."""
    made = logs.traffic(3_000, 1, 24)
    logs.write(tmp_path / "app.jsonl", made)
    with session_on(tmp_path, FIRST, logs.START + 9 * 86_400, current="24h") as session:
        assert fraud(shown(session)).choices == (NEW_OLD,)
        later = logs.traffic(300, 1, 25, start=logs.START + 8 * 86_400)
        later.version[:] = "v3"
        logs.write(tmp_path / "app.jsonl", later, mode="a")
        session.rescan()
        assert fraud(shown(session)).choices == (BEFORE, YESTERDAY, LAST_WEEK)


def test_no_rows_there_is_said(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(600, 1, 26))
    logs.write(tmp_path / "late.jsonl", logs.traffic(600, 1, 27, start=logs.START + 10 * 3_600))
    with session_on(tmp_path, FIRST, logs.START + 11 * 3_600) as session:
        session.compare_with("fraud", BEFORE)
        found = aside_of(shown(session))
    assert (found.rows, {row.verdict for row in found.drift}) == (0, {"no_baseline"})


@pytest.mark.parametrize("against", [BEFORE, YESTERDAY, NEW_OLD], ids=lambda against: against.kind)
def test_a_session_that_stays_open_shows_what_a_new_one_would(tmp_path: Path, against: Against) -> None:
    """Rows of another server arrive late and belong to either side."""
    one, two = sliding(30 * 360, 0.1, 28, logs.START), sliding(30 * 360, 0.1, 29, logs.START)
    logs.write(tmp_path / "a.jsonl", one)
    now = float(one.ts[-1]) + 5
    with session_on(tmp_path, FIRST, now) as session:
        session.compare_with("fraud", against)
        shown(session)
        logs.write(tmp_path / "b.jsonl", two)
        session.rescan()
        stayed = aside_of(shown(session))
    with session_on(tmp_path, FIRST, now) as session:
        session.compare_with("fraud", against)
        assert aside_of(shown(session)) == stayed
        session.compare_with("fraud", None)
        assert fraud(shown(session)).aside is None


def test_the_version_that_is_the_baseline_is_no_traffic_of_the_time_before_either(tmp_path: Path) -> None:
    rows = sliding(4 * 3_600, 1, 30, logs.START)
    rows.amount[rows.version == "v1"] += 500
    logs.write(tmp_path / "app.jsonl", rows)
    with session_on(tmp_path, 'version = "v1"', float(rows.ts[-1]) + 5) as session:
        session.compare_with("fraud", BEFORE)
        found = row_of(aside_of(shown(session)).drift, "amount")
    assert found.baseline_mean == pytest.approx(130, abs=30)


def test_the_answer_comes_with_the_next_snapshot(tmp_path: Path) -> None:
    rows = logs.traffic(600, 1, 31)
    logs.write(tmp_path / "app.jsonl", rows)
    with running(tmp_path) as engine:
        engine.until(lambda snapshot: snapshot.ingest.rows == 600)
        engine.engine.request(CompareWith("fraud", NEW_OLD))
        first = engine.until(lambda snapshot: fraud(snapshot).aside is not None)
        assert aside_of(first).against == NEW_OLD
        engine.engine.request(CompareWith("fraud", None))
        engine.until(lambda snapshot: fraud(snapshot).aside is None)
