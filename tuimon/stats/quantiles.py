"""Quantiles and means from the counts of bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuimon.stats.grids import NumericGrid
from tuimon.stats.latency import latency_edges

Floats = npt.NDArray[np.float64]


def latency_quantiles(bins: npt.ArrayLike, counts: npt.ArrayLike, qs: npt.ArrayLike, maximum: float = np.nan) -> Floats:
    """Return the quantiles qs of latencies counted in `latency_bins`, float64[q], in the unit that was counted.

    The q-quantile is the value of rank ceil(q n). It is given as the point of its bin that is never more than 1.083 % from any value
    in it, 2 l u / (l + u), so that error is a bound and not an average; never above the exact `maximum` (NaN: not known), which q = 1
    returns. Takes bins int32[k] in order and counts int64[k]; NaN without rows.
    """
    ranks, running = _ranks(counts, qs)
    if running.size == 0 or running[-1] == 0:
        return np.full(ranks.shape, np.nan)
    middle = np.fmin(_points(np.asarray(bins)[np.searchsorted(running, ranks, side="left")]), maximum)
    return np.where((ranks >= running[-1]) & ~np.isnan(maximum), maximum, middle)


def latency_quantile_series(bins: npt.ArrayLike, counts: npt.ArrayLike, qs: npt.ArrayLike) -> Floats:
    """Return the quantiles qs of each row of counts int64[m, k] over `latency_bins` int32[k] in order, float64[m, q]; NaN without rows.

    As `latency_quantiles` without a known maximum, for many stretches of time at once.
    """
    held = np.asarray(counts, dtype=np.float64)
    running = np.cumsum(held, axis=1)
    total = running[:, -1:] if held.shape[1] else np.zeros((held.shape[0], 1))
    ranks = np.maximum(np.ceil(np.asarray(qs, dtype=np.float64) * total * (1 - 1e-14)), 1)
    at = (running[:, :, np.newaxis] < ranks[:, np.newaxis, :]).sum(axis=1)
    points = _points(np.append(np.asarray(bins, dtype=np.int64), 0))
    return np.where(total > 0, points[np.minimum(at, held.shape[1])], np.nan)


def grid_quantiles(grid: NumericGrid, bins: npt.ArrayLike, counts: npt.ArrayLike, qs: npt.ArrayLike) -> Floats:
    """Return the quantiles qs of values counted on a grid, float64[q], by linear interpolation inside the bin.

    Takes bins int32[k] in order and counts int64[k]; NaN without rows. The error is less than the width of the bin: 1/32 of `scale`
    near the centre, 3.1 % of the distance from it in the tails, nothing for a bin of one value.
    """
    ranks, running = _ranks(counts, qs)
    if running.size == 0 or running[-1] == 0:
        return np.full(ranks.shape, np.nan)
    at = np.searchsorted(running, ranks, side="left")
    lower, upper = grid.edges(np.asarray(bins)[at])
    largest = np.finfo(np.float64).max
    lower, upper = np.maximum(lower, -largest), np.minimum(upper, largest)
    held = np.asarray(counts, dtype=np.float64)[at]
    part = (ranks - (running[at] - held) - 0.5) / held
    single = grid.middle(lower, upper)[1]
    return np.where(single, lower, lower * (1 - part) + upper * part)


def _points(bins: npt.NDArray[np.signedinteger]) -> Floats:
    """The value of each latency bin that is never more than 1.083 % from any value in it."""
    lower, upper = latency_edges(bins)
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(np.where(upper > 0, 2 * lower / (1 + lower / np.where(upper > 0, upper, 1.0)), 0.0))


@dataclass(frozen=True)
class Moments:
    """Mean and standard deviation of a column; NaN without rows."""

    mean: float
    deviation: float


def grid_moments(grid: NumericGrid, bins: npt.ArrayLike, counts: npt.ArrayLike) -> Moments:
    """Return mean and standard deviation of values counted on a grid, from the middles of bins int32[k] and counts int64[k]."""
    rows = np.asarray(counts, dtype=np.float64)
    total = rows.sum()
    if total == 0:
        return Moments(np.nan, np.nan)
    middle, _ = grid.middle(*grid.edges(bins))
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(np.sum(rows / total * middle))
        return Moments(mean, float(np.sqrt(np.sum(rows / total * (middle - mean) ** 2))))


def _ranks(counts: npt.ArrayLike, qs: npt.ArrayLike) -> tuple[Floats, Floats]:
    running = np.cumsum(np.asarray(counts, dtype=np.float64))
    total = running[-1] if running.size else 0.0
    wanted = np.asarray(qs, dtype=np.float64)
    if np.any(~((wanted >= 0) & (wanted <= 1))):
        raise ValueError("a quantile lies between 0 and 1")
    # The product may lie just above the whole number it stands for: 0.07 * 100 is 7.000000000000001.
    return np.clip(np.ceil(wanted * total * (1 - 1e-14)), 1.0, max(total, 1.0)), running
