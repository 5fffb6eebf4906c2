"""The `:` line: what it offers, what it runs, and what it says of nonsense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.console import snapshots
from tests.console.stage import console
from tuimon.console.board import Board
from tuimon.console.commands import Choices, commands, matching, moment
from tuimon.console.keyboard import USUAL
from tuimon.console.travel import WIDTHS
from tuimon.monitor.feed import LookAt, SetRefresh
from tuimon.values.looking import Look

KNOWN = commands(Choices(USUAL, WIDTHS, (2.0, 5.0), ("dark", "ansi"), ("value", "limit"), Board(snapshots.busy())))
NOON = 1_795_348_800.0
"""2026-11-22 12:00 UTC."""


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("q", "quit"),
        ("dr", "drift"),
        ("window 6", "window 6h"),
        ("fraud/age", "go fraud/age"),
        ("age", "go fraud/age"),
        ("THEME a", "theme ansi"),
        ("clipboard", "copy"),
        ("crit", "next-critical"),
        ("at 14:02", "at"),
    ],
)
def test_the_likeliest_is_offered_first(typed: str, first: str) -> None:
    assert matching(KNOWN, typed)[0].line == first


@given(st.text(max_size=30))
def test_whatever_is_typed_only_what_is_known_is_offered(typed: str) -> None:
    assert set(matching(KNOWN, typed)) <= set(KNOWN)


@pytest.mark.parametrize("command", KNOWN, ids=lambda command: command.line)
def test_each_command_is_found_by_its_own_words(command: object) -> None:
    line = command.line  # type: ignore[attr-defined]
    assert matching(KNOWN, line)[0].line == line


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("11:30", NOON - 1_800),
        ("14:02", NOON - 86_400 + 7_320),
        ("11:30:15", NOON - 1_785),
        ("2026-11-20 12:00", NOON - 2 * 86_400),
        ("2026-11-20T12:00Z", NOON - 2 * 86_400),
        ("2026-11-22", NOON - 43_200),
        ("-2h", NOON - 7_200),
        ("-90m", NOON - 5_400),
        ("-1.5d", NOON - 129_600),
        ("25:00", None),
        ("yesterday", None),
        ("2026-13-01", None),
        ("", None),
    ],
)
def test_moments(words: str, seconds: float | None) -> None:
    assert moment(words, NOON) == seconds


async def test_a_view_by_name() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("colon", *"lat")
        assert "Commands" in stage.text()
        stage.assert_sound()
        await stage.press("enter")
        assert "[3 Latency]" in stage.text()


async def test_a_window_an_interval_a_moment_and_a_theme() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("colon", *"window 6h", "enter")
        await stage.press("colon", *"every 5s", "enter")
        await stage.press("colon", *"theme ansi", "enter")
        await stage.press("colon", *"at -2h", "enter")
        looks = [request.look for request in stage.feed.requests if isinstance(request, LookAt)]
        assert looks[0] == Look(width=21_600)
        assert looks[1] is not None
        assert looks[1].width == 21_600
        assert abs((looks[1].at or 0) - (snapshots.AT - 7_200)) <= 60
        assert SetRefresh(5.0) in stage.feed.requests
        assert stage.app.theme == "tuimon-ansi"


async def test_what_takes_more_is_written_out_first() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("2", "colon", *"filt", "enter")
        assert "Commands" not in stage.lines()[3] or "filter" in stage.text()
        await stage.press(*"count", "enter")
        assert stage.app.page.table.needle == "" or stage.app.page.table.needle == "count"


async def test_a_column_by_name_from_anywhere_and_back() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("3", "colon", *"income", "enter")
        assert "income" in stage.lines()[2]
        assert "Detail" in stage.lines()[1]
        await stage.press("escape")
        assert "[3 Latency]" in stage.text()


async def test_arrows_choose_and_tab_completes() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("ctrl+p", *"window", "down", "tab", "enter")
        assert LookAt(Look(width=WIDTHS[1])) in stage.feed.requests


async def test_nonsense_is_told_and_nothing_else_happens() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("colon", *"xyzzy", "enter")
        assert "no command is called xyzzy" in stage.lines()[-1]
        await stage.press("colon", *"at noon", "enter")
        assert "a moment is 14:02" in stage.lines()[-1]
        await stage.press("colon", "escape")
        assert "[1 Overview]" in stage.text()
        assert stage.feed.requests == []


async def test_a_column_can_be_taken_out_and_stays_out() -> None:
    async with console(snapshots.busy()) as stage:
        assert "1h trend" in stage.text()
        await stage.press("c", "j", "j", "j", "j", "space")
        assert "[ ] 1h trend" in stage.text()
        stage.assert_sound()
        await stage.press("escape")
        assert "1h trend" not in stage.text()
        await stage.press("s", "s", "s", "s", "s")
        stage.assert_sound()


async def test_a_row_as_json() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("Y")
        assert '"subject": "age"' in stage.app.clipboard
        assert '"value": 0.412' in stage.app.clipboard
