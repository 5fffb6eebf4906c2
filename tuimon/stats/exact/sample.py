"""The values of one numeric column as a sorted sample with counts: everything exact is computed from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Sample:
    """Finite values float64[u], rising, each with how often it occurs, int64[u] (0 is allowed); and how many NaN there were."""

    values: Floats
    counts: Longs
    nans: int = 0

    @property
    def n(self) -> int:
        """How many finite values there are."""
        return int(self.counts.sum())

    @property
    def distinct(self) -> int:
        """How many different finite values there are."""
        return int(np.count_nonzero(self.counts))

    @property
    def low(self) -> float:
        """The smallest value; NaN without any."""
        held = np.flatnonzero(self.counts)
        return float(self.values[held[0]]) if held.size else float("nan")

    @property
    def high(self) -> float:
        """The largest value; NaN without any."""
        held = np.flatnonzero(self.counts)
        return float(self.values[held[-1]]) if held.size else float("nan")

    def mean(self) -> float:
        """Return the mean; NaN without a value."""
        return float(np.average(self.values, weights=self.counts)) if self.n else float("nan")

    def std(self, ddof: int = 0) -> float:
        """Return the standard deviation with n - ddof in the denominator; NaN for fewer rows than that."""
        if self.n <= ddof:
            return float("nan")
        return float(np.sqrt(np.sum(self.counts * (self.values - self.mean()) ** 2) / (self.n - ddof)))

    def raw(self) -> Floats:
        """Return the values one by one, sorted, float64[n]."""
        return np.repeat(self.values, self.counts)

    def cumulative(self) -> Floats:
        """Return the share of values up to and with each, float64[u]."""
        return np.asarray(np.cumsum(self.counts) / max(self.n, 1), dtype=np.float64)

    def up_to(self, points: npt.ArrayLike, side: str = "right") -> Longs:
        """Return how many values are at most (side "right") or below (side "left") each of the points, int64."""
        running = np.concatenate(([0], np.cumsum(self.counts)))
        place = np.searchsorted(self.values, points, side="right" if side == "right" else "left")
        return np.asarray(running[place], dtype=np.int64)

    def without(self, part: Sample) -> Sample:
        """Return what is left when a part of this sample is taken out of it. Raises ValueError when it is not a part of it."""
        place = np.searchsorted(self.values, part.values)
        if np.any(place >= self.values.size) or np.any(self.values[np.minimum(place, self.values.size - 1)] != part.values):
            raise ValueError("the values to leave out are not all in the sample")
        counts = self.counts.copy()
        counts[place] -= part.counts
        return Sample(self.values, counts, self.nans - part.nans)


def sample_of(values: npt.ArrayLike) -> Sample:
    """Return the sample of float64[n]; infinities are left out, NaN counted apart."""
    raw = np.asarray(values, dtype=np.float64)
    distinct, counts = np.unique(raw[np.isfinite(raw)] + 0.0, return_counts=True)
    return Sample(distinct, counts.astype(np.int64), int(np.count_nonzero(np.isnan(raw))))
