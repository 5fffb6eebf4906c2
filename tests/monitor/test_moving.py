"""A baseline that moves with the window is for the eye: alerts are judged against one that stands still."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.monitor import logs
from tests.monitor.test_aside import FIRST, aside_of, fraud, row_of, session_on
from tests.monitor.test_baselines import text
from tests.monitor.test_numbers import column_of
from tuimon.alerts import AlertState, decoded
from tuimon.config import Baseline, Settings, fixed_baseline_for
from tuimon.monitor.aside import FIXED, MOVING
from tuimon.monitor.troubled import EARLIER, stretches
from tuimon.values.alert import AlertPhase

HOUR = 3_600
PREVIOUS = Baseline(previous=3600.0)
FILE, FIRST_ROWS = Baseline(source="/reference.parquet"), Settings().baseline


@pytest.mark.parametrize(
    ("common", "own", "fixed"),
    [
        (FILE, None, FILE),
        (FILE, PREVIOUS, FILE),
        (PREVIOUS, None, FIRST_ROWS),
        (PREVIOUS, Baseline(same_hours=86_400.0), FIRST_ROWS),
        (PREVIOUS, Baseline(version="v1"), Baseline(version="v1")),
        (FILE, Baseline(first_seconds=60.0), Baseline(first_seconds=60.0)),
    ],
)
def test_the_fixed_one_is_the_own_else_the_common_else_the_first_rows(common: Baseline, own: Baseline | None, fixed: Baseline) -> None:
    settings = replace(Settings(), baseline=common, model_baselines=(("fraud", own),) if own else ())
    assert fixed_baseline_for(settings, "fraud") == fixed
    assert not fixed.moving


def write(place: Path, shifted: int, rows: int, seed: int = 41) -> float:
    """Write traffic of a row a second whose amount lies two deviations higher from row `shifted` on; return a moment after it."""
    made = logs.traffic(rows, 1, seed)
    made.amount[shifted:] += 30
    logs.write(place / "app.jsonl", made)
    return float(made.ts[-1]) + 5


def test_a_drift_that_the_time_before_has_too_still_alarms(tmp_path: Path) -> None:
    """Four hours as usual, then three hours of drift: the hour before looks the same, the first rows do not."""
    now = write(tmp_path, 4 * HOUR, 7 * HOUR)
    with session_on(tmp_path, 'previous = "1h"', now) as session:
        snapshot = logs.look(session)
        model, aside = fraud(snapshot), aside_of(snapshot)
        assert [(alert.column, alert.state) for alert in snapshot.alerts] == [("amount", "firing")]
        assert model.baseline.startswith("first 10,000 rows, ")
        assert column_of(model, "amount").verdict == "drift"
        assert (aside.against, aside.words) == (MOVING, "the 1h before")
        session.compare_with("fraud", FIXED)
        assert fraud(logs.look(session)).aside is None
        session.compare_with("fraud", None)
        assert aside_of(logs.look(session)) == aside


def test_alerts_are_those_of_the_fixed_baseline_alone(tmp_path: Path) -> None:
    """Nothing but what is shown on the side depends on the moving one."""
    now = write(tmp_path, 4 * HOUR, 6 * HOUR)
    settings = '\n[baseline.models.fraud]\nsame_hours = "1d"'
    found = []
    for baseline in (FIRST, FIRST + settings):
        with session_on(tmp_path, baseline, now) as session:
            found.append(logs.look(session))
        (tmp_path / "state").rename(tmp_path / f"state-{len(found)}")
    alone, moving = found
    assert alone.alerts
    assert moving.alerts == alone.alerts
    assert tuple(replace(model, aside=None, choices=model.choices[1:]) for model in moving.models) == alone.models


def test_rows_of_firing_windows_are_no_part_of_a_moving_baseline(tmp_path: Path) -> None:
    """An hour of drift, over since: the three hours before hold it, and the column's share of them is what was calm."""
    rows = logs.traffic(9 * HOUR, 1, 42)
    second = np.arange(len(rows.ts))
    rows.amount[(second >= 6 * HOUR) & (second < 7 * HOUR)] += 30
    logs.write(tmp_path / "app.jsonl", rows)
    config = text('previous = "3h"', current="5m").replace('"24h"', '"2h"')
    session = logs.open_session(tmp_path, config, float(rows.ts[-1]) + 5)
    try:
        snapshot = logs.look(session)
        again = aside_of(logs.look(session))
    finally:
        session.close()
    amount, country = (row_of(aside_of(snapshot).drift, name) for name in ("amount", "country"))
    assert [alert.state for alert in snapshot.alerts] == ["resolved"]
    assert country.baseline_rows == 3 * HOUR
    assert 0 < amount.baseline_rows < 3 * HOUR - 30 * 60
    assert amount.baseline_mean == pytest.approx(100, abs=1.0)
    assert amount.verdict == "ok"
    assert again == aside_of(snapshot)


def test_an_alert_that_settings_take_away_ends_in_the_log(tmp_path: Path) -> None:
    """Else its column would be in trouble for ever."""
    now = write(tmp_path, 4 * HOUR, 6 * HOUR)
    with session_on(tmp_path, FIRST, now) as session:
        before = logs.look(session).events
    with session_on(tmp_path, f'{FIRST}\n[drift]\nmethod = "ks"', now) as session:
        after = logs.look(session).events
        entries = [decoded(line) for _, line in session.store.journal_after(0)]
    told = [event for event in after if event not in before and event.column == "amount"]
    assert [event.severity for event in told] == ["ok"]
    states = [entry.state for entry in entries if entry is not None and entry.state is not None]
    assert stretches(states)["amount"][-1][1] == told[0].at


def fired(at: float, rule: str, phase: AlertPhase, column: str | None = "amount") -> AlertState:
    return AlertState(f"{rule}/{column}", rule, "fraud", None, column, "5m", "warning", phase, at, at, 1.0, 0.5, 1, False, at)


def test_a_column_is_in_trouble_while_one_of_its_alerts_fires() -> None:
    told = [
        fired(1e6, "psi", "resolved"),
        fired(2e6, "psi", "firing"),
        fired(2.1e6, "missing_rate", "firing"),
        fired(2.2e6, "psi", "firing"),
        fired(2.3e6, "psi", "resolved"),
        fired(2.4e6, "missing_rate", "resolved"),
        fired(2.5e6, "error_rate", "firing", column=None),
        fired(2.9e6, "psi", "pending"),
        fired(3e6, "psi", "firing"),
    ]
    assert stretches(told) == {"amount": ((2e6 - EARLIER, 2.4e6), (3e6 - EARLIER, np.inf))}
