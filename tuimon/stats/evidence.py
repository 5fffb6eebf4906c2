"""How much evidence an alarm needs, and the evidence that a rate has risen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tuimon.stats.likelihood import P_FLOOR
from tuimon.stats.special import betainc, betaln, gammainc, gammaincc, ndtr

Floats = npt.NDArray[np.float64]

WEEK = 604_800.0
"""Seconds."""
PEEKING = 30
"""A sliding window that is looked at all the time counts as this many independent looks a window length."""
_TERMS = 160
_EXACT = 10.0
"""Up to this standard deviation the tail is summed; `_TERMS` terms hold more than twelve of them."""


def alarm_limit(false_alarms: float, per_seconds: float, series: int, widths: Sequence[float]) -> Floats:
    """Return the p-value that a series must fall below at each window width, float64[w], so that the budget holds.

    `false_alarms` per `per_seconds` for all series and widths (seconds) together; each gets an equal part:
    p* = budget a week / (series · widths · PEEKING · week / width). At most 1. Raises ValueError for a count or time that is not positive.
    """
    lengths = np.asarray(widths, dtype=np.float64)
    if false_alarms <= 0 or per_seconds <= 0 or series <= 0 or lengths.size == 0 or np.any(lengths <= 0):
        raise ValueError("a false-alarm budget, its period, the number of series and the window widths must be positive")
    budget = false_alarms * WEEK / per_seconds
    return np.minimum(budget / (series * lengths.size * PEEKING * WEEK / lengths), 1.0)


def false_alarms_per_week(p: npt.ArrayLike, width: npt.ArrayLike) -> Floats:
    """Return how often a week chance alone takes one series of windows of `width` seconds to a p-value of p or less, float64."""
    return np.asarray(np.asarray(p, dtype=np.float64) * PEEKING * WEEK / np.asarray(width, dtype=np.float64))


def binomial_excess(k: npt.ArrayLike, n: npt.ArrayLike, share: npt.ArrayLike) -> Floats:
    """Return the probability of k or more of n rows when each is one with probability `share`, float64, between 1e-12 and 1.

    For a rate against its limit: errors against the tolerated share, or, for p99 > T, rows above T against 1 %. Exact (regularised
    incomplete beta function). 1 where n is 0.

    >>> round(float(binomial_excess(2, 2, 0.1)), 6), round(float(binomial_excess(1, 2, 0.1)), 6)
    (0.01, 0.19)
    """
    hits, rows, rate = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in (k, n, share)))
    tail = betainc(np.maximum(hits, 1), np.maximum(rows - hits, 0) + 1, rate)
    return np.clip(np.where(hits > 0, tail, 1.0), P_FLOOR, 1.0)


def poisson_tails(count: npt.ArrayLike, mean: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the probabilities of `count` or fewer, and of `count` or more, where `mean` are expected, float64, between 1e-12 and 1.

    Regularised incomplete gamma functions, so a count may be a fraction: counts and means that are divided by how much more they vary than
    by chance.

    >>> [round(float(tail), 6) for tail in poisson_tails(0, 2)]
    [0.135335, 1.0]
    """
    x, mu = (np.asarray(value, dtype=np.float64) for value in (count, mean))
    fewer, more = gammaincc(x + 1, mu), np.where(x > 0, gammainc(np.maximum(x, 1e-9), mu), 1.0)
    return np.asarray(np.clip(fewer, P_FLOOR, 1.0)), np.asarray(np.clip(more, P_FLOOR, 1.0))


def normal_excess(z: npt.ArrayLike) -> Floats:
    """Return the probability of a standard normal value of z or more, float64, between 1e-12 and 1."""
    return np.asarray(np.clip(ndtr(-np.asarray(z, dtype=np.float64)), P_FLOOR, 1.0))


def auc_error(area: npt.ArrayLike, positives: npt.ArrayLike, negatives: npt.ArrayLike) -> Floats:
    """Return the standard error that a ROC AUC of `area` has with so many rows of each class, float64; infinite without one of them.

    Hanley and McNeil 1982, for scores like negative exponentials, which is close for others and errs on the safe side.
    """
    a, ones, zeros = (np.asarray(value, dtype=np.float64) for value in (area, positives, negatives))
    two_ones, two_zeros = a / (2 - a), 2 * a * a / (1 + a)
    variance = a * (1 - a) + (ones - 1) * (two_ones - a * a) + (zeros - 1) * (two_zeros - a * a)
    pairs = ones * zeros
    return np.where(pairs > 0, np.sqrt(np.maximum(variance, 0.0) / np.maximum(pairs, 1)), np.inf)


def fisher_excess(k: npt.ArrayLike, n: npt.ArrayLike, k0: npt.ArrayLike, n0: npt.ArrayLike) -> Floats:
    """Return the one-sided p-value that the share k of n now is above the share k0 of n0 before, float64, between 1e-12 and 1.

    Fisher's exact test: the hypergeometric tail, summed. Beyond a standard deviation of 10 rows Skovgaard's double saddlepoint
    approximation, within 0.1 % of the exact tail down to 1e-12. 1 where either side has no rows.
    All three of three rows now and none of three before: one of the 20 ways to choose three of six.

    >>> round(float(fisher_excess(3, 3, 0, 3)), 6)
    0.05
    """
    sides = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in (k, n, k0, n0)))
    hits, rows, hits0, rows0 = (np.atleast_1d(side) for side in sides)
    total, marked = rows + rows0, hits + hits0
    safe = np.maximum(total, 2)
    mean = rows * marked / safe
    deviation = np.sqrt(mean * (1 - marked / safe) * rows0 / (safe - 1))
    result = np.ones(hits.shape)
    exact = (deviation <= _EXACT) & (hits > 0) & (rows0 > 0)
    rest = ~exact & (hits > 0) & (rows0 > 0)
    if exact.any():
        result[exact] = _summed(hits[exact], rows[exact], marked[exact], total[exact], mean[exact])
    if rest.any():
        result[rest] = _saddlepoint(hits[rest], rows[rest], hits0[rest], rows0[rest])
    return np.clip(result, P_FLOOR, 1.0).reshape(sides[0].shape)


def _summed(hits: Floats, rows: Floats, marked: Floats, total: Floats, mean: Floats) -> Floats:
    """The hypergeometric tail: upward from the count where it lies above the mean, else one less the sum downward."""
    upward = hits > mean
    start = np.where(upward, hits, hits - 1)
    log_first = _log_choose(marked, start) + _log_choose(total - marked, rows - start) - _log_choose(total, rows)
    step = np.arange(_TERMS - 1)
    sign = np.where(upward, 1.0, -1.0)[:, np.newaxis]
    at = start[:, np.newaxis] + sign * step
    hits_, rows_, marked_, total_ = at, rows[:, np.newaxis], marked[:, np.newaxis], total[:, np.newaxis]
    up = (marked_ - hits_) * (rows_ - hits_), (hits_ + 1) * (total_ - marked_ - rows_ + hits_ + 1)
    down = hits_ * (total_ - marked_ - rows_ + hits_), (marked_ - hits_ + 1) * (rows_ - hits_ + 1)
    above, below = np.where(sign > 0, up[0], down[0]), np.where(sign > 0, up[1], down[1])
    ratio = np.divide(above, below, out=np.zeros_like(at), where=(above > 0) & (below > 0))
    tail = np.exp(log_first) * (1 + np.cumprod(ratio, axis=1).sum(axis=1))
    return np.asarray(np.where(upward, tail, 1 - tail))


def _log_choose(n: Floats, k: Floats) -> Floats:
    inside = (k >= 0) & (k <= n)
    found = -np.log1p(n) - betaln(np.where(inside, n - k, 0) + 1, np.where(inside, k, 0) + 1)
    return np.asarray(np.where(inside, found, -np.inf))


def _saddlepoint(hits: Floats, rows: Floats, hits0: Floats, rows0: Floats) -> Floats:
    """Tail of the conditional distribution of one of two binomials given their sum (Skovgaard 1987, lattice-corrected)."""
    a, c = hits - 0.5, hits0 + 0.5
    p, p0, both = a / rows, c / rows0, (hits + hits0) / (rows + rows0)
    # Close to each other the shares themselves are too coarse for their difference: it comes from the counts.
    apart = (a * rows0 - c * rows) / (rows + rows0)
    deviance = rows * _divergence(p, both, apart / rows) + rows0 * _divergence(p0, both, -apart / rows0)
    w = np.sign(p - p0) * np.sqrt(2 * deviance)
    slope = np.log(p / (1 - p)) - np.log(p0 / (1 - p0))
    u = 2 * np.sinh(slope / 2) * np.sqrt(rows * p * (1 - p) * rows0 * p0 * (1 - p0) / ((rows + rows0) * both * (1 - both)))
    near = np.abs(w) < 1e-4
    w_, u_ = np.where(near, 1.0, w), np.where(near, 1.0, u)
    return np.asarray(ndtr(-np.where(near, w, w_ + np.log(u_ / w_) / w_)))


def _divergence(p: Floats, q: Floats, difference: Floats) -> Floats:
    """p ln(p/q) + (1 - p) ln((1 - p)/(1 - q)) for `difference` = p - q."""
    return np.asarray(p * np.log1p(difference / q) + (1 - p) * np.log1p(-difference / (1 - q)))
