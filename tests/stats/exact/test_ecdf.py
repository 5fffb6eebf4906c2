"""KS and Wasserstein on raw values against scipy, and by hand."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.stats import ks_2samp, wasserstein_distance

from tests.stats.exact.samples import columns
from tuimon.stats.exact import sample_of
from tuimon.stats.exact.ecdf import ks_statistic, wasserstein
from tuimon.stats.exact.sample import Floats


def scipys_ks(before: Floats, now: Floats) -> float:
    """Only the statistic: scipy warns of p-values that it cannot compute for the smallest samples."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(ks_2samp(before, now, method="asymp").statistic)


@settings(deadline=None, max_examples=200)
@given(columns, columns)
def test_both_distances_are_scipys(before: Floats, now: Floats) -> None:
    sides = sample_of(before), sample_of(now)
    assert ks_statistic(*sides) == pytest.approx(scipys_ks(before, now), abs=1e-12)
    assert wasserstein(*sides) == pytest.approx(wasserstein_distance(before, now), rel=1e-9, abs=1e-9)


def test_by_hand() -> None:
    before, now = sample_of([0.0, 1.0, 2.0, 3.0]), sample_of([1.0, 1.0, 4.0])
    assert ks_statistic(before, now) == pytest.approx(1 / 3)
    assert wasserstein(before, now) == pytest.approx((0.25 + abs(2 / 3 - 0.5) + abs(2 / 3 - 0.75)) + 1 / 3)


def test_a_shift_is_its_own_distance() -> None:
    values = np.random.default_rng(1).lognormal(0, 2, 1_000)
    assert wasserstein(sample_of(values), sample_of(values + 7)) == pytest.approx(7)


def test_without_rows_there_is_no_distance() -> None:
    assert math.isnan(ks_statistic(sample_of([]), sample_of([1.0])))
    assert math.isnan(wasserstein(sample_of([1.0]), sample_of([math.nan, math.inf])))


@settings(deadline=None, max_examples=100)
@given(columns, columns)
def test_a_part_taken_out_is_as_if_it_had_never_been_there(rest: Floats, part: Floats) -> None:
    left = sample_of(np.concatenate((rest, part))).without(sample_of(part))
    same = sample_of(rest)
    assert left.n == same.n
    assert (left.low, left.high) == (same.low, same.high)
    assert left.std() == pytest.approx(same.std(), rel=1e-9, abs=1e-9)
    other = sample_of([0.25, 3.0])
    assert ks_statistic(left, other) == pytest.approx(ks_statistic(same, other), abs=1e-12)


def test_only_a_part_can_be_taken_out() -> None:
    with pytest.raises(ValueError, match="not all in the sample"):
        sample_of([1.0, 2.0]).without(sample_of([3.0]))
