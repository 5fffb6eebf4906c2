"""A frame compares many columns at once as if each stood alone, and as exact tools do."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance

from tests.stats.helpers import Longs, category, exact_ks, frame_of, numeric
from tuimon.stats import Comparison, DriftMethod, Frame, FrameColumn, NumericGrid

METHODS: tuple[DriftMethod, ...] = ("psi", "js", "hellinger", "linf", "chi2", "ks", "wasserstein", "wasserstein_normalised")


def mixed_frame(seed: int = 0) -> tuple[Frame, Longs]:
    rng = np.random.default_rng(seed)
    return frame_of(
        numeric(rng.normal(size=5_000), rng.normal(0.2, 1.1, 2_000)),
        (category([500, 300, 200, 0]), [40, 30, 20, 10]),
        (FrameColumn(NumericGrid(0.0, 1.0), np.empty(0, np.int32), np.empty(0, np.int64)), []),
        numeric(rng.poisson(2, 5_000).astype(np.float64), rng.poisson(3, 800).astype(np.float64)),
        (category([100, 50]), [0, 0]),
        (category([0, 0]), [10, 5]),
        numeric(np.full(500, 3.0), np.full(100, 4.0)),
    )


def test_each_column_is_compared_as_if_alone() -> None:
    frame, window = mixed_frame()
    together = frame.compare(window)
    for index, column in enumerate(frame.columns):
        alone = Frame([column]).compare(window[frame.layout.slice(index)])
        for item in fields(Comparison):
            assert getattr(together, item.name)[index] == pytest.approx(getattr(alone, item.name)[0], abs=1e-12, nan_ok=True), item.name


def test_what_cannot_be_said_is_nan() -> None:
    frame, window = mixed_frame()
    found = frame.compare(window)
    measures = [item.name for item in fields(Comparison) if item.name not in ("n", "baseline_n", "groups")]
    for name in measures:
        assert np.isnan(getattr(found, name)[[2, 4, 5]]).all(), name
        wanted = [0, 3, 6] if name.startswith(("ks", "wasserstein")) else [0, 1, 3, 6]
        assert np.isfinite(getattr(found, name)[wanted]).all(), name
    assert np.isnan(found.ks[1])
    assert found.n.tolist() == [2000, 100, 0, 800, 0, 15, 100]
    assert found.baseline_n.tolist() == [5000, 1000, 0, 5000, 150, 0, 500]


def test_many_windows_are_windows_one_by_one() -> None:
    frame, window = mixed_frame()
    windows = np.stack([window, window // 2, np.zeros_like(window)])
    together = frame.compare_many(windows)
    for row, single in enumerate(windows):
        alone = frame.compare(single)
        for item in fields(Comparison):
            assert getattr(together, item.name)[row] == pytest.approx(getattr(alone, item.name), abs=1e-12, nan_ok=True), item.name
    for method in METHODS:
        assert frame.values(method, windows) == pytest.approx(getattr(together, method), nan_ok=True, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40),
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40),
)
def test_ks_is_exact_within_the_bound_it_states(before: list[float], now: list[float]) -> None:
    frame, window = frame_of(numeric(np.array(before), np.array(now)))
    found = frame.compare(window)
    assert abs(found.ks[0] - exact_ks(before, now)) <= found.ks_error[0] + 1e-9


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-50, 50), min_size=1, max_size=60), st.lists(st.integers(-50, 50), min_size=1, max_size=60))
def test_values_with_bins_of_their_own_are_compared_exactly(before: list[int], now: list[int]) -> None:
    points = np.arange(-50.0, 51.0)
    grid = NumericGrid(0.0, 10.0, tuple(sorted([*points.tolist(), *np.nextafter(points, np.inf).tolist()])))
    frame, window = frame_of(numeric(np.array(before, dtype=float), np.array(now, dtype=float), grid))
    found = frame.compare(window)
    assert found.ks[0] == pytest.approx(exact_ks(before, now))
    assert found.ks_error[0] == 0
    assert found.wasserstein[0] == pytest.approx(wasserstein_distance(before, now), abs=1e-9)
    deviation = np.std(before) or grid.scale
    assert found.wasserstein_normalised[0] == pytest.approx(found.wasserstein[0] / deviation, rel=1e-9)
    assert frame.means(window)[0] == pytest.approx(np.mean(now), abs=1e-9)


@pytest.mark.parametrize(("shift", "stretch"), [(0.5, 1.0), (0.1, 1.0), (0.0, 1.5), (0.05, 1.0)])
def test_wasserstein_of_smooth_columns_is_within_two_per_cent(shift: float, stretch: float) -> None:
    rng = np.random.default_rng(2)
    for before, now in (
        (rng.normal(size=50_000), rng.normal(shift, stretch, 20_000)),
        (rng.lognormal(0, 1, 50_000), rng.lognormal(shift, stretch, 20_000)),
        (rng.random(50_000), rng.random(20_000) * stretch + shift),
    ):
        frame, window = frame_of(numeric(before, now))
        assert frame.compare(window).wasserstein[0] == pytest.approx(wasserstein_distance(before, now), rel=0.02)


def test_psi_of_deciles_is_near_that_of_exact_deciles() -> None:
    rng = np.random.default_rng(3)
    before, now = rng.gamma(2, 1, 50_000), rng.gamma(2.4, 1, 20_000)
    edges = np.quantile(before, np.linspace(0, 1, 11)[1:-1])
    p, q = (np.bincount(np.searchsorted(edges, side), minlength=10) / side.size for side in (now, before))
    frame, window = frame_of(numeric(before, now))
    found = frame.compare(window)
    assert found.groups[0] == 10
    assert found.psi[0] == pytest.approx(np.sum((p - q) * np.log(p / q)), rel=0.015)


def test_an_equal_window_is_no_drift_and_a_moved_constant_is() -> None:
    frame, window = mixed_frame()
    same = frame.compare(frame.baseline.astype(np.int64))
    for method in METHODS:
        known = ~np.isnan(getattr(same, method))
        assert getattr(same, method)[known] == pytest.approx(0, abs=1e-7)
    moved = frame.compare(window)
    assert moved.ks[6] == 1
    assert moved.wasserstein[6] == pytest.approx(1, rel=0.02)
    assert moved.p_value[6] == 1e-12


def test_groups_do_not_depend_on_bins_that_only_a_window_has() -> None:
    """A frame made for a wider union of bins gives the same measures."""
    rng = np.random.default_rng(4)
    before, now, other = rng.normal(size=4_000), rng.normal(size=1_000), rng.normal(0, 3, 500)
    (column, counts), _ = numeric(before, now), None
    grid = column.grid
    assert grid is not None
    wide_bins = np.union1d(column.bins, grid.assign(other)).astype(np.int32)
    at = np.searchsorted(wide_bins, column.bins)
    baseline, window = np.zeros(wide_bins.size, np.int64), np.zeros(wide_bins.size, np.int64)
    baseline[at], window[at] = column.baseline, counts
    narrow = Frame([column]).compare(counts)
    wide = Frame([FrameColumn(grid, wide_bins, baseline)]).compare(window)
    for item in fields(Comparison):
        assert getattr(wide, item.name) == pytest.approx(getattr(narrow, item.name), rel=1e-9), item.name


def test_a_window_of_the_wrong_length_is_refused() -> None:
    frame, window = mixed_frame()
    with pytest.raises(ValueError, match="counts"):
        frame.compare(window[1:])


def test_a_frame_without_columns_is_empty() -> None:
    found = Frame([]).compare(np.zeros(0))
    assert all(getattr(found, item.name).shape == (0,) for item in fields(Comparison))
    assert Frame([]).expected("ks", [], [])[0].shape == (0,)


def test_huge_values_stay_without_a_warning() -> None:
    frame, window = frame_of(numeric(np.array([-1.7e308, 0.0, 1.7e308] * 50), np.array([1.7e308] * 20)))
    found = frame.compare(window)
    assert found.ks[0] == pytest.approx(2 / 3)
    assert found.p_value[0] < 0.01
