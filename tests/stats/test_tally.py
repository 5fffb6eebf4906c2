"""Cells are exact counts, whatever the spans, and adding them is adding integers."""

from __future__ import annotations

import tracemalloc
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimon.stats import add_sparse, count_cells

groups = st.one_of(st.integers(0, 5), st.integers(-(2**63), 2**63 - 1))
bins = st.one_of(st.integers(-3, 3), st.integers(-(2**31), 2**31 - 1))
rows = st.lists(st.tuples(groups, bins), max_size=60)
sparse = st.lists(st.tuples(st.integers(-5, 5), st.integers(-3, 3)), max_size=20)


@settings(max_examples=200, deadline=None)
@given(rows)
def test_cells_are_what_a_counter_counts(pairs: list[tuple[int, int]]) -> None:
    group = np.array([pair[0] for pair in pairs], dtype=np.int64)
    bin_ = np.array([pair[1] for pair in pairs], dtype=np.int32)
    found = count_cells(group, bin_)
    assert [part.dtype for part in found] == [np.int64, np.int32, np.int64]
    assert list(zip(*(part.tolist() for part in found), strict=True)) == [(*key, count) for key, count in sorted(Counter(pairs).items())]


@settings(max_examples=100, deadline=None)
@given(rows, rows)
def test_cells_of_two_parts_add_up_to_cells_of_the_whole(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    def cells(pairs: list[tuple[int, int]]) -> dict[tuple[int, int], int]:
        group, bin_, count = count_cells([pair[0] for pair in pairs], np.array([pair[1] for pair in pairs], dtype=np.int32))
        return {(int(g), int(b)): int(c) for g, b, c in zip(group, bin_, count, strict=True)}

    assert Counter(cells(first)) + Counter(cells(second)) == Counter(cells(first + second))


def test_one_row_in_2099_costs_no_memory() -> None:
    minutes = np.arange(100_000) // 10_000
    minutes[7] = 10**15
    ids = np.arange(100_000, dtype=np.int32) % 300 - 150
    tracemalloc.start()
    group, _, count = count_cells(minutes, ids)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count.sum() == 100_000
    assert group[-1] == 10**15
    assert peak < 20_000_000


@settings(max_examples=200, deadline=None)
@given(st.lists(sparse, max_size=4))
def test_sparse_sums_are_sums_by_key(parts: list[list[tuple[int, int]]]) -> None:
    wanted: Counter[int] = Counter()
    for part in parts:
        for key, count in part:
            wanted[key] += count
    keys, counts = add_sparse(*(([key for key, _ in part], [count for _, count in part]) for part in parts))
    assert list(zip(keys.tolist(), counts.tolist(), strict=True)) == sorted((key, count) for key, count in wanted.items() if count)


def test_a_taken_back_count_leaves_no_trace() -> None:
    keys, counts = add_sparse(([1, 2], [3, 4]), ([2], [-4]))
    assert (keys.tolist(), counts.tolist()) == ([1], [3])


def test_the_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="one group and one bin"):
        count_cells([1, 2, 3], np.array([1], dtype=np.int32))
