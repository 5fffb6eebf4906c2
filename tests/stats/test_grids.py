"""The grid is ordered like the values, its edges hold to the bit, and it hides at most 0.005 of KS."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from tests.stats.helpers import Floats, frame_of, numeric
from tuimon.stats import NumericGrid, make_grid

finite = st.floats(allow_nan=False, allow_infinity=False)
LARGEST = float(np.finfo(np.float64).max)


@st.composite
def grids(draw: st.DrawFn) -> NumericGrid:
    loc = draw(finite)
    scale = draw(st.floats(min_value=5e-324, max_value=LARGEST))
    near = st.integers(-300, 300).map(lambda step: float(np.clip(loc + scale * np.float64(step) / 64, -LARGEST, LARGEST)))
    with np.errstate(over="ignore"):
        cuts = draw(st.lists(st.one_of(finite, near), max_size=12))
    pairs = [float(np.nextafter(cut, np.inf)) for cut in cuts if cut < LARGEST]
    return NumericGrid(loc, scale, tuple(sorted({*(cut + 0.0 for cut in cuts), *(pair + 0.0 for pair in pairs)})))


def around(grid: NumericGrid, values: list[float]) -> Floats:
    """The values, the grid's own points, and the floats next to all of them, in order."""
    points = np.array([*values, *grid.cuts, grid.loc, 0.0, LARGEST, -LARGEST])
    near = np.concatenate([points, np.nextafter(points, LARGEST), np.nextafter(points, -LARGEST)])
    return np.sort(near)


@settings(max_examples=100, deadline=None)
@given(grids(), st.lists(finite, max_size=20))
def test_ids_grow_with_values_and_edges_enclose_them(grid: NumericGrid, values: list[float]) -> None:
    x = around(grid, values)
    bins = grid.assign(x)
    assert bins.dtype == np.int32
    assert np.all(np.diff(bins) >= 0)
    lower, upper = grid.edges(bins)
    assert np.all(lower <= x)
    assert np.all(x < upper)


@settings(max_examples=100, deadline=None)
@given(grids(), st.lists(finite, min_size=1, max_size=20))
def test_an_edge_is_the_first_value_of_its_bin(grid: NumericGrid, values: list[float]) -> None:
    bins = grid.assign(np.array(values))
    lower, upper = grid.edges(bins)
    inside = np.isfinite(lower) & (lower > -LARGEST)
    assert np.array_equal(grid.assign(lower[inside]), bins[inside])
    assert np.all(grid.assign(np.nextafter(lower[inside], -np.inf)) < bins[inside])
    later = np.isfinite(upper)
    assert np.all(grid.assign(upper[later]) > bins[later])
    assert np.array_equal(grid.lower(bins + 1), upper)


@settings(max_examples=100, deadline=None)
@given(grids(), st.lists(finite, min_size=1, max_size=30))
def test_the_id_is_the_asinh_bin_plus_the_cuts_below(grid: NumericGrid, values: list[float]) -> None:
    x = np.array(values)
    bare = NumericGrid(grid.loc, grid.scale).assign(x)
    below = [sum(cut <= value for cut in grid.cuts) for value in values]
    assert np.array_equal(grid.assign(x), bare + below)
    with np.errstate(over="ignore"):
        ratio = np.clip((x - grid.loc) / grid.scale, -LARGEST, LARGEST)
    assert np.array_equal(bare, np.floor(32 * np.arcsinh(ratio) + 0.5))


@settings(max_examples=60, deadline=None)
@given(grids(), st.lists(finite, min_size=1, max_size=40))
def test_a_value_has_the_same_bin_in_any_company(grid: NumericGrid, values: list[float]) -> None:
    x = np.array(values)
    alone = np.concatenate([grid.assign(x[i : i + 1]) for i in range(x.size)])
    assert np.array_equal(grid.assign(x), alone)
    assert np.array_equal(grid.assign(np.repeat(x, 3)[::3]), alone)


@settings(max_examples=100, deadline=None)
@given(grids())
def test_a_grid_survives_json_to_the_bit(grid: NumericGrid) -> None:
    assert NumericGrid.from_spec(json.loads(json.dumps(grid.spec()))) == grid


@settings(max_examples=100, deadline=None)
@given(st.lists(finite, min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_a_made_grid_takes_any_values_and_ignores_their_order(values: list[float], random: object) -> None:
    grid = make_grid(np.array(values))
    shuffled = np.random.default_rng(len(values)).permutation(np.array(values))
    assert make_grid(shuffled) == grid
    bins = grid.assign(np.array(values))
    for bin_ in np.unique(bins):
        inside = np.array(values)[bins == bin_]
        assert len(inside) <= max(1, len(values) // 200) or np.unique(inside).size == 1


def test_without_spread_the_scale_falls_back() -> None:
    mostly = np.concatenate([np.full(900, 5.0), np.linspace(0, 10, 100)])
    assert make_grid(mostly).scale == pytest.approx(np.std(mostly))
    assert make_grid(np.full(10, 7.0)).scale == 1.0
    assert make_grid(np.array([])) == NumericGrid(0.0, 1.0)
    normal = np.random.default_rng(0).normal(3, 2, 20_000)
    assert make_grid(normal).loc == pytest.approx(np.median(normal))
    assert make_grid(normal).scale == pytest.approx(2, rel=0.03)


def test_a_heavy_value_has_a_bin_of_its_own_and_64_values_at_most() -> None:
    rng = np.random.default_rng(1)
    values = np.concatenate([np.full(100, 0.25), rng.normal(size=9_900)])
    grid = make_grid(values)
    beside = np.array([np.nextafter(0.25, -1), 0.25, np.nextafter(0.25, 1)])
    assert np.unique(grid.assign(beside)).size == 3
    assert grid.middle(*grid.edges(grid.assign(beside)))[1].tolist() == [False, True, False]
    many = make_grid(np.repeat(np.arange(100.0), 100))
    alone = grid_singles(many, np.arange(100.0))
    assert alone.sum() == 64
    assert np.unique(many.assign(np.arange(100.0))).size == 100


def grid_singles(grid: NumericGrid, values: Floats) -> np.ndarray:
    return grid.middle(*grid.edges(grid.assign(values)))[1]


@pytest.mark.parametrize(
    ("loc", "scale", "cuts"), [(np.nan, 1.0, ()), (0.0, 0.0, ()), (0.0, -1.0, ()), (0.0, 1.0, (2.0, 1.0)), (0.0, 1.0, (np.inf,))]
)
def test_a_senseless_grid_is_refused(loc: float, scale: float, cuts: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="grid"):
        NumericGrid(loc, scale, cuts)


def test_values_that_are_not_finite_make_no_grid() -> None:
    with pytest.raises(ValueError, match="finite"):
        make_grid(np.array([1.0, np.nan]))


Draw = Callable[[np.random.Generator, int], Floats]


def normal(mean: float, spread: float) -> Draw:
    return lambda rng, n: rng.normal(mean, spread, n)


def mixed(share: float, first: Draw, second: Draw) -> Draw:
    return lambda rng, n: np.where(rng.random(n) < share, first(rng, n), second(rng, n))


def constant(value: float) -> Draw:
    return lambda _, n: np.full(n, value)


def lognormal(mean: float, sigma: float) -> Draw:
    return lambda rng, n: rng.lognormal(mean, sigma, n)


FAMILIES: dict[str, tuple[Draw, Draw]] = {
    "normal, half a deviation": (normal(0, 1), normal(0.5, 1)),
    "normal far from zero": (normal(1e9, 1), normal(1e9 + 0.3, 1)),
    "two narrow modes": (mixed(0.5, normal(0, 1e-4), normal(1e3, 1e-4)), mixed(0.4, normal(5e-5, 1e-4), normal(1e3, 2e-4))),
    "clusters": (
        lambda rng, n: rng.integers(0, 30, n) * 10 + rng.normal(0, 1e-3, n),
        lambda rng, n: rng.integers(5, 35, n) * 10 + rng.normal(5e-4, 1e-3, n),
    ),
    "sentinel": (mixed(0.02, constant(-999_999), normal(50, 10)), mixed(0.2, constant(-999_999), normal(52, 10))),
    "lognormal, sigma 3": (lognormal(0, 3), lognormal(0.3, 3)),
    "scores near zero": (lambda rng, n: rng.beta(0.05, 5, n), lambda rng, n: rng.beta(0.08, 5, n)),
    "zeros become tiny values": (
        mixed(0.9, constant(0.0), normal(1, 1)),
        mixed(0.9, lambda rng, n: rng.exponential(1e-9, n), normal(1, 1)),
    ),
    "warm-up zeros": (mixed(0.97, constant(0.0), normal(100, 5)), normal(101, 5)),
    "milliseconds become seconds": (lognormal(4, 0.5), lambda rng, n: rng.lognormal(4, 0.5, n) / 1000),
    "whole numbers": (lambda rng, n: rng.poisson(40, n).astype(np.float64), lambda rng, n: rng.poisson(42, n).astype(np.float64)),
    "uniform": (lambda rng, n: rng.random(n), lambda rng, n: rng.random(n) ** 1.1),
    "heavy tails": (lambda rng, n: rng.standard_cauchy(n), lambda rng, n: rng.standard_cauchy(n) * 1.3),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_the_grid_hides_at_most_half_a_hundredth_of_ks(name: str) -> None:
    rng = np.random.default_rng(7)
    before, now = FAMILIES[name][0](rng, 50_000), FAMILIES[name][1](rng, 20_000)
    frame, window = frame_of(numeric(before, now))
    found = frame.compare(window)
    exact = ks_2samp(before, now, method="asymp").statistic
    error = abs(float(found.ks[0]) - exact)
    assert error <= 0.005
    assert error <= found.ks_error[0] + 1e-12


def test_a_grid_of_a_thousand_values_has_some_two_hundred_bins() -> None:
    grid = make_grid(np.random.default_rng(3).normal(size=1_000))
    fresh = grid.assign(np.random.default_rng(4).normal(size=100_000))
    assert 150 < np.unique(fresh).size < 500
