"""The keys that silence an alert and acknowledge it with a note, and what the screen says of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.console import snapshots
from tests.console.stage import console
from tests.console.test_golden import check
from tuimon.console.acting import hushes
from tuimon.console.flash import Transitions
from tuimon.monitor.feed import Acknowledge, Hush, Unhush
from tuimon.values.alert import Alert, DataState, Silenced
from tuimon.values.snapshot import Snapshot

HUSHED = Silenced(4, snapshots.AT + 3_600, "alice", "a retrain")


def with_(**changes: object) -> Snapshot:
    """The first alert is something else, the others are as ever."""
    first, *others = snapshots.alerts()
    return snapshots.busy(alerts=(replace(first, **changes), *others))  # type: ignore[arg-type]


async def test_a_question_says_what_and_for_how_long() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("5", "z")
        check("silence-80x24", stage.text())
        await stage.press("down", "right", "right", "up", "right", *"a retrain", "enter")
        first = snapshots.alerts()[0]
        assert stage.feed.requests == [Hush(14_400.0, model=first.model, column=first.column, note="a retrain")]
        assert "silent for 4h" in stage.lines()[-1]


async def test_enter_alone_silences_the_alert_for_an_hour_and_escape_does_nothing() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("5", "z", "escape")
        assert not stage.feed.requests
        await stage.press("z", "enter")
        assert stage.feed.requests == [Hush(3_600.0, alert=snapshots.alerts()[0].id)]


async def test_again_ends_it() -> None:
    async with console(with_(silenced=HUSHED)) as stage:
        await stage.press("5", "z")
        assert stage.feed.requests == [Unhush(4)]


async def test_a_silence_that_no_alert_is_meant_by_is_named_all_the_same() -> None:
    made = replace(snapshots.busy(), silences=(HUSHED, replace(HUSHED, number=5, what="model=other*")))
    async with console(made) as stage:
        await stage.press("5")
        assert "2 silences, the first to 15:12" in stage.text()


@pytest.mark.parametrize("size", [(40, 10), (60, 15), (80, 24), (200, 60)])
async def test_the_question_fits_every_screen(size: tuple[int, int]) -> None:
    long = replace(snapshots.alerts()[0], model="a model with a very long name " * 5, column="列" * 50)
    async with console(snapshots.busy(alerts=(long,)), size) as stage:
        await stage.press("5", "z", *"x" * 250)
        stage.assert_sound()
        assert "enter to silence" in stage.text()


async def test_a_note_goes_with_an_acknowledgement() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("5", "A", *"on it", "enter")
        first = snapshots.alerts()[0]
        assert stage.feed.requests == [Acknowledge(first.id, first.episode, first.severity, note="on it")]


@pytest.mark.parametrize("keys", [("1", "z"), ("5", "space", "z"), ("5", "G", "z"), ("1", "A"), ("5", "G", "A")])
async def test_elsewhere_nothing_is_asked(keys: tuple[str, ...]) -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press(*keys)
        assert len(stage.app.screen_stack) == 1
        assert not stage.feed.requests


async def test_what_is_silenced_is_shown_and_not_counted() -> None:
    async with console(snapshots.busy()) as stage:
        loud = stage.lines()[0]
        await stage.press("5")
        await stage.give(with_(silenced=HUSHED))
        quiet = stage.lines()[0]
        assert "zz1 silent" in quiet
        assert loud.split("crit")[0] != quiet.split("crit")[0]
        assert any("zz" in line and "silent to 15:12" in line for line in stage.lines())


BLIND = [("no_data", "firing, no data"), ("insufficient", "firing, few rows"), ("stale", "firing, no rows"), ("error", "firing, unjudged")]


@pytest.mark.parametrize(("data", "words"), BLIND)
async def test_a_row_says_why_it_stays_as_it_is(data: DataState, words: str) -> None:
    async with console(with_(data=data)) as stage:
        await stage.press("5")
        assert words in stage.text()
        stage.assert_sound()


def test_a_silence_is_no_news_and_its_end_is() -> None:
    watched, alert = Transitions(), snapshots.alert("a", "psi", "warning", "age")
    watched.observe(())
    assert watched.observe((replace(alert, silenced=HUSHED),)) == set()
    assert watched.observe((replace(alert, silenced=HUSHED, severity="critical"),)) == set()
    assert watched.observe((alert,)) == {"a"}
    assert watched.observe((alert,)) == set()


def test_each_scope_is_wider_than_the_one_before() -> None:
    alert: Alert = snapshots.alert("a", "psi", "warning", "age")
    assert [words for words, _ in hushes(alert)] == [
        "this alert: psi of fraud/age",
        "everything about fraud/age",
        "every psi alert of fraud",
        "everything about fraud",
        "every alert there is",
    ]


async def test_tab_belongs_to_the_dialog() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("5", "z", "tab", "shift+tab", "tab", "right", "escape")
        assert "[5 Alerts" in stage.text()
        assert stage.app.screen is stage.app.base
