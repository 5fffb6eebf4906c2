"""The key that acknowledges what fires, and what the row then says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.console import snapshots
from tests.console.stage import Stage, console
from tuimon.console.flash import Transitions
from tuimon.monitor.feed import Acknowledge
from tuimon.values.alert import Alert
from tuimon.values.snapshot import Snapshot


def seen(alert: Alert, who: str = "alice") -> Alert:
    return replace(alert, acknowledged=True, acknowledged_by=who, acknowledged_at=snapshots.AT - 600)


def busy(*ids: str, who: str = "alice") -> Snapshot:
    return snapshots.busy(alerts=tuple(seen(alert, who) if alert.id in ids else alert for alert in snapshots.alerts()))


def row_of(stage: Stage, subject: str) -> str:
    return next(line for line in stage.lines() if f"{subject} " in line)


async def test_the_key_acknowledges_the_selected_alert_and_takes_it_back() -> None:
    async with console(busy()) as stage:
        await stage.press("5", "j", "a")
        assert "acknowledged, until it ends or grows worse" in stage.text()
        await stage.give(busy("a2"))
        await stage.press("a")
        assert stage.feed.requests == [Acknowledge("a2", 1, "critical"), Acknowledge("a2", 1, "critical", withdrawn=True)]


async def test_in_detail_it_is_about_all_that_fires_there() -> None:
    alerts = (snapshots.alert("x", "psi", "critical", "age"), snapshots.alert("y", "missing_rate", "warning", "age", episode=3))
    async with console(snapshots.busy(alerts=(seen(alerts[0]), alerts[1]))) as stage:
        await stage.press("5", "enter", "a")
        assert stage.feed.requests == [Acknowledge("x", 1, "critical"), Acknowledge("y", 3, "warning")]
        assert "ack alice" in stage.text()


@pytest.mark.parametrize("keys", [("1", "a"), ("2", "a"), ("5", "space", "a"), ("5", "G", "a")])
async def test_elsewhere_frozen_and_on_what_does_not_fire_nothing_is_asked(keys: tuple[str, ...]) -> None:
    async with console(busy()) as stage:
        await stage.press(*keys)
        assert not stage.feed.requests


@pytest.mark.parametrize(("who", "words"), [("alice", "ack alice 14:02"), ("bo", "ack bo 14:02"), ("alexandra", "ack alex… 14:02")])
async def test_the_row_says_who_and_when_at_80_cells(who: str, words: str) -> None:
    async with console(busy("a1", who=who)) as stage:
        await stage.press("5")
        assert words in row_of(stage, "fraud/age")
        assert "14:02" in row_of(stage, "fraud/age").split("ack")[0]
        assert "ack" not in row_of(stage, "fraud/country")
        stage.assert_sound()


async def test_the_footer_names_the_key_where_something_fires() -> None:
    async with console(busy()) as stage:
        await stage.press("5")
        assert "a ack" in stage.lines()[-1]
        await stage.give(snapshots.busy(alerts=()))
        assert "a ack" not in stage.lines()[-1]


def test_what_is_acknowledged_is_no_news_until_it_grows_worse() -> None:
    watched, alert = Transitions(), snapshots.alert("a", "psi", "warning", "age")
    watched.observe(())
    assert watched.observe((seen(alert),)) == set()
    assert watched.observe((alert,)) == set()
    assert watched.observe((replace(alert, severity="critical"),)) == {"a"}


async def test_a_flash_ends_when_it_is_acknowledged() -> None:
    async with console(snapshots.busy(alerts=())) as stage:
        await stage.give(busy())
        await stage.give(busy("a1", "a2", "a3", "a4"))
        assert not stage.app.scene().glow.alerts
