"""Time: freeze, windows, other moments, and back to the present."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.console import snapshots
from tests.console.stage import Stage, console
from tuimon.monitor.feed import LookAt, Request
from tuimon.values.looking import Look
from tuimon.values.snapshot import Snapshot


def asked(stage: Stage) -> list[Look | None]:
    return [request.look for request in stage.feed.requests if isinstance(request, LookAt)]


def of_look(look: Look, **more: object) -> Snapshot:
    """Return the present with a picture of the past beside it."""
    live = snapshots.busy()
    models = tuple(replace(model, window="1h") for model in live.models)
    past = replace(live, at=look.at or live.at, look=look, models=models, alerts=(), **more)  # type: ignore[arg-type]
    return replace(live, past=past)


@pytest.mark.parametrize(("keys", "seconds"), [("comma", -150.0), ("less_than_sign", -1500.0)])
async def test_panning_asks_for_an_earlier_minute_and_shows_it_when_it_comes(keys: str, seconds: float) -> None:
    live = snapshots.busy()
    end = max(model.window_end or 0.0 for model in live.models)
    async with console(live) as stage:
        await stage.press(keys)
        (look,) = asked(stage)
        assert look is not None
        assert look.at is not None
        assert look.at % 60 == 0
        assert 0 <= look.at - (end + seconds) < 60
        assert "PAST" not in stage.text()
        await stage.give(of_look(look))
        assert "PAST" in stage.lines()[0]
        assert "0 shows the present" in stage.text()
        assert "!!1 crit" in stage.lines()[0] or "crit" in stage.lines()[0], "the header goes on with the present"
        await stage.press("0")
        assert asked(stage)[-1] is None
        assert "PAST" not in stage.text()


async def test_a_picture_that_was_not_asked_for_is_not_shown() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("comma", "comma")
        first, second = asked(stage)
        assert first is not None
        assert second is not None
        assert (first.at or 0.0) > (second.at or 0.0)
        await stage.give(of_look(first))
        assert "PAST" not in stage.text()
        await stage.give(of_look(second))
        assert "PAST" in stage.text()


async def test_later_than_the_newest_row_is_the_present() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("full_stop")
        assert asked(stage) == [None]
        assert "this is the present" in stage.text()


async def test_another_window_of_the_present_still_flashes_and_can_be_acted_on() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("right_square_bracket")
        (look,) = asked(stage)
        assert look is not None
        assert (look.at, look.width is not None) == (None, True)
        await stage.give(of_look(look))
        assert not stage.app.is_past
        assert stage.app.standing == ""
        await stage.press("0")
        assert asked(stage)[-1] is None


async def test_a_frozen_screen_keeps_its_moment_when_the_window_changes() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("space", "right_square_bracket")
        (look,) = asked(stage)
        assert look is not None
        assert look.at is not None


@pytest.mark.parametrize("key", ["a", "z", "b"])
async def test_in_the_past_nothing_is_done_to_the_present(key: str) -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("comma")
        look = asked(stage)[-1]
        assert look is not None
        await stage.give(of_look(look))
        await stage.press("5" if key != "b" else "2")
        before: list[Request] = list(stage.feed.requests)
        await stage.press(key)
        assert stage.feed.requests == before
        assert "this is the past" in stage.text()


async def test_an_alert_leads_to_its_moment() -> None:
    first, *_ = snapshots.alerts()
    async with console(snapshots.busy()) as stage:
        await stage.press("5")
        await stage.press("m")
        (look,) = asked(stage)
        assert look is not None
        assert look.at is not None
        assert 0 <= look.at - first.since < 60


async def test_the_banner_says_how_old_a_frozen_picture_is() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("space")
        await stage.give(snapshots.busy(at=snapshots.AT + 300))
        assert "frozen 5m ago" in stage.text()
        await stage.press("space")
        assert "frozen" not in stage.text()
