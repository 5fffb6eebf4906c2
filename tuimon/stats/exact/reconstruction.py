"""How well the reference's main directions still describe rows: NannyML's PCA reconstruction error, by linear algebra alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tuimon.stats.exact.sample import Floats

KEPT = 0.65
"""Share of the reference's variance that the kept directions have to hold."""


@dataclass(frozen=True)
class Moments:
    """Sums over rows of d encoded columns: what a PCA is fitted on. They add up, and parts can be taken out."""

    rows: int
    centre: Floats
    """What was subtracted from each row before summing, float64[d]: any point near the data keeps the sums exact."""
    total: Floats
    """float64[d]"""
    products: Floats
    """float64[d, d]"""

    def __add__(self, other: Moments) -> Moments:
        return Moments(self.rows + other.rows, self.centre, self.total + other.total, self.products + other.products)

    def __sub__(self, other: Moments) -> Moments:
        return Moments(self.rows - other.rows, self.centre, self.total - other.total, self.products - other.products)


def moments(rows: Floats, centre: Floats) -> Moments:
    """Return the moments of rows float64[n, d] about a centre float64[d]."""
    shifted = rows - centre
    return Moments(len(rows), centre, shifted.sum(axis=0), shifted.T @ shifted)


@dataclass(frozen=True)
class Reconstruction:
    """Means and deviations that standardise rows, float64[d], and the kept directions, float64[d, k]."""

    mean: Floats
    deviation: Floats
    directions: Floats

    def errors(self, rows: Floats) -> Floats:
        """Return how far each row of float64[n, d] is from its projection on the kept directions, standardised, float64[n]."""
        standard = (rows - self.mean) / self.deviation
        gap = standard - (standard @ self.directions) @ self.directions.T
        return np.asarray(np.sqrt(np.sum(gap**2, axis=1)))


def fit(sums: Moments, kept: float = KEPT) -> Reconstruction | None:
    """Return the standardisation (population deviation; 1 for a constant column) and the fewest main directions with more than the share
    `kept` of the variance (Jolliffe 2002, 6.1). None for fewer than two rows, or without any variance."""
    if sums.rows < 2:
        return None
    mean = sums.total / sums.rows
    covariance = sums.products / sums.rows - np.outer(mean, mean)
    variance = np.diag(covariance)
    tiny = variance <= 1e-14 * np.maximum(np.diag(sums.products) / sums.rows, np.finfo(float).tiny)
    deviation = np.where(tiny, 1.0, np.sqrt(np.maximum(variance, 0.0)))
    correlation = np.where(np.outer(~tiny, ~tiny), covariance / np.outer(deviation, deviation), 0.0)
    values, vectors = np.linalg.eigh(correlation)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    if values.sum() <= 0:
        return None
    count = int(np.searchsorted(np.cumsum(values) / values.sum(), kept, side="right")) + 1
    return Reconstruction(mean + sums.centre, deviation, vectors[:, : min(count, values.size)])
