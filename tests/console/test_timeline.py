"""Everything over one axis: strips say where there is nothing, marks stay inside, the screens hold it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.console import snapshots
from tests.console.stage import console
from tests.console.test_golden import SIZES, check
from tuimon.console.charset import ASCII, UNICODE
from tuimon.console.draw.columns import resample
from tuimon.console.draw.track import Mark, marked, strip
from tuimon.console.lines import plain, width
from tuimon.values.alert import Event

VALUES = st.lists(st.none() | st.floats(), max_size=100)
MOMENTS = st.floats(-1e9, 1e9)


@given(VALUES, st.integers(1, 80), st.integers(1, 4), st.lists(st.tuples(st.floats(0, 1e6), st.sampled_from(["warning", "critical"]))))
def test_a_strip_fills_its_cells_and_leaves_those_without_a_value_open(
    values: list[float | None], cells: int, height: int, limits: list[tuple[float, str]]
) -> None:
    for chars in (UNICODE, ASCII):
        lines = strip(values, (cells, height), limits, chars)
        assert [width(line) for line in lines] == [cells] * height
        floor = plain(lines[-1])
        assert [char == " " for char in floor] == [value is None for value in resample(values, cells)]


@given(st.lists(st.tuples(MOMENTS, MOMENTS, st.sampled_from(["!", "!!", "|v3", "━"]))), MOMENTS, MOMENTS, st.integers(4, 80))
def test_marks_stay_on_their_line(found: list[tuple[float, float, str]], start: float, end: float, cells: int) -> None:
    line = marked([Mark(min(a, b), max(a, b), words, "text") for a, b, words in found], (start, end), cells)
    assert width(line) == cells


def test_a_mark_stands_where_its_moment_is() -> None:
    assert plain(marked([Mark(50, 50, "!", "text")], (0, 100), 10)) == "     !    "
    assert plain(marked([Mark(20, 100, "=", "text"), Mark(50, 50, "!!", "text")], (0, 100), 10)) == "  ===!!==="
    assert plain(marked([Mark(101, 101, "!", "text")], (0, 100), 10)).strip() == ""
    assert plain(marked([Mark(99, 99, "|v12", "text")], (0, 100), 10)) == "      |v12"


@pytest.mark.parametrize("size", SIZES)
async def test_the_timeline_at_each_size(size: str) -> None:
    made = snapshots.busy()
    first, *others = made.models
    begun = replace(first, series=replace(first.series, begun=(("v3", first.series.start + 1_200),)))
    gap = Event(first.series.start + 600, "gap", "warning", "app.jsonl: 12 kB were lost", first.model)
    async with console(replace(made, models=(begun, *others), events=(*made.events, gap)), SIZES[size]) as stage:
        for view, keys in {"overview": ["l"], "detail": ["enter"]}.items():
            await stage.press(*keys)
            check(f"timeline-{view}-{size}", stage.text())
            stage.assert_sound()
        await stage.press("l")
        assert "Timeline" not in stage.text()


@pytest.mark.parametrize("make", [snapshots.empty, snapshots.one_row, snapshots.odd_numbers, snapshots.no_baseline, snapshots.hostile])
async def test_a_timeline_of_little_or_odd_data(make: object) -> None:
    async with console(make()) as stage:  # type: ignore[operator]
        await stage.press("l")
        stage.assert_sound()
        await stage.press("enter")
        stage.assert_sound()
