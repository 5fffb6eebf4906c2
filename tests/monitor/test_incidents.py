"""Columns whose drift began together are one incident; each keeps its alert."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.monitor import logs
from tests.monitor.test_baselines import text
from tuimon.monitor.incidents import LONGEST, incidents
from tuimon.values.snapshot import Alert

WIDTHS = (300, 3_600, 86_400)


def alert(column: str, since: float, window: str = "5m", **more: object) -> Alert:
    made: dict[str, object] = {
        "id": f"psi/m//{column}", "rule": "psi", "model": "m", "version": None, "column": column, "window": window, "severity": "warning",
        "state": "firing", "value": 0.3, "threshold": 0.1, "since": since, "acknowledged": False, "message": "",
    }  # fmt: skip
    return Alert(**{**made, **more})  # type: ignore[arg-type]


def columns_of(alerts: list[Alert]) -> list[tuple[str, ...]]:
    return [incident.columns for incident in incidents(alerts, WIDTHS)]


@pytest.mark.parametrize(
    ("second", "together"),
    [
        (alert("b", 1_300.0), True),
        (alert("b", 1_301.0), False),
        (alert("b", 1_300.0, state="pending"), True),
        (alert("b", 4_600.0, "1h"), True),
        (alert("b", 4_601.0, "24h"), False),
        (alert("b", 1_000.0, state="resolved"), False),
        (alert("b", 1_000.0, model="other"), False),
        (alert("b", 1_000.0, rule="missing_rate"), False),
        (alert("b", 1_000.0, rule="ks"), True),
    ],
)
def test_two_columns_are_together_when_one_event_can_have_begun_both(second: Alert, together: bool) -> None:
    assert columns_of([alert("a", 1_000.0), second]) == ([("a", "b")] if together else [])


def test_the_worst_comes_first_and_the_first_gives_the_beginning() -> None:
    some = [
        alert("mild", 1_000.0),
        alert("pending", 1_010.0, state="pending", value=9.0, severity="critical"),
        alert("far", 1_020.0, value=2.0),
        alert("critical", 1_030.0, severity="critical"),
    ]
    (incident,) = incidents(some, WIDTHS)
    assert incident.columns == ("critical", "far", "mild", "pending")
    assert [name.split("/")[-1] for name in incident.alerts] == list(incident.columns)
    assert incident.since == 1_000.0


ALERTS = st.lists(
    st.builds(
        alert,
        st.sampled_from("abcdefgh"),
        st.integers(0, 20_000).map(float),
        st.sampled_from(["5m", "1h", "24h"]),
        model=st.sampled_from("mn"),
        state=st.sampled_from(["pending", "firing", "resolved"]),
        value=st.none() | st.floats(0, 5),
    ),
    max_size=12,
    unique_by=lambda one: (one.model, one.column),
).map(
    lambda some: [
        alert(a.column or "", a.since, a.window or "", model=a.model, state=a.state, value=a.value, id=f"{a.model}/{a.column}")
        for a in some
    ]
)


@given(some=ALERTS, seed=st.randoms(use_true_random=False))
def test_no_alert_is_in_two_incidents_and_the_order_of_alerts_is_no_matter(some: list[Alert], seed: object) -> None:
    found = incidents(some, WIDTHS)
    ids = [name for incident in found for name in incident.alerts]
    known = {one.id: one for one in some}
    assert len(ids) == len(set(ids))
    for incident in found:
        members = [known[name] for name in incident.alerts]
        assert len(members) > 1
        assert {one.model for one in members} == {incident.model}
        assert all(one.state != "resolved" for one in members)
        assert incident.since == min(one.since for one in members)
        assert max(one.since for one in members) - incident.since <= LONGEST
    seed.shuffle(some)  # type: ignore[attr-defined]
    assert incidents(some, WIDTHS) == found


def test_two_columns_that_move_at_one_moment_are_one_incident_of_two_alerts(tmp_path: Path) -> None:
    rows = logs.traffic(3 * 3_600, 2, 40)
    rows.amount[-2_400:] += 40
    rows.country[-2_400:] = np.where(rows.country[-2_400:] == "de", "fr", rows.country[-2_400:])
    logs.write(tmp_path / "app.jsonl", rows)
    found = logs.snapshot_of(tmp_path, text('first = "1h"'), float(rows.ts[-1]) + 5)
    active = [one for one in found.alerts if one.rule == "psi" and one.state == "firing"]
    (incident,) = found.incidents
    assert set(incident.columns) == {one.column for one in active} == {"amount", "country"}
    assert incident.since == min(one.since for one in active)
