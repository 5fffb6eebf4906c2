"""Groups come from the baseline alone, hold equal mass, and never hide rows beside a heavy value."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimon.stats.grouping import MOST_CATEGORIES, category_groups, numeric_groups

baselines = st.lists(st.one_of(st.integers(0, 30), st.integers(0, 3000)), min_size=1, max_size=80)


@settings(max_examples=150, deadline=None)
@given(baselines, st.integers(2, 20))
def test_groups_are_stretches_of_bins_without_gaps(counts: list[int], parts: int) -> None:
    groups = numeric_groups(np.array(counts), parts)
    assert groups[0] == 0
    assert set(np.diff(groups).tolist()) <= {0, 1}


@settings(max_examples=150, deadline=None)
@given(baselines, st.integers(2, 20))
def test_a_heavy_bin_stands_alone(counts: list[int], parts: int) -> None:
    groups = numeric_groups(np.array(counts), parts)
    total = sum(counts)
    for bin_, count in enumerate(counts):
        if total and count * parts >= total:
            assert np.count_nonzero(groups == groups[bin_]) == 1
        elif total:
            mass = sum(other for other, group in zip(counts, groups, strict=True) if group == groups[bin_])
            assert mass * parts < 4 * total


def test_fine_bins_make_deciles() -> None:
    groups = numeric_groups(np.full(300, 7), 10)
    assert np.bincount(groups).tolist() == [30] * 10


def test_half_zeros_leave_half_the_deciles_to_the_rest() -> None:
    groups = numeric_groups(np.array([0, 500, *[5] * 100]), 10)
    assert np.bincount(groups).tolist() == [1, 1, 20, 20, 20, 20, 20]


def test_a_constant_column_sets_newcomers_apart() -> None:
    assert numeric_groups(np.array([0, 0, 900, 0]), 10).tolist() == [0, 0, 1, 2]
    assert numeric_groups(np.array([0, 0]), 10).tolist() == [0, 0]


def test_category_groups_are_top_values_the_rest_and_newcomers() -> None:
    baseline = np.concatenate([np.arange(100, 0, -1), [0, 0, 40, 0]])
    bins = np.concatenate([np.arange(102), [256, 300]]).astype(np.int32)
    groups = category_groups(bins, baseline)
    assert groups[:48].tolist() == list(range(48))
    assert set(groups[48:100].tolist()) == {48}
    assert groups[102] == 48, "a bucket is no single value, however full"
    assert groups[[100, 101, 103]].tolist() == [49, 49, 49]
    assert groups.max() + 1 == MOST_CATEGORIES


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=120))
def test_an_unseen_value_never_shares_a_group_with_a_seen_one(counts: list[int]) -> None:
    groups = category_groups(np.arange(len(counts), dtype=np.int32), np.array(counts))
    seen = {int(group) for group, count in zip(groups, counts, strict=True) if count}
    unseen = {int(group) for group, count in zip(groups, counts, strict=True) if not count}
    assert not seen & unseen
    assert len(unseen) <= 1
    assert seen | unseen == set(range(int(groups.max()) + 1))
