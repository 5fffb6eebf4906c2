"""The classical tests whose p-values some conventions alarm on."""

from __future__ import annotations

import math

import numpy as np

from tuimon.stats.exact.ks_exact import ks_exact
from tuimon.stats.exact.sample import Longs
from tuimon.stats.special import chdtrc, kolmogorov, ndtr, smirnov

LARGEST_EXACT = 10_000
"""Rows of the larger side up to which the two-sample Kolmogorov-Smirnov test is exact."""


def goodness_of_fit(before: Longs, now: Longs) -> tuple[float, float]:
    """Return (χ², p) of counts now against the shares before (Pearson 1900), k - 1 degrees of freedom.

    A bin that was empty before and is not now makes the statistic infinite and p 0. NaN without rows on either side.
    """
    n, m = now.sum(), before.sum()
    held = (before > 0) | (now > 0)
    if not (n and m):
        return float("nan"), float("nan")
    expected = before[held] * (n / m)
    with np.errstate(divide="ignore"):
        statistic = float(np.sum((now[held] - expected) ** 2 / expected))
    return statistic, _chi2_tail(statistic, int(held.sum()) - 1)


def contingency(before: Longs, now: Longs) -> tuple[float, float]:
    """Return (χ², p) of the two-row table of counts, k - 1 degrees of freedom; with two bins by Yates' correction (1934)."""
    held = (before > 0) | (now > 0)
    table = np.array([before[held], now[held]], dtype=np.float64)
    if not table.sum(axis=1).all():
        return float("nan"), float("nan")
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    gap = np.abs(table - expected)
    if table.shape[1] == 2:
        gap = gap - np.minimum(0.5, gap)
    statistic = float(np.sum(gap**2 / expected))
    return statistic, _chi2_tail(statistic, table.shape[1] - 1)


def two_proportions(hits: int, rows: int, hits_before: int, rows_before: int) -> float:
    """Return the two-sided p-value of the z-test that two shares are equal, with the pooled variance; 1 where both are all or nothing."""
    if not (rows and rows_before):
        return float("nan")
    pooled = (hits + hits_before) / (rows + rows_before)
    variance = pooled * (1 - pooled) * (1 / rows + 1 / rows_before)
    if variance <= 0:
        return 1.0
    return float(2 * ndtr(-abs(hits / rows - hits_before / rows_before) / math.sqrt(variance)))


def ks_p_value(d: float, n: int, m: int) -> float:
    """Return the two-sided p-value of the two-sample Kolmogorov-Smirnov statistic d for n and m rows.

    Exact up to LARGEST_EXACT rows on the larger side. Beyond, that of one sample of round(nm / (n + m)) rows: twice the exact one-sided
    one, less the reflections of the limit distribution at the point that Stephens (1970) corrects it to; within
    1 % of itself for p below 0.9.
    """
    if not (n and m):
        return float("nan")
    if max(n, m) <= LARGEST_EXACT:
        return ks_exact(d, n, m)
    rows = max(1, round(n * m / (n + m)))
    root = math.sqrt(rows)
    reach = (root + 0.12 + 0.11 / root) * d
    return float(min(1.0, max(0.0, 2 * smirnov(rows, d) + kolmogorov(reach) - 2 * math.exp(-2 * reach * reach))))


def _chi2_tail(statistic: float, freedom: int) -> float:
    if freedom <= 0:
        return 1.0
    return 0.0 if math.isinf(statistic) else float(chdtrc(freedom, statistic))
