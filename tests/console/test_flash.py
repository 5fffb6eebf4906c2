"""A change of an alert is told once: on firing, worsening, resolving and returning, never for the past."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.console import snapshots
from tests.console.stage import Stage, console
from tuimon.console.flash import PHASES, Transitions
from tuimon.values.alert import Alert, Severity

ALERTS = st.lists(
    st.builds(
        lambda i, severity, state, episode, historic: snapshots.alert(i, "psi", severity, state=state, episode=episode, historic=historic),
        st.sampled_from("abc"),
        st.sampled_from(["warning", "critical"]),
        st.sampled_from(["pending", "firing", "resolved"]),
        st.integers(1, 3),
        st.booleans(),
    ),
    max_size=3,
    unique_by=lambda alert: alert.id,
)


def alert(**more: object) -> tuple[Alert, ...]:
    return (replace(snapshots.alert("a", "psi", "warning", "age"), **more),)  # type: ignore[arg-type]


def test_the_first_look_and_a_repeat_tell_nothing() -> None:
    seen = Transitions()
    assert seen.observe(alert()) == set()
    assert seen.observe(alert()) == set()


def test_each_turn_for_the_worse_and_the_end_are_told_once() -> None:
    seen = Transitions()
    seen.observe(())
    story = [
        (alert(state="pending"), False),
        (alert(), True),
        (alert(severity="critical"), True),
        (alert(severity="warning"), False),
        (alert(state="resolved"), True),
        (alert(episode=2), True),
    ]
    for alerts, news in story:
        assert bool(seen.observe(alerts)) == news
        assert seen.observe(alerts) == set()


@given(st.lists(ALERTS, max_size=6))
def test_nothing_is_told_twice_in_a_row_and_the_past_never(history: list[list[Alert]]) -> None:
    seen = Transitions()
    for alerts in history:
        told = seen.observe(alerts)
        assert told <= {a.id for a in alerts if not a.historic and a.state != "pending"}
        assert seen.observe(alerts) == set()


def inverted(stage: Stage) -> bool:
    return any(segment.style and segment.style.reverse for strip in stage.strips()[2:] for segment in strip)


async def test_a_row_inverts_twice_and_then_rests() -> None:
    quiet = snapshots.busy(alerts=())
    async with console(quiet) as stage:
        assert not inverted(stage)
        await stage.give(snapshots.busy())
        phases = [inverted(stage)]
        for _ in range(PHASES + 1):
            stage.app.next_flash_phase()
            await stage.pilot.pause()
            phases.append(inverted(stage))
        assert phases == [True, False, True, False, False, False]
        assert not stage.app.is_flashing
        await stage.give(snapshots.busy())
        assert not inverted(stage)


async def test_the_first_snapshot_does_not_flash() -> None:
    async with console(snapshots.busy()) as stage:
        assert not stage.app.is_flashing
        assert "Alerts·5" in stage.lines()[1]


@pytest.mark.parametrize(("bell", "rung"), [(None, []), ("warning", ["warning", "critical"]), ("critical", ["critical"])])
async def test_the_bell_rings_from_the_severity_on_that_was_asked_for(
    bell: Severity | None, rung: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(snapshots.busy(alerts=()), bell=bell) as stage:
        heard: list[str] = []
        for severity in ("warning", "critical"):
            monkeypatch.setattr(stage.app, "bell", lambda severity=severity: heard.append(severity))
            await stage.give(snapshots.busy(alerts=alert(severity=severity)))
            await stage.give(snapshots.busy(alerts=alert(severity=severity)))
        await stage.give(snapshots.busy(alerts=alert(severity="critical", state="resolved")))
    assert heard == rung
