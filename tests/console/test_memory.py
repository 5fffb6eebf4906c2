"""The next console on the same logs begins as the last one ended."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.console import snapshots
from tests.console.stage import HandFeed, Stage
from tuimon.console.app import TuimonApp
from tuimon.console.memory import NAME, Kept, Memory, keep, remembered


@asynccontextmanager
async def started(place: Path | None) -> AsyncIterator[Stage]:
    feed = HandFeed()
    app = TuimonApp(feed, clock=lambda: snapshots.AT, place=place)
    async with app.run_test() as pilot:
        stage = Stage(app, feed, pilot)
        await pilot.pause()
        await stage.give(snapshots.busy())
        yield stage


async def test_view_order_and_filter_come_back(tmp_path: Path) -> None:
    async with started(tmp_path) as stage:
        await stage.press("l", "2", "s", "S", "slash", "a", "g", "enter")
        before = stage.lines()
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    async with started(tmp_path) as stage:
        assert stage.lines()[3:-1] == before[3:-1]
        assert "[2 Drift]" in stage.lines()[1]
        await stage.press("1")
        assert "Timeline" in stage.text()
    async with started(tmp_path / "elsewhere") as stage:
        assert "[1 Overview]" in stage.lines()[1]


async def test_detail_is_left_for_the_view_it_was_opened_from(tmp_path: Path) -> None:
    async with started(tmp_path) as stage:
        await stage.press("2", "enter")
    assert remembered(tmp_path).view == "drift"


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b'{"view": "drift"}', b'{"view": "drift", "timeline": 1, "tables": {"worst": 3}}', b"\xff" * 9, b"[" * 100_000],
)
async def test_what_is_no_memory_is_as_a_first_start(tmp_path: Path, data: bytes) -> None:
    (tmp_path / NAME).write_bytes(data)
    assert remembered(tmp_path) == Memory()
    async with started(tmp_path) as stage:
        assert "[1 Overview]" in stage.lines()[1]


async def test_a_column_that_is_not_there_sorts_nothing(tmp_path: Path) -> None:
    keep(tmp_path, Memory("nowhere", tables={"worst": Kept(99, True, "")}))
    async with started(tmp_path) as stage:
        stage.assert_sound()
        assert "Worst first" in stage.text()


def test_a_place_that_cannot_be_written_is_no_matter(tmp_path: Path) -> None:
    keep(tmp_path / "nowhere", Memory())
    keep(None, Memory())
    assert remembered(None) == Memory()
