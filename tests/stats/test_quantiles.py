"""Quantiles from bins are near the exact order statistics, within the stated error."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stats.helpers import Floats
from tuimon.stats import grid_moments, grid_quantiles, latency_bins, latency_quantiles, make_grid

HALF_BIN = (2 ** (1 / 32) - 1) / (2 ** (1 / 32) + 1) + 1e-12
"""Between the best point of a bin and its edges, relative to the edges: 1.083 %."""
QS = [0.0, 0.01, 0.07, 0.5, 0.9, 0.95, 0.99, 1.0]


def rank_of(q: float, n: int) -> int:
    """ceil(q n) for a q of two decimals, in whole numbers; the first rank is 1."""
    return max(1, math.ceil(round(100 * q) * n / 100))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.just(0.0), st.floats(1e-9, 1e9)), min_size=1, max_size=300))
def test_latency_quantiles_are_within_one_bin_half(values: list[float]) -> None:
    ordered = np.sort(np.array(values))
    bins, counts = np.unique(latency_bins(ordered), return_counts=True)
    found = latency_quantiles(bins, counts, QS, maximum=float(ordered[-1]))
    exact = np.array([ordered[rank_of(q, ordered.size) - 1] for q in QS])
    assert np.all(np.abs(found - exact) <= HALF_BIN * exact)
    assert np.all(found <= ordered[-1])
    assert found[-1] == ordered[-1]
    assert np.all(np.diff(found) >= 0)


def test_without_rows_or_with_a_senseless_quantile() -> None:
    assert np.isnan(latency_quantiles([], [], [0.5, 0.9], 1.0)).all()
    assert np.isnan(latency_quantiles([4], [0], [0.5], 1.0)).all()
    with pytest.raises(ValueError, match="quantile"):
        latency_quantiles([4], [1], [1.5], 1.0)


def test_without_a_known_maximum_the_bin_answers() -> None:
    found = latency_quantiles(latency_bins([100.0]), [1], [1.0])
    assert found == pytest.approx([100.0], rel=0.011)


@pytest.mark.parametrize("spread", [0.3, 1.0, 2.0])
def test_grid_quantiles_and_moments_are_near_the_exact_ones(spread: float) -> None:
    values: Floats = np.random.default_rng(5).lognormal(0, spread, 20_000)
    grid = make_grid(values)
    bins, counts = np.unique(grid.assign(values), return_counts=True)
    qs = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    assert grid_quantiles(grid, bins, counts, qs) == pytest.approx(np.quantile(values, qs), rel=0.01)
    moments = grid_moments(grid, bins, counts)
    assert moments.mean == pytest.approx(values.mean(), rel=0.005)
    assert moments.deviation == pytest.approx(values.std(), rel=0.02)


def test_whole_numbers_come_back_exactly() -> None:
    values = np.repeat(np.arange(5.0), [10, 20, 40, 20, 10])
    grid = make_grid(values)
    bins, counts = np.unique(grid.assign(values), return_counts=True)
    assert grid_quantiles(grid, bins, counts, [0.0, 0.1, 0.5, 0.95, 1.0]).tolist() == [0.0, 0.0, 2.0, 4.0, 4.0]
    moments = grid_moments(grid, bins, counts)
    assert (moments.mean, moments.deviation) == pytest.approx((values.mean(), values.std()))
    assert np.isnan(grid_moments(grid, bins, np.zeros_like(counts)).mean)
    assert np.isnan(grid_quantiles(grid, bins, np.zeros_like(counts), [0.5])).all()
