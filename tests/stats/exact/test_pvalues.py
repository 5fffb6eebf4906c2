"""p-values against scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, chisquare, kstwo, norm

from tests.stats.exact.samples import normal
from tuimon.stats.exact import sample_of
from tuimon.stats.exact.ecdf import ks_statistic
from tuimon.stats.exact.pvalues import contingency, goodness_of_fit, ks_p_value, two_proportions


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=2, max_size=9))
def test_contingency_is_scipys(pairs: list[tuple[int, int]]) -> None:
    table = np.array([pair for pair in pairs if sum(pair)], dtype=np.int64).reshape(-1, 2).T
    if table.shape[1] < 2 or not table.sum(axis=1).all():
        return
    expected = chi2_contingency(table)
    found = contingency(*np.array(pairs, dtype=np.int64).T)
    assert found == pytest.approx((expected.statistic, expected.pvalue), rel=1e-9, abs=1e-12)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(1, 400), st.integers(0, 400)), min_size=2, max_size=9))
def test_goodness_of_fit_is_scipys(pairs: list[tuple[int, int]]) -> None:
    before, now = np.array(pairs, dtype=np.int64).T
    if now.sum():
        expected = chisquare(now, before * (now.sum() / before.sum()))
        assert goodness_of_fit(before, now) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-9, abs=1e-12)


def test_a_bin_that_was_empty_makes_goodness_of_fit_infinite() -> None:
    assert goodness_of_fit(np.array([5, 0]), np.array([4, 1])) == (math.inf, 0.0)


def all_orders(n: int, m: int, d: float) -> float:
    """P(D >= d) by counting every order in which n and m rows may come."""
    from itertools import combinations

    def reaches(places: tuple[int, ...]) -> bool:
        mine = np.isin(np.arange(n + m), places)
        return bool(np.abs(np.cumsum(mine) / n - np.cumsum(~mine) / m).max() >= d - 1e-9)

    found = [reaches(places) for places in combinations(range(n + m), n)]
    return sum(found) / len(found)


@pytest.mark.parametrize(("n", "m"), [(1, 1), (3, 4), (5, 5), (2, 7), (6, 4)])
def test_the_exact_ks_test_counts_every_order(n: int, m: int) -> None:
    for d in {abs(i / n - j / m) for i in range(n + 1) for j in range(m + 1)}:
        assert ks_p_value(d, n, m) == pytest.approx(all_orders(n, m, d) if d else 1.0)


@pytest.mark.parametrize(("n", "m", "shift"), [(500, 800, 0.0), (1_000, 3_000, 0.1), (700, 700, 0.4)])
def test_the_exact_ks_test_is_scipys(n: int, m: int, shift: float) -> None:
    from scipy.stats import ks_2samp

    before, now = normal(n, 1), normal(m, 2, shift)
    expected = ks_2samp(before, now, method="exact")
    assert ks_p_value(ks_statistic(sample_of(before), sample_of(now)), n, m) == pytest.approx(expected.pvalue, rel=1e-6)


@pytest.mark.parametrize("rows", [300, 1_000, 25_000])
@pytest.mark.parametrize("reach", [0.6, 0.9, 1.2, 1.48, 1.5, 2.0, 4.0])
def test_many_rows_are_within_a_percent_of_scipy_where_it_matters(rows: int, reach: float) -> None:
    d, n = reach / math.sqrt(rows), 4_000_000
    m = round(rows * n / (n - rows))
    assert ks_p_value(d, n, m) == pytest.approx(float(kstwo.sf(d, rows)), rel=0.01)


def test_two_proportions_by_the_textbook() -> None:
    z = (0.3 - 0.2) / math.sqrt(0.25 * 0.75 * (2 / 100))
    assert two_proportions(30, 100, 20, 100) == pytest.approx(2 * norm.sf(z))
    assert two_proportions(7, 7, 9, 9) == 1.0
    assert math.isnan(two_proportions(0, 0, 1, 2))
