"""Numbers as words, and pictures of numbers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.console import formatting
from tuimon.console.charset import ASCII, UNICODE
from tuimon.console.draw.axis import ticks
from tuimon.console.draw.bars import bar
from tuimon.console.draw.chart import Chart, Curve, draw_chart
from tuimon.console.draw.columns import columns, sparkline
from tuimon.console.lines import crop, plain, width

ODD = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True), st.sampled_from([0.0, 1.0]))
SERIES = st.lists(ODD, max_size=80)


@given(SERIES, st.integers(1, 60), st.integers(1, 4))
def test_columns_fill_their_size_and_show_gaps_as_blanks(values: list[float | None], cells: int, height: int) -> None:
    lines = columns(values, (cells, height), UNICODE)
    assert [width(line) for line in lines] == [cells] * height
    if not any(v is not None and math.isfinite(v) for v in values):
        assert not "".join(plain(line) for line in lines).strip()


@given(SERIES, st.integers(1, 120), st.integers(1, 30), st.sampled_from([UNICODE, ASCII]))
def test_charts_take_anything(values: list[float | None], cells: int, height: int, chars: object) -> None:
    charset = ASCII if chars is ASCII else UNICODE
    chart = Chart((Curve(tuple(values), "middle", "*"),), 0.0, 60.0, ((0.5, "limit"),))
    lines = draw_chart(chart, (cells, height), charset)
    assert len(lines) <= height
    assert len(lines) == 1 or {width(line) for line in lines} == {cells}


def test_a_gap_in_a_chart_stays_open() -> None:
    series = (1.0,) * 20 + (None,) * 20 + (1.0,) * 20
    lines = [plain(line) for line in draw_chart(Chart((Curve(series, "middle", "*"),), 0.0, 60.0), (66, 6), ASCII)]
    (drawn,) = [line for line in lines if "*" in line]
    assert drawn.count("*") in range(38, 44)
    assert " " * 15 in drawn.strip()


def test_a_rising_series_rises() -> None:
    assert sparkline([0.0, 1.0, 2.0, 4.0, 8.0], 5, UNICODE) == "▁▁▂▄█"
    assert sparkline([1.0, None, math.nan, 1.0], 4, UNICODE) == "█  █"
    assert sparkline([], 3, UNICODE) == "   "


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 50))
def test_a_bar_shows_the_larger_share_in_full(now: float, before: float, cells: int) -> None:
    drawn = bar(now, before, max(now, before), cells, UNICODE)
    assert width(drawn) == cells
    assert (max(now, before) > 0) == bool(plain(drawn).strip())


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(2, 9))
def test_ticks_are_few_and_inside(low: float, span: float, most: int) -> None:
    found = ticks(low, low + span, most)
    assert 1 <= len(found) <= most
    assert found == sorted(found)


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "M"])), st.integers(0, 40))
def test_crop_gives_exactly_the_width(words: str, cells: int) -> None:
    assert width(crop(((words, "text"), (words, "dim")), cells)) == cells


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (formatting.count(1_204_551), "1.2M"),
        (formatting.count(3400), "3.4k"),
        (formatting.count(999_960), "1.0M"),
        (formatting.size(61_000_000), "61 MB"),
        (formatting.size(999), "999 B"),
        (formatting.milliseconds(412.2), "412 ms"),
        (formatting.milliseconds(1234.0), "1.2 s"),
        (formatting.percent(0.0042), "0.42 %"),
        (formatting.percent(None), "-"),
        (formatting.percent(1e-6), "<0.01 %"),
        (formatting.chance(1e-12), "<1e-12"),
        (formatting.chance(3e-7), "3e-7"),
        (formatting.chance(0.0), "<1e-12"),
        (formatting.by_chance(1e-9), "< 1 in 10 years"),
        (formatting.by_chance(1 / 3), "1 in 3 weeks"),
        (formatting.by_chance(0.0), "< 1 in 10 years"),
        (formatting.by_chance(math.nan), "-"),
        (formatting.duration(611), "10m"),
        (formatting.clock(math.inf), "-"),
        (formatting.clock(1e300), "-"),
        (formatting.limit(0.1), "0.10"),
        (formatting.limit(150.0), "150"),
        (formatting.limit(0.005), "0.005"),
    ],
)
def test_words(made: str, words: str) -> None:
    assert made == words


@given(ODD)
def test_no_number_breaks_a_format(value: float | None) -> None:
    for make in (
        formatting.count, formatting.size, formatting.rate, formatting.number, formatting.effect, formatting.limit, formatting.milliseconds,
        formatting.percent, formatting.chance, formatting.by_chance, formatting.duration, formatting.clock, formatting.date,
    ):  # fmt: skip
        assert make(value).isprintable()
        assert "nan" not in make(value)
