"""A window is the sum of its minutes, however the minutes came in."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.monitor.cells import COLUMNS, Row, cells
from tuimon.monitor.timeline import Timeline

rows = st.lists(
    st.builds(
        Row,
        minute=st.integers(0, 30),
        column=st.sampled_from([1, 2, 3]),
        version=st.sampled_from(["v1", "v2"]),
        bin=st.integers(-50, 50),
        count=st.integers(1, 5),
    ),
    max_size=60,
)


def reference(found: list[Row], column: int, version: str | None, start: int, end: int) -> Counter[int]:
    total: Counter[int] = Counter()
    for row in found:
        if row.column == column and version in (None, row.version) and start <= row.minute * 60 < end:
            total[row.bin] += row.count
    return total


def counted(timeline: Timeline, column: int, version: str, start: int, end: int) -> Counter[int]:
    slot = timeline.slot(column, version)
    if slot is None:
        return Counter()
    bins, counts = timeline.window(start, end).of(slot)
    return Counter({int(b): int(c) for b, c in zip(bins, counts, strict=True) if c})


@given(rows, st.integers(0, 31), st.integers(0, 31))
def test_a_window_is_the_sum_of_its_minutes(found: list[Row], first: int, last: int) -> None:
    timeline = Timeline()
    timeline.replace(cells(found), COLUMNS, 0)
    start, end = 60 * first, 60 * last
    assert counted(timeline, 1, "", start, end) == reference(found, 1, None, start, end)
    assert counted(timeline, 3, "v2", start, end) == reference(found, 3, "v2", start, end)


@given(rows, rows, st.integers(0, 31))
def test_reading_the_newest_minutes_again_replaces_them(old: list[Row], new: list[Row], since: int) -> None:
    timeline = Timeline()
    timeline.replace(cells(old), COLUMNS, 0)
    fresh = [row for row in new if row.minute >= since]
    timeline.replace(cells(fresh), COLUMNS, since * 60)
    expected = [row for row in old if row.minute < since] + fresh
    for column, version in ((1, ""), (2, ""), (3, "v1")):
        assert counted(timeline, column, version, 0, 9999) == reference(expected, column, version or None, 0, 9999)


@given(st.lists(rows, min_size=30, max_size=40))
def test_many_small_loads_equal_one_large_one(parts: list[list[Row]]) -> None:
    piecemeal, whole = Timeline(), Timeline()
    moved = [[Row(row.minute + 31 * i, row.column, row.version, row.bin, row.count) for row in part] for i, part in enumerate(parts)]
    for i, part in enumerate(moved):
        piecemeal.replace(cells(part), COLUMNS, 31 * 60 * i)
    everything = [row for part in moved for row in part]
    whole.replace(cells(everything), COLUMNS, 0)
    for column in (1, 2):
        assert (
            counted(piecemeal, column, "", 0, 1 << 40)
            == counted(whole, column, "", 0, 1 << 40)
            == reference(everything, column, None, 0, 1 << 40)
        )


@given(rows, st.integers(0, 31))
def test_trimmed_minutes_are_gone_and_the_rest_is_untouched(found: list[Row], before: int) -> None:
    timeline = Timeline()
    timeline.replace(cells(found), COLUMNS, 0)
    timeline.trim(before * 60)
    assert counted(timeline, 1, "", 0, 9999) == reference(found, 1, None, before * 60, 9999)


@given(rows)
def test_the_version_left_out_counts_as_no_traffic_but_its_latency_is_shown(found: list[Row]) -> None:
    timeline = Timeline(left_out="v2")
    timeline.replace(cells(found), COLUMNS, 0)
    assert counted(timeline, 1, "", 0, 9999) == reference(found, 1, "v1", 0, 9999)
    assert counted(timeline, 3, "v2", 0, 9999) == reference(found, 3, "v2", 0, 9999)


@given(rows, st.integers(0, 20), st.integers(1, 15), st.sampled_from([60, 120, 300]))
def test_a_series_is_its_windows_one_by_one(found: list[Row], first: int, count: int, step: int) -> None:
    timeline = Timeline()
    timeline.replace(cells(found), COLUMNS, 0)
    slot = timeline.slot(2)
    if slot is None:
        return
    bins, counts, n = timeline.minutes(first * 60, count, step, slot)
    for i in range(count):
        start = first * 60 + i * step
        expected = reference(found, 2, None, start, start + step)
        assert Counter({int(b): int(c) for b, c in zip(bins, counts[i], strict=True) if c}) == expected
        assert int(n[i]) == sum(expected.values())


def test_an_empty_timeline_has_empty_windows() -> None:
    sums = Timeline().window(0, 3600)
    assert sums.n.shape == (0,)
    assert np.array_equal(sums.counts, np.empty(0, np.int64))


@given(rows, rows, st.lists(st.tuples(st.integers(0, 30), st.integers(1, 15)), min_size=1, max_size=6))
def test_counts_of_many_spans_are_those_of_each_window(old: list[Row], new: list[Row], found: list[tuple[int, int]]) -> None:
    timeline = Timeline()
    timeline.replace(cells(old), COLUMNS, 0)
    timeline.replace(cells([row for row in new if row.minute >= 8]), COLUMNS, 8 * 60)
    spans = [(first * 60, (first + width) * 60) for first, width in found]
    counts = timeline.counts(spans)
    assert counts.shape == (len(spans), len(timeline.keys))
    for span, each in zip(spans, counts, strict=True):
        assert np.array_equal(each, timeline.window(*span).counts)
