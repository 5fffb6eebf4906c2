"""Latency bins are those of OpenTelemetry's exponential histogram at scale 5."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimon.stats import ZERO, latency_bins, latency_edges

positive = st.floats(min_value=1e-300, max_value=1e300)


@settings(max_examples=200, deadline=None)
@given(st.lists(positive, min_size=1, max_size=50))
def test_a_bin_holds_its_value_and_not_its_lower_edge(values: list[float]) -> None:
    x = np.array(values)
    lower, upper = latency_edges(latency_bins(x))
    assert np.all(lower < x)
    assert np.all(x <= upper)
    assert upper == pytest.approx(lower * 2 ** (1 / 32), rel=1e-12)
    assert np.all(np.abs(latency_bins(x) - (np.ceil(np.log2(x) * 32) - 1)) <= 1)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(min_value=0, allow_infinity=False), max_size=50))
def test_bins_grow_with_values_and_zero_is_the_lowest(values: list[float]) -> None:
    bins = latency_bins(np.sort(np.array(values)))
    assert bins.dtype == np.int32
    assert np.all(np.diff(bins) >= 0)
    assert np.array_equal(bins == ZERO, np.sort(np.array(values)) == 0)


@given(st.integers(-1000, 1000))
def test_powers_of_two_close_a_bin_exactly(power: int) -> None:
    value = 2.0**power
    assert latency_bins([value]).tolist() == [32 * power - 1]
    assert latency_bins([np.nextafter(value, np.inf)]).tolist() == [32 * power]
    assert latency_edges([32 * power - 1])[1].tolist() == [value]


@settings(max_examples=100, deadline=None)
@given(st.lists(positive, min_size=1, max_size=50))
def test_two_bins_make_one_of_the_next_scale(values: list[float]) -> None:
    doubled = latency_bins(np.array(values)) // 2
    lower, upper = latency_edges(doubled * 2)[0], latency_edges(doubled * 2 + 1)[1]
    assert np.all((lower < values) & (values <= upper))
    assert upper == pytest.approx(lower * 2 ** (1 / 16), rel=1e-12)


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_what_is_no_latency_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="latency"):
        latency_bins([1.0, bad])


def test_zero_has_no_width() -> None:
    lower, upper = latency_edges([ZERO])
    assert lower.tolist() == upper.tolist() == [0.0]
