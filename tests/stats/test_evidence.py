"""Evidence agrees with scipy's tests, and the budget adds up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import binom, fisher_exact, hypergeom

from tuimon.stats import P_FLOOR, alarm_limit, binomial_excess, false_alarms_per_week, fisher_excess

WEEK = 604_800.0


@st.composite
def two_by_two(draw: st.DrawFn, most: int = 400) -> tuple[int, int, int, int]:
    n, n0 = draw(st.integers(0, most)), draw(st.integers(0, most))
    return draw(st.integers(0, n)), n, draw(st.integers(0, n0)), n0


@settings(max_examples=150, deadline=None)
@given(two_by_two())
def test_a_risen_share_is_fishers_exact_test(table: tuple[int, int, int, int]) -> None:
    k, n, k0, n0 = table
    exact = fisher_exact([[k, n - k], [k0, n0 - k0]], alternative="greater").pvalue
    assert float(fisher_excess(k, n, k0, n0)) == pytest.approx(max(exact, P_FLOOR), rel=2e-3)


@settings(max_examples=60, deadline=None)
@given(st.integers(1_000, 10**6), st.integers(1_000, 10**7), st.floats(1e-4, 0.9999), st.one_of(st.floats(-3, 7), st.floats(-0.01, 0.01)))
@example(n=248_363, n0=4_194_304, share=0.75, sigmas=0.0)
def test_it_holds_for_large_counts_and_far_tails(n: int, n0: int, share: float, sigmas: float) -> None:
    k0 = int(n0 * share)
    k = int(np.clip(n * (share + sigmas * np.sqrt(share * (1 - share) * (1 / n + 1 / n0))), 0, n))
    exact = hypergeom.sf(k - 1, n + n0, k + k0, n)
    assert float(fisher_excess(k, n, k0, n0)) == pytest.approx(max(exact, P_FLOOR), rel=5e-3)


def test_many_tables_at_once_and_sides_without_rows() -> None:
    found = fisher_excess([5, 50, 0, 3], [100, 1000, 0, 3], [3, 1500, 4, 0], [1000, 50_000, 10, 0])
    assert found.shape == (4,)
    assert found[:2] == pytest.approx([hypergeom.sf(4, 1100, 8, 100), hypergeom.sf(49, 51_000, 1550, 1000)])
    assert found[2:].tolist() == [1.0, 1.0]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 500), st.integers(0, 500), st.floats(0.0, 1.0))
def test_a_rate_over_its_limit_is_a_binomial_tail(k: int, n: int, share: float) -> None:
    k = min(k, n)
    assert float(binomial_excess(k, n, share)) == pytest.approx(max(binom.sf(k - 1, n, share), P_FLOOR), rel=1e-6)


def test_the_budget_is_shared_out_by_series_width_and_time() -> None:
    widths = [300.0, 3600.0, 86_400.0]
    limits = alarm_limit(1, WEEK, 20, widths)
    assert limits == pytest.approx([1 / (20 * 3 * 30 * WEEK / width) for width in widths])
    each = false_alarms_per_week(limits, widths)
    assert 20 * each.sum() == pytest.approx(1.0)
    assert alarm_limit(2, 86_400, 20, widths) == pytest.approx(14 * limits)
    assert alarm_limit(1e9, 1, 1, [300]).tolist() == [1.0]


@pytest.mark.parametrize("bad", [(0, WEEK, 1, [300]), (1, 0, 1, [300]), (1, WEEK, 0, [300]), (1, WEEK, 1, []), (1, WEEK, 1, [0])])
def test_a_senseless_budget_is_refused(bad: tuple[float, float, int, list[float]]) -> None:
    with pytest.raises(ValueError, match="positive"):
        alarm_limit(*bad)
