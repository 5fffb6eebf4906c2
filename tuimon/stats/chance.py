"""What chance alone would give: mean and 99th percentile of each distance between two samples of one distribution.

With n and m independent rows, √(nm/(n+m)) times the difference of the empirical shares is asymptotically a normal vector with the
covariance of a multinomial (for cumulative shares: a Brownian bridge). Every formula here follows from that, with s = 1/n + 1/m.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from tuimon.stats.distances import shares
from tuimon.stats.layout import Layout
from tuimon.stats.special import chdtri, erf, gammaincinv, gammaln

Floats = npt.NDArray[np.float64]

DriftMethod = Literal["psi", "js", "hellinger", "tv", "linf", "chi2", "ks", "wasserstein", "wasserstein_normalised"]
_DIVISORS = {"js": 8 * np.log(2), "hellinger": 8.0, "chi2": 4.0}
_QUANTILE = 0.99
_KS_MEAN = np.sqrt(np.pi / 2) * np.log(2)
"""Mean of Kolmogorov's distribution, 0.8687."""
_KS_P99 = 1.6276236
"""Its 99th percentile."""
_GRID = np.linspace(0.0, 6.0, 121)
"""Standard deviations of the widest part at which the distribution of a maximum is tabled."""
_BLOCKS = 48
"""Points at which a bridge is looked at for the spread of its area."""
_FEW = 40
"""Steps beyond which a column counts as continuous."""


@dataclass(frozen=True)
class Unit:
    """Mean and 99th percentile of a distance at s = 1, float64[c] each; at s they are multiplied by √s (PSI: by s)."""

    mean: Floats
    p99: Floats


class Chance:
    """The units of every measure for the baselines of one frame, each worked out when first asked for."""

    def __init__(self, layout: Layout, group_layout: Layout, cumulative: Floats, baseline_groups: Floats, gaps: Floats) -> None:
        self._layout, self._group_layout, self._cumulative, self._gaps = layout, group_layout, cumulative, gaps
        self._group_share = np.nan_to_num(shares(group_layout, baseline_groups))
        self._groups = group_layout.sum((baseline_groups > 0).astype(np.float64))

    def unit(self, method: DriftMethod) -> Unit:
        """Return mean and 99th percentile at s = 1; those of `wasserstein_normalised` in units of the column."""
        if method == "psi":
            return chi_squared(self._groups)
        if method in _DIVISORS:
            return chi(self._groups, _DIVISORS[method])
        if method == "linf":
            return self._linf
        if method == "tv":
            return self._tv
        return self._ks if method == "ks" else self._wasserstein

    @cached_property
    def _linf(self) -> Unit:
        return largest_share(self._group_layout, self._group_share)

    @cached_property
    def _tv(self) -> Unit:
        return total_variation(self._group_layout, self._group_share)

    @cached_property
    def _ks(self) -> Unit:
        return largest_gap(self._layout, self._cumulative)

    @cached_property
    def _wasserstein(self) -> Unit:
        return transport(self._layout, self._cumulative, self._gaps)


def chi_squared(groups: Floats) -> Unit:
    """Return the mean and 99th percentile of chi-squared with groups - 1 degrees of freedom; zero for a single group.

    PSI is s times it (Yurdakul 2018).
    """
    dof = np.maximum(groups - 1, 1)
    several = groups > 1
    return Unit(np.where(several, dof, 0.0), np.where(several, chdtri(dof, 1 - _QUANTILE), 0.0))


def chi(groups: Floats, divisor: float) -> Unit:
    """Return the same for √(chi-squared / divisor).

    Second-order expansion about p = q: JS distance in base 2 has the divisor 8 ln 2, Hellinger 8, Cramér's V 4.
    """
    dof = np.maximum(groups - 1, 1)
    several = groups > 1
    mean = np.sqrt(2 / divisor) * np.exp(gammaln((dof + 1) / 2) - gammaln(dof / 2))
    return Unit(np.where(several, mean, 0.0), np.where(several, np.sqrt(chdtri(dof, 1 - _QUANTILE) / divisor), 0.0))


def largest_share(layout: Layout, q: Floats) -> Unit:
    """Return the same for the largest |difference of shares| over the groups of each column with shares q, float64[g].

    The groups count as independent, as many as there are free ones: exact for two groups, within a few per cent beyond.
    """
    groups = layout.sum((q > 0).astype(np.float64))
    free = np.divide(groups - 1, groups, out=np.zeros_like(groups), where=groups > 0)
    return _maximum(layout, np.sqrt(q * (1 - q)), free)


def total_variation(layout: Layout, q: Floats) -> Unit:
    """Return the same for Σ |difference of shares| / 2 over the groups of each column with shares q, float64[g].

    Mean √(2/π) Σ √(q(1-q)) / 2; the percentile is that of the gamma distribution with this mean and the multinomial's variance.
    """
    mean, p99 = np.zeros(layout.columns), np.zeros(layout.columns)
    for column in range(layout.columns):
        share = q[layout.slice(column)]
        share = share[(share > 0) & (share < 1)]
        if share.size:
            odds = np.sqrt(share / (1 - share))
            correlation = np.outer(odds, odds)
            np.fill_diagonal(correlation, 1.0)
            mean[column], p99[column] = _sum_of_sizes(np.sqrt(share * (1 - share)) / 2, correlation, 1.0)
    return Unit(mean, p99)


def largest_gap(layout: Layout, cumulative: Floats) -> Unit:
    """Return the same for KS over the bins of each column with cumulative shares float64[k].

    Kolmogorov's limit, or independent steps where that is smaller (a column of few values): both are upper bounds.
    """
    variance = np.clip(cumulative * (1 - cumulative), 0.0, None)
    few = layout.sum((variance > 0).astype(np.float64)) <= _FEW
    steps = _maximum(layout, np.sqrt(np.where(few[layout.owner], variance, 0.0)), np.ones(layout.columns))
    mean, p99 = np.where(few, steps.mean, np.inf), np.where(few, steps.p99, np.inf)
    return Unit(np.minimum(mean, _KS_MEAN), np.minimum(p99, _KS_P99))


def _maximum(layout: Layout, deviation: Floats, free: Floats) -> Unit:
    """Mean and 99th percentile of the largest of independent half-normals, by their distribution function on a grid."""
    moving = np.flatnonzero(deviation > 0)
    inner = Layout(np.bincount(layout.owner[moving], minlength=layout.columns).tolist())
    peak = layout.max(deviation)
    logs = np.log(erf(_GRID[1:, np.newaxis] * peak[inner.owner] / (deviation[moving] * np.sqrt(2))))
    below = np.concatenate((np.zeros((1, layout.columns)), np.exp(inner.sum(logs) * free)))
    mean = np.sum((1 - below[1:] + 1 - below[:-1]) / 2, axis=0) * _GRID[1]
    step = np.maximum(np.argmax(below >= _QUANTILE, axis=0), 1)
    low, high = below[step - 1, np.arange(layout.columns)], below[step, np.arange(layout.columns)]
    part = np.divide(_QUANTILE - low, high - low, out=np.zeros(layout.columns), where=high > low)
    return Unit(mean * peak, (_GRID[step - 1] + part * _GRID[1]) * peak)


def transport(layout: Layout, cumulative: Floats, gaps: Floats) -> Unit:
    """Return the same for the Wasserstein distance of each column: cumulative shares and distances to the next bin, float64[k] each.

    Mean √(2/π) ∫ √(F(1-F)) dx, exact for the Brownian bridge; the percentile is that of the gamma distribution with this mean and
    the bridge's variance ∫∫ cov(|B(u)|, |B(v)|).
    """
    mean, p99 = np.zeros(layout.columns), np.zeros(layout.columns)
    for column in range(layout.columns):
        part = layout.slice(column)
        mean[column], p99[column] = _transport(cumulative[part], gaps[part])
    return Unit(mean, p99)


def _transport(cumulative: Floats, gaps: Floats) -> tuple[float, float]:
    weight = gaps * np.sqrt(np.clip(cumulative * (1 - cumulative), 0.0, None))
    total = float(weight.sum())
    if not 0 < total < np.inf:
        return (0.0, 0.0) if total == 0 else (np.nan, np.nan)
    block = np.minimum((np.cumsum(weight) - weight / 2) / total * _BLOCKS, _BLOCKS - 1).astype(np.int64)
    mass: Floats = np.bincount(block, weights=weight / total, minlength=_BLOCKS).astype(np.float64)
    at: Floats = np.bincount(block, weights=weight / total * cumulative, minlength=_BLOCKS).astype(np.float64)
    at, mass = at[mass > 0] / mass[mass > 0], mass[mass > 0]
    low, high = np.minimum.outer(at, at), np.maximum.outer(at, at)
    return _sum_of_sizes(mass, np.sqrt(low * (1 - high) / (high * (1 - low))), total)


def _sum_of_sizes(weight: Floats, correlation: Floats, unit: float) -> tuple[float, float]:
    """Mean and 99th percentile of Σ weight · |X| · unit for standard normals X with this correlation, whatever its sign."""
    # For two normals of unit variance with correlation r, cov(|X|, |Y|) = (2/π)(r asin r + √(1 - r²) - 1).
    r = np.clip(correlation, 0.0, 1.0)
    covariance = 2 / np.pi * (r * np.arcsin(r) + np.sqrt(1 - r * r) - 1)
    mean, spread = float(np.sqrt(2 / np.pi) * weight.sum()), float(weight @ covariance @ weight)
    shape = mean**2 / spread
    return mean * unit, float(gammaincinv(shape, _QUANTILE) * mean / shape) * unit
