"""What a column's own past says about chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, f

from tuimon.stats import Null, worth
from tuimon.stats.layout import Layout
from tuimon.stats.likelihood import likelihood_ratio
from tuimon.stats.null import LEAST_WINDOWS, NO_PRIOR, UNRULY, learn, learn_from_neighbours, nothing_learned, taken_for_granted

TENTHS = np.full(10, 0.1)
LAYOUT = Layout([10])


def batches(rng: np.random.Generator, windows: int, rows: int, alike: int) -> np.ndarray:
    """Windows whose rows come in batches of like ones."""
    return alike * rng.multinomial(rows // alike, TENTHS, windows).astype(float)


@pytest.mark.parametrize("how", [learn, learn_from_neighbours])
@pytest.mark.parametrize("alike", [1, 5, 20])
def test_batches_of_like_rows_make_g_grow_with_the_rows(how: object, alike: int) -> None:
    """With batches of k like rows G is k times chi-squared: its mean k (groups - 1), so b = (k - 1)(groups - 1) / rows."""
    assert callable(how)
    windows = batches(np.random.default_rng(alike), 400, 3_000, alike)
    null = how(LAYOUT, windows, np.ones((400, 1), bool), NO_PRIOR)
    assert null.growth[0] == pytest.approx((alike - 1) * 9 / 3_000, rel=0.15, abs=2e-4)
    assert null.freedom[0] == pytest.approx(9, rel=0.35)


@pytest.mark.parametrize("alike", [1, 20])
def test_p_values_of_the_same_kind_of_window_are_uniform(alike: int) -> None:
    rng = np.random.default_rng(7)
    null = learn(LAYOUT, batches(rng, 300, 3_000, alike), np.ones((300, 1), bool), NO_PRIOR)
    baseline = rng.multinomial(10_000_000, TENTHS).astype(float)
    fresh = batches(rng, 4_000, 3_000, alike)
    g, dof, _ = likelihood_ratio(LAYOUT, fresh, baseline)
    p = null.p_value(g, dof, worth(3_000, 1e7))[:, 0]
    for level in (0.5, 0.1, 0.01):
        assert np.mean(p <= level) == pytest.approx(level, rel=0.35)


@settings(max_examples=60, deadline=None)
@given(
    growth=st.floats(0, 0.1), freedom=st.floats(0.1, 50), windows=st.integers(LEAST_WINDOWS, 400), dof=st.integers(1, 40),
    rows=st.floats(100, 1e6), p=st.floats(1e-9, 0.2),
)  # fmt: skip
def test_what_is_needed_for_a_p_value_has_it(growth: float, freedom: float, windows: int, dof: int, rows: float, p: float) -> None:
    null = Null(np.array([growth]), np.array([freedom]), np.array([float(windows)]), np.zeros(1))
    needed = null.needed(p, np.array([float(dof)]), np.array([rows]))
    assert null.p_value(needed, np.array([float(dof)]), np.array([rows]))[0] == pytest.approx(p, rel=1e-6)


def test_the_tail_is_that_of_f_and_never_lighter_than_for_independent_rows() -> None:
    null = Null(np.array([0.01]), np.array([3.0]), np.array([46.0]), np.array([4.0]))
    g = np.linspace(0.1, 2_000, 500)[:, np.newaxis]
    p = null.p_value(g, np.array([9.0]), np.array([3_000.0]))
    oracle = np.maximum(f.sf(g / 39, 3, 150), chi2.sf(g, 9))
    assert p == pytest.approx(np.clip(oracle, 1e-12, 1), rel=1e-6)


def test_without_a_past_rows_count_as_independent() -> None:
    null = nothing_learned(1)
    assert not null.learned[0]
    assert null.p_value(np.array([30.0]), np.array([9.0]), np.array([3_000.0]))[0] == pytest.approx(chi2.sf(30, 9))


def test_a_column_whose_past_is_unknown_is_taken_to_vary_as_unruly_ones_do() -> None:
    mean = 9 + UNRULY.growth * 3_000
    oracle = f.sf(2_000 / mean, UNRULY.freedom, UNRULY.freedom * UNRULY.trust)
    assert taken_for_granted(1, UNRULY).p_value(np.array([2_000.0]), np.array([9.0]), np.array([3_000.0]))[0] == pytest.approx(oracle)


def test_each_window_of_the_past_makes_quiet_columns_easier_to_alarm() -> None:
    rng = np.random.default_rng(1)
    windows = batches(rng, 40, 3_000, 1)
    nulls = [taken_for_granted(1, UNRULY), *(learn(LAYOUT, windows[:count], np.ones((count, 1), bool)) for count in (2, 4, 12, 40))]
    needed = [float(null.needed(1e-6, np.array([9.0]), np.array([3_000.0]))[0]) / 3_000 for null in nulls]
    assert needed == sorted(needed, reverse=True)
    assert needed[0] > 0.4 > 0.2 > needed[-2] > needed[-1] > 0.01
    assert [bool(null.learned[0]) for null in nulls] == [False, False, True, True, True]


def test_a_column_that_always_differs_from_its_baseline_by_the_same_is_no_noise() -> None:
    rng = np.random.default_rng(3)
    shifted = np.linspace(0.5, 1.5, 10) / 10
    windows = rng.multinomial(3_000, shifted, 200).astype(float)
    null = learn(LAYOUT, windows, np.ones((200, 1), bool))
    g, dof, _ = likelihood_ratio(LAYOUT, windows[:1], rng.multinomial(50_000, TENTHS).astype(float))
    assert null.p_value(g, dof, worth(3_000, 50_000))[0, 0] == 1e-12


def test_a_trend_is_noise_to_a_window_among_all_but_not_to_neighbours() -> None:
    rng, steps = np.random.default_rng(5), np.linspace(-0.3, 0.3, 40)
    slope = np.linspace(-1, 1, 10) / 10
    windows = np.stack([rng.multinomial(50_000, TENTHS + slope * step) for step in steps]).astype(float)
    kept = np.ones((40, 1), bool)
    assert learn_from_neighbours(LAYOUT, windows, kept, NO_PRIOR).growth[0] < learn(LAYOUT, windows, kept, NO_PRIOR).growth[0] / 50


def test_windows_that_are_left_out_teach_nothing() -> None:
    rng = np.random.default_rng(9)
    calm = rng.multinomial(3_000, TENTHS, 50).astype(float)
    storm = rng.multinomial(3_000, np.linspace(0, 2, 10) / 10, 50).astype(float)
    kept = np.repeat([[True], [False]], 50, axis=0)
    with_storm, without = learn(LAYOUT, np.concatenate([calm, storm]), kept), learn(LAYOUT, calm, np.ones((50, 1), bool))
    assert with_storm.windows[0] == without.windows[0] == 50
    assert with_storm.growth == pytest.approx(without.growth)
    assert with_storm.freedom == pytest.approx(without.freedom)
