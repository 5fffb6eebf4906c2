"""Columns whose drift began together are one incident; each keeps its alert."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.monitor import logs
from tests.monitor.test_baselines import text
from tuimon.monitor.incidents import LONGEST, incidents
from tuimon.values.alert import Alert
from tuimon.values.firing import firing

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


def quality(column: str, rule: str, since: float = 2e6, **more: object) -> Alert:
    return alert(column, since, "5m", rule=rule, id=f"{rule}/m//{column}", **more)


def test_missing_wrong_and_unseen_values_of_a_column_are_one_incident_with_its_drift() -> None:
    some = [
        alert("a", 1_000.0),
        quality("a", "missing_rate", severity="critical"),
        quality("a", "unseen_rate", state="resolved"),
        quality("a", "invalid_rate", since=500.0),
        quality("b", "missing_rate"),
        quality("a", "missing_rate", model="other"),
        alert("alone", 90_000.0),
    ]
    (incident,) = incidents(some, WIDTHS)
    assert incident.columns == ("a",)
    assert incident.alerts == ("psi/m//a", "missing_rate/m//a", "invalid_rate/m//a")
    assert incident.since == 500.0
    (both,) = incidents([*some, alert("c", 1_100.0, value=9.0)], WIDTHS)
    assert both.columns == ("c", "a")
    assert both.alerts == ("psi/m//c", *incident.alerts)


def test_what_fires_is_counted_by_column() -> None:
    some = [
        alert("a", 0.0),
        quality("a", "missing_rate", severity="critical"),
        quality("b", "missing_rate"),
        quality("b", "unseen_rate"),
        alert("c", 0.0, state="pending"),
        replace(alert("", 0.0, rule="error_rate", id="errors"), column=None),
        replace(alert("", 0.0, rule="latency_p95_ms", id="latency"), column=None),
        alert("a", 0.0, model="other", id="other"),
    ]
    assert firing(some) == (1, 4)
    assert firing(reversed(some)) == (1, 4)
    assert firing([]) == (0, 0)


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


def test_values_that_go_missing_and_drift_of_the_column_are_one_incident(tmp_path: Path) -> None:
    rows = logs.traffic(3 * 3_600, 2, 43)
    rows.amount[-2_400:] += 40
    rows.missing[-2_400:] = np.arange(2_400) % 3 == 0
    logs.write(tmp_path / "app.jsonl", rows)
    found = logs.snapshot_of(tmp_path, text('first = "1h"'), float(rows.ts[-1]) + 5)
    assert {one.rule for one in found.alerts if one.column == "amount" and one.state == "firing"} == {"psi", "missing_rate"}
    (incident,) = found.incidents
    assert incident.columns == ("amount",)
    assert set(incident.alerts) == {one.id for one in found.alerts if one.column == "amount"}
    assert sum(firing(found.alerts)) == 1
