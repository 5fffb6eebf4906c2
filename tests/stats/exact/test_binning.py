"""Bin edges and counts against numpy's own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from tests.stats.exact.samples import columns
from tuimon.stats.exact import sample_of
from tuimon.stats.exact.binning import counted, doane_edges, sturges_edges
from tuimon.stats.exact.sample import Floats


@settings(deadline=None, max_examples=150)
@given(columns)
def test_sturges_edges_are_numpys(values: Floats) -> None:
    found = sturges_edges(values.min(), values.max(), values.size)
    np.testing.assert_array_equal(found, np.histogram_bin_edges(values, bins="sturges"))


@settings(deadline=None, max_examples=150)
@given(columns)
def test_doane_edges_are_numpys(values: Floats) -> None:
    found, expected = doane_edges(sample_of(values)), np.histogram_bin_edges(values, bins="doane")
    assert found.size == expected.size or abs(found.size - expected.size) == 1
    if found.size == expected.size:
        np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("seed", range(20))
def test_doane_bins_are_as_many_as_numpys_on_ordinary_data(seed: int) -> None:
    values = np.random.default_rng(seed).lognormal(0, 0.5, 3_000)
    np.testing.assert_allclose(doane_edges(sample_of(values)), np.histogram_bin_edges(values, bins="doane"))


@settings(deadline=None, max_examples=150)
@given(columns, columns)
def test_counts_are_numpys(values: Floats, others: Floats) -> None:
    edges = np.histogram_bin_edges(others, bins=7)
    np.testing.assert_array_equal(counted(sample_of(values), edges), np.histogram(values, edges)[0])
