"""Counts of groups straight from cells."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimon.stats import Frame, FrameColumn, NumericGrid, Regrouping

GRID = NumericGrid(0.0, 1.0)


@settings(max_examples=80, deadline=None)
@given(
    baseline=st.lists(st.integers(0, 50), min_size=3, max_size=60).filter(lambda counts: sum(counts) > 0),
    window=st.lists(st.integers(0, 9), min_size=3, max_size=60),
    numeric=st.booleans(),
)
def test_groups_of_known_bins_are_those_of_the_frame(baseline: list[int], window: list[int], numeric: bool) -> None:
    size = min(len(baseline), len(window))
    counts = np.array(baseline[:size])
    if not counts.sum():
        counts[0] = 1
    column = FrameColumn(GRID if numeric else None, np.arange(size, dtype=np.int32), counts)
    frame, groups = Frame([column]), Regrouping([column], 10)
    now = np.array(window[:size])
    found = groups.counts(np.zeros(size, np.int64), np.zeros(size, np.int64), np.arange(size), now, 1)[0]
    grouped = frame.grouped(now.astype(float))
    assert found[: len(grouped)].tolist() == grouped.tolist()
    assert not found[len(grouped) :].any()
    assert groups.baseline[: len(grouped)].tolist() == frame.baseline_groups.tolist()


def test_bins_that_the_baseline_never_had_count_at_the_ends_or_as_newcomers() -> None:
    numbers = FrameColumn(GRID, np.arange(10, dtype=np.int32), np.full(10, 100))
    names = FrameColumn(None, np.arange(3, dtype=np.int32), np.array([5, 3, 0]))
    groups = Regrouping([numbers, names], 10)
    entries = np.array([[0, 0, -50, 2], [0, 0, 400, 3], [0, 1, 2, 4], [0, 1, 300, 5], [1, 1, 0, 6]]).T
    window, column, bins, counts = entries
    found = groups.counts(window, column, bins, counts, 2)
    assert found[0, :10].tolist() == [2, 0, 0, 0, 0, 0, 0, 0, 0, 3]
    assert found[0, 10:].tolist() == [0, 0, 9]
    assert found[1].tolist() == [0] * 10 + [6, 0, 0]
