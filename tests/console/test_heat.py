"""The heat map: every row is somewhere, at any size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.console import snapshots
from tests.console.stage import console
from tuimon.console.charset import ASCII, UNICODE
from tuimon.console.draw.heat import draw_heat
from tuimon.console.lines import plain, width
from tuimon.values.snapshot import Heat

counts = st.integers(0, 10**9)
heats: st.SearchStrategy[Heat] = st.integers(1, 24).flatmap(
    lambda buckets: st.lists(st.lists(counts, min_size=buckets, max_size=buckets).map(tuple), min_size=1, max_size=70).map(
        lambda rows: Heat(tuple(1.1**i for i in range(buckets + 1)), tuple(rows))
    )
)


@given(heats, st.integers(1, 120), st.integers(1, 30))
def test_it_fits_whatever_it_holds(heat: Heat, cells: int, height: int) -> None:
    for chars in (UNICODE, ASCII):
        lines = draw_heat(heat, (0.0, 3_600.0), ((1.2, "limit"),), (cells, height), chars)
        assert len(lines) <= height
        if cells >= 20 and height >= 3:
            assert len(lines) == height
            assert all(width(line) <= cells for line in lines)
            assert any(char in plain(line) for line in lines[:-1] for char in chars.heat) == any(map(any, heat.rows))


@given(st.integers(0, 59), st.integers(0, 11))
def test_a_single_row_is_one_mark_at_its_time_and_height(minute: int, bucket: int) -> None:
    rows = tuple(tuple(int((m, b) == (minute, bucket)) for b in range(12)) for m in range(60))
    lines = draw_heat(Heat(tuple(2.0**i for i in range(13)), rows), (0.0, 3_600.0), (), (68, 13), UNICODE)
    found = [(x - 8, 11 - y) for y, line in enumerate(lines[:-1]) for x, char in enumerate(plain(line)) if char == "█"]
    assert found == [(minute, bucket)]


async def test_a_key_turns_the_chart_into_it_and_back() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("3", "h")
        drawn = stage.text()
        assert "few ░▒▓█ many rows" in drawn
        stage.assert_sound()
        await stage.press("h")
        assert "p50" in stage.text()
        assert "░▒▓█" not in stage.text()
        await stage.press("1", "h")
        assert "the heat map is on Latency" in stage.lines()[-1]
