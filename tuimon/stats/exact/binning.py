"""Bin edges by the rules that are in use, and counts between them."""

from __future__ import annotations

import numpy as np

from tuimon.stats.exact.sample import Floats, Longs, Sample


def equal_edges(low: float, high: float, bins: int) -> Floats:
    """Return the edges of bins of equal width from low to high, float64[bins + 1]; half a unit to either side where both are equal."""
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, bins + 1)


def sturges_edges(low: float, high: float, n: int) -> Floats:
    """Return the edges of equal bins for n values from low to high, float64: ceil(log2(n) + 1) of them (Sturges 1926)."""
    width = (high - low) / (np.log2(n) + 1.0)
    return equal_edges(low, high, int(np.ceil((high - low) / width)) if width > 0 else 1)


def doane_edges(sample: Sample) -> Floats:
    """Return the edges of equal bins over a sample, float64: Sturges' number plus log2(1 + |g| / σ_g) for its skewness g (Doane 1976)."""
    n, spread, deviation = sample.n, sample.high - sample.low, sample.std()
    if n <= 2 or not deviation > 0:
        return equal_edges(sample.low, sample.high, 1)
    scaled = (sample.values - sample.mean()) / deviation
    skewness = float(np.sum(sample.counts * scaled**3) / n)
    error = np.sqrt(6.0 * (n - 2) / ((n + 1.0) * (n + 3)))
    width = spread / (1.0 + np.log2(n) + np.log2(1.0 + abs(skewness) / error))
    return equal_edges(sample.low, sample.high, int(np.ceil(spread / width)))


def counted(sample: Sample, edges: Floats) -> Longs:
    """Return how many values lie in each bin, int64[b]: from its lower edge on, below the upper one; the last bin has both ends."""
    below = sample.up_to(edges[:-1], side="left")
    return np.asarray(np.diff(np.append(below, sample.up_to(edges[-1]))), dtype=np.int64)
