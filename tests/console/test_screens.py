"""What holds for every screen: it fits, it is printable, and it is drawn only where it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.geometry import Region

from tests.console import snapshots
from tests.console.stage import console
from tuimon.console.board import Board, Subject
from tuimon.console.charset import UNICODE
from tuimon.console.filters import PrintableOnly, clean
from tuimon.console.lines import boxed
from tuimon.console.lines import plain as line_text
from tuimon.console.lines import width as line_width
from tuimon.console.panels import detail, files
from tuimon.console.panels.column import SHORT, distances
from tuimon.console.panels.tiles import tiles
from tuimon.console.rows.files import COLUMNS as FILE_COLUMNS
from tuimon.console.rows.files import file_rows
from tuimon.console.state import ViewName
from tuimon.console.widgets.canvas import Canvas
from tuimon.values.snapshot import Measure, Quality, Snapshot

SIZES = ((20, 5), (40, 10), (80, 24), (200, 60))
VIEWS: tuple[ViewName, ...] = ("overview", "drift", "latency", "alerts", "files", "detail")


@pytest.mark.parametrize("make", [snapshots.hostile, snapshots.odd_numbers])
async def test_nothing_is_wider_than_the_screen_and_all_is_printable(make: Callable[[], Snapshot]) -> None:
    async with console(make()) as stage:
        stage.app.action_open()
        for size in SIZES:
            await stage.pilot.resize_terminal(*size)
            for view in VIEWS:
                stage.app.action_view(view)
                await stage.pilot.pause()
                stage.assert_sound()


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(st.text(max_size=30), min_size=3, max_size=6), width=st.integers(1, 220), height=st.integers(1, 60))
def test_every_box_has_its_size_whatever_the_text(texts: list[str], width: int, height: int) -> None:
    board = Board(snapshots.hostile(tuple(clean(text) for text in texts)))
    subject = Subject("column", board.snapshot.models[0].model, board.snapshot.models[0].drift[0].column)
    page = detail.page(board, subject, UNICODE)
    pictures = (
        *tiles(board, UNICODE),
        page.head,
        page.main,
        page.facts,
        page.trend,
        page.history,
        files.rejects(board),
        files.facts(board),
    )
    for picture in pictures:
        body = picture.draw(max(0, width - 4), max(0, height - 2))
        lines = boxed(body, (width, height), picture.title, picture.note, UNICODE)
        assert [line_width(line) for line in lines] == [width] * height


async def test_hostile_filter_text_is_drawn_as_it_is() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("slash", "left_square_bracket", "slash", "right_square_bracket")
        assert stage.app.page.table.needle == "[/]"
        assert "nothing matches [/]" in stage.text()
        stage.assert_sound()


@pytest.mark.parametrize("state", [{"state": "backlog"}, {"judged": 0.4}, {}])
async def test_nothing_is_said_to_be_fine_or_broken_before_it_was_judged(state: dict[str, Any]) -> None:
    """A column far over its limits has no alert yet, since the rules are still in the past: head, tile and row say no more than that."""
    made = snapshots.busy()
    made = replace(made, engine=replace(made.engine, **state), alerts=(), incidents=())
    async with console(made) as stage:
        texts = [stage.text()]
        await stage.press("2")
        texts.append(stage.text())
    for text in texts:
        assert "!" not in text
        assert "◷  age" in text
        assert ("ok, no alerts" in text) is (not state)
        assert ("JUDGING 40 %" in text) is ("judged" in state)


@pytest.mark.parametrize("gap", [1, 999, 1_000, 54_000_000, 999_499_999, 10**14])
def test_what_was_lost_is_told_uncut(gap: int) -> None:
    made = snapshots.busy()
    (row,) = file_rows(Board(replace(made, files=(replace(made.files[0], gap=gap, note=""),))))
    (note,) = (cell.text for cell, column in zip(row.cells, FILE_COLUMNS, strict=True) if column.title == "note")
    assert note.endswith("lost unread")
    assert len(note) <= next(column.width for column in FILE_COLUMNS if column.title == "note")


@given(st.integers(0, 25), st.sampled_from(snapshots.drift("age", 0.4).measures), st.booleans())
def test_a_small_box_keeps_what_decides_and_the_order(height: int, configured: Measure, gone: bool) -> None:
    drift = replace(snapshots.drift("age", 0.4), method=configured.method)
    quality = Quality("age", 100, 0.0, 0.3 if gone else 0.0, None, None)
    whole = [line_text(line) for line in distances(drift, quality).draw(40, 99)]
    kept = [line_text(line) for line in distances(drift, quality).draw(40, height)]
    assert kept == [line for line in whole if line in kept]
    assert len(kept) == min(height, len(whole))
    needed = ["groups", SHORT[configured.method][0], "p of G", "missing", *(["invalid"] if gone else [])]
    assert [any(word in line for line in kept) for word in needed] == [place < height for place in range(len(needed))]


async def test_columns_stay_aligned_with_wide_and_combining_characters() -> None:
    wide = tuple(snapshots.drift(name, 0.3) for name in ("plain", "漢字カタカナ漢字カタカナ漢字", "e\u0301e\u0301e\u0301", "ab" * 50))
    async with console(snapshots.busy(models=(snapshots.model(drift=wide),))) as stage:
        await stage.press("2")
        ends = {_cells_before(line, "0.300") for line in stage.lines() if "0.300" in line and "◷" in line}
        assert len(ends) == 1


def _cells_before(line: str, needle: str) -> int:
    from rich.cells import cell_len

    return cell_len(line[: line.index(needle)])


def changes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that collects the name of each widget that asks for a repaint."""
    seen: list[str] = []
    plain = Canvas.refresh

    def refresh(self: Canvas, *regions: object, **kwargs: object) -> Canvas:
        seen.append(self.id or "?")
        return plain(self, *regions, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Canvas, "refresh", refresh)
    return seen


async def test_the_same_snapshot_again_repaints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(snapshots.busy(), (200, 60)) as stage:
        seen = changes(monkeypatch)
        for key in ("1", "2", "3", "4", "5", "6", "enter"):
            await stage.press(key)
            seen.clear()
            await stage.give(replace(snapshots.busy()))
            assert seen == []


async def test_one_changed_value_repaints_one_line_of_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("2")
        regions: list[Region] = []
        plain = Canvas.refresh

        def refresh(self: Canvas, *found: Region) -> Canvas:
            regions.extend(found)
            return plain(self, *found)

        monkeypatch.setattr(Canvas, "refresh", refresh)
        await stage.give(changed_value(snapshots.busy()))
        assert [region.height for region in regions] == [1]


def changed_value(snapshot: Snapshot) -> Snapshot:
    first, *others = snapshot.models
    columns = tuple(replace(d, value=0.063) if d.column == "amount" else d for d in first.drift)
    return replace(snapshot, models=(replace(first, drift=columns), *others))


@given(text=st.text())
@settings(deadline=None)
def test_the_filter_leaves_only_printable_text(text: str) -> None:
    from rich.segment import Segment
    from textual.color import Color

    (segment,) = PrintableOnly().apply([Segment(text)], Color(0, 0, 0))
    assert segment.text.isprintable()
    assert len(segment.text) == len(text)
