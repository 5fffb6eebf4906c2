"""Distances between two empirical distribution functions, value by value."""

from __future__ import annotations

import math

import numpy as np

from tuimon.stats.exact.sample import Floats, Sample


def steps(before: Sample, now: Sample) -> tuple[Floats, Floats]:
    """Return (points, F_now - F_before from each point on), float64[k] each, over the values of both sides in order.

    The sides are sorted already, so the points are merged and not sorted again.
    """
    place = np.searchsorted(before.values, now.values)
    points = np.insert(before.values, place, now.values)
    here = np.insert(np.zeros(before.values.size), place, now.counts / max(now.n, 1))
    there = np.insert(before.counts / max(before.n, 1), place, np.zeros(now.values.size))
    return points, np.cumsum(here) - np.cumsum(there)


def both_distances(before: Sample, now: Sample) -> tuple[float, float]:
    """Return (D, the largest difference of the two distribution functions; ∫ |F - G| dx in the unit of the values).

    Kolmogorov 1933 and Smirnov 1939; Vallender 1974. NaN without rows on either side. 0 and 1 against 1 and 3: half of the rows is
    ahead from 0 to 1 and from 1 to 3.

    >>> from tuimon.stats.exact.sample import sample_of
    >>> both_distances(sample_of([0.0, 1.0]), sample_of([1.0, 3.0]))
    (0.5, 1.5)
    """
    if not (before.n and now.n):
        return math.nan, math.nan
    points, difference = steps(before, now)
    gaps = np.abs(difference)
    last = np.append(points[1:] != points[:-1], True)
    with np.errstate(over="ignore"):
        return float(gaps[last].max()), float(np.sum(gaps[:-1] * np.diff(points)))


def ks_statistic(before: Sample, now: Sample) -> float:
    """Return D alone."""
    return both_distances(before, now)[0]


def wasserstein(before: Sample, now: Sample) -> float:
    """Return ∫ |F - G| dx alone."""
    return both_distances(before, now)[1]
