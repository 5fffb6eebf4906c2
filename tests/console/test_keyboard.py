"""Keys of one's own: bindings, footer and help follow the configuration."""

from __future__ import annotations

import string
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.keys import _character_to_key

from tests.console import snapshots
from tests.console.stage import HandFeed, Stage
from tuimon.config import Remapped
from tuimon.console.app import TuimonApp
from tuimon.console.keyboard import FOOTER, USUAL, Keyboard, name_of


@asynccontextmanager
async def with_keys(keys: Remapped, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Stage]:
    feed = HandFeed()
    app = TuimonApp(feed, clock=lambda: snapshots.AT, keyboard=Keyboard.of(keys))
    async with app.run_test(size=size) as pilot:
        stage = Stage(app, feed, pilot)
        await pilot.pause()
        await stage.give(snapshots.busy())
        yield stage


@pytest.mark.parametrize("key", string.ascii_letters + string.digits + string.punctuation)
def test_each_character_has_the_name_that_the_terminal_library_gives_it(key: str) -> None:
    assert name_of(key) == _character_to_key(key)


def test_hints_are_actions_with_a_word() -> None:
    assert all(USUAL.by_id[name].hint for name in FOOTER)


async def test_another_key_does_it_and_the_usual_one_no_longer() -> None:
    async with with_keys((("drift", ("D", "f5")), ("view", ()), ("latency", ()))) as stage:
        await stage.press("2")
        assert "[1 Overview]" in stage.text()
        await stage.press("D")
        assert "[2 Drift]" in stage.text()
        await stage.press("1", "f5")
        assert "[2 Drift]" in stage.text()
        await stage.press("3")
        assert "[2 Drift]" in stage.text(), "an action without a key"


async def test_two_keys_that_change_places() -> None:
    async with with_keys((("next-critical", ("w",)), ("next-warning", ("e",)))) as stage:
        for key, status in (("w", "critical"), ("e", "warning")):
            await stage.press(key)
            row = stage.app.page.table.row
            assert row is not None
            assert row.status == status


async def test_footer_and_help_say_the_keys_that_hold() -> None:
    async with with_keys((("filter", ("f",)), ("quit", ()))) as stage:
        footer = stage.lines()[-1]
        assert "f filter" in footer
        assert "/ filter" not in footer
        assert "q quit" not in footer
        await stage.press("question_mark")
        assert any("f " in line and "re:pattern" in line for line in stage.lines())


async def test_ctrl_q_quits_whatever_the_file_says() -> None:
    async with with_keys((("quit", ()),)) as stage:
        await stage.press("q")
        assert stage.app.is_running
        await stage.press("ctrl+q")
        assert stage.app.return_code == 0
