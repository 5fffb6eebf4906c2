"""Distances between two sets of shares over the same bins. All are 0 for equal shares."""

from __future__ import annotations

import math

import numpy as np

from tuimon.stats.distances import hellinger_parts, js_parts, linf_parts, psi_parts, tv_parts
from tuimon.stats.exact.sample import Floats, Longs


def shares(counts: Longs | Floats) -> Floats:
    """Return counts as shares of their sum, float64; NaN without rows."""
    total = counts.sum()
    return np.asarray(counts / total) if total > 0 else np.full(counts.shape, np.nan)


def js_divergence(p: Floats, q: Floats) -> float:
    """Return the Jensen-Shannon divergence, base 2, 0 to 1."""
    return min(1.0, float(js_parts(p, q).sum()))


def js_distance(p: Floats, q: Floats) -> float:
    """Return the Jensen-Shannon distance, base 2: the root of the divergence, 0 to 1."""
    return math.sqrt(js_divergence(p, q))


def js_distance_natural(p: Floats, q: Floats) -> float:
    """Return the Jensen-Shannon distance with the natural logarithm, 0 to √ln 2 = 0.8326."""
    return js_distance(p, q) * math.sqrt(math.log(2))


def hellinger(p: Floats, q: Floats) -> float:
    """Return the Hellinger distance √(Σ (√p - √q)² / 2), 0 to 1."""
    return math.sqrt(float(hellinger_parts(p, q).sum()))


def total_variation(p: Floats, q: Floats) -> float:
    """Return Σ |p - q| / 2, 0 to 1."""
    return float(tv_parts(p, q).sum())


def l_infinity(p: Floats, q: Floats) -> float:
    """Return the largest |p - q|, 0 to 1."""
    return float(linf_parts(p, q).max())


def psi(p: Floats, q: Floats) -> float:
    """Return the population stability index Σ (p - q) ln(p / q) of positive numbers, which need not sum to 1."""
    return float(psi_parts(p, q).sum())
