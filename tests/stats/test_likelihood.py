"""G agrees with scipy where nothing is pooled, and holds its level where something is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, chi2_contingency

from tuimon.stats import P_FLOOR, fisher_excess
from tuimon.stats.layout import Layout
from tuimon.stats.likelihood import likelihood_ratio

full = st.lists(st.tuples(st.integers(30, 500), st.integers(30, 500)), min_size=2, max_size=12)
sparse = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=30)


@settings(max_examples=100, deadline=None)
@given(st.lists(full, min_size=1, max_size=4))
def test_full_groups_give_the_textbook_g_of_each_column(columns: list[list[tuple[int, int]]]) -> None:
    now, then = np.array([pair for column in columns for pair in column], dtype=np.float64).T
    g, dof, p = likelihood_ratio(Layout([len(column) for column in columns]), now, then)
    for column, pairs in enumerate(columns):
        exact = chi2_contingency(np.array(pairs).T, lambda_="log-likelihood", correction=False)
        if exact.expected_freq.min() >= 5:
            corrected = exact.statistic / williams(np.array(pairs))
            assert g[column] == pytest.approx(corrected, rel=1e-9, abs=1e-9)
            assert dof[column] == exact.dof
            assert p[column] == pytest.approx(max(chi2.sf(corrected, exact.dof), P_FLOOR), rel=1e-6)


def williams(pairs: np.ndarray) -> float:
    """The factor as it stands in textbooks: 1 + (N Σ 1/row - 1)(N Σ 1/column - 1) / (6 N dof)."""
    total = pairs.sum()
    rows, columns = total * (1 / pairs.sum(axis=0)).sum() - 1, total * (1 / pairs.sum(axis=1)).sum() - 1
    return float(1 + rows * columns / (6 * total * max(len(pairs) - 1, 1)))


@settings(max_examples=150, deadline=None)
@given(st.lists(sparse, min_size=1, max_size=4))
def test_pools_expect_five_rows_or_stand_alone(columns: list[list[tuple[int, int]]]) -> None:
    """A sequential pooling by hand gives the same G: small groups join until a stretch of ten expected rows has begun."""
    now, then = np.array([pair for column in columns for pair in column], dtype=np.float64).T
    g, dof, p = likelihood_ratio(Layout([len(column) for column in columns]), now, then)
    for column, pairs in enumerate(columns):
        wanted, freedom = pooled_by_hand(pairs)
        assert g[column] == pytest.approx(wanted, abs=1e-9)
        assert dof[column] == freedom
    assert np.all((p >= P_FLOOR) & (p <= 1))


def pooled_by_hand(pairs: list[tuple[int, int]]) -> tuple[float, int]:
    n, m = (sum(pair[side] for pair in pairs) for side in (0, 1))
    if n == 0 or m == 0:
        return 0.0, 0
    scale = min(n, m) / (n + m)
    kept = [pair for pair in pairs if sum(pair) * scale >= 5]
    small = [pair for pair in pairs if sum(pair) * scale < 5]
    total = sum(sum(pair) for pair in small) * scale
    pools: dict[int, list[int]] = {}
    before = 0.0
    for pair in small:
        pool = pools.setdefault(int(min(before // 10, max(total // 10 - 1, 0))), [0, 0])
        pool[0] += pair[0]
        pool[1] += pair[1]
        before += sum(pair) * scale
    groups = [pair for pair in [*kept, *((pool[0], pool[1]) for pool in pools.values())] if sum(pair)]
    if total >= 10:
        assert all(sum(pool) * scale >= 5 - 1e-9 for pool in pools.values())
    parts = [
        count * np.log(count * (n + m) / (sum(pair) * side)) for pair in groups for count, side in zip(pair, (n, m), strict=True) if count
    ]
    dof = max(len(groups) - 1, 0)
    full = [sum(pair) for pair in groups if sum(pair) * scale >= 5]
    # Williams's factor for the groups that are full: 1 / expected now + 1 / expected then - 1 / both, less the same of all rows.
    each = [(n + m) / (both * n) + (n + m) / (both * m) - 1 / both for both in full]
    factor = 1 + max(sum(each) - (1 / n + 1 / m - 1 / (n + m)), 0.0) / (6 * max(dof, 1))
    return 2 * max(sum(parts), 0.0) / factor, dof


def test_windows_in_rows_are_judged_like_windows_one_by_one() -> None:
    rng = np.random.default_rng(0)
    layout = Layout([6, 0, 40])
    then = rng.poisson(3, 46).astype(np.float64)
    windows = rng.poisson(2, (5, 46)).astype(np.float64)
    together = likelihood_ratio(layout, windows, then)
    for row in range(5):
        alone = likelihood_ratio(layout, windows[row], then)
        for many, one in zip(together, alone, strict=True):
            assert many[row] == pytest.approx(one)


@pytest.mark.parametrize(("n", "m", "share"), [(300, 50_000, 0.1), (1_000, 2_000, 0.02), (5_000, 50_000, 0.004)])
def test_the_level_holds_under_chance(n: int, m: int, share: float) -> None:
    """4,000 windows of 1 / share groups: p falls below 0.01 in about 1 % of them."""
    rng = np.random.default_rng(11)
    count = round(1 / share)
    layout = Layout([count])
    tail = np.array([likelihood_ratio(layout, *draw)[2][0] for draw in zip(*two_samples(rng, n, m, count, 4_000), strict=True)])
    assert 0.005 < np.mean(tail < 0.01) < 0.017
    assert 0.04 < np.mean(tail < 0.05) < 0.07


def two_samples(rng: np.random.Generator, n: int, m: int, count: int, draws: int) -> tuple[np.ndarray, np.ndarray]:
    share = np.full(count, 1 / count)
    return rng.multinomial(n, share, draws).astype(np.float64), rng.multinomial(m, share, draws).astype(np.float64)


@pytest.mark.parametrize(("n", "m", "before"), [(1_000, 50_000, 5), (1_000, 50_000, 50), (300, 50_000, 500)])
def test_a_rise_from_almost_nothing_counts_as_much_as_fisher_says(n: int, m: int, before: int) -> None:
    for k in range(1, 40):
        exact = float(fisher_excess(k, n, before, m))
        if 1e-10 < exact < 0.05:
            p = likelihood_ratio(Layout([2]), np.array([k, n - k], dtype=np.float64), np.array([before, m - before], dtype=np.float64))[2][
                0
            ]
            assert 0.4 < p / exact < 2.2
