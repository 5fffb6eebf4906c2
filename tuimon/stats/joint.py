"""Numeric columns taken together: sums of their values and products over rows, from which means and covariances follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]

LARGEST = 1e75
"""A value further from its column's centre, in units of its scale, counts as missing: its square would leave nothing of the others."""


@dataclass(frozen=True)
class Axes:
    """What the values of d columns are measured by: x counts as (x - loc)/scale."""

    names: tuple[str, ...]
    loc: Floats
    scale: Floats


@dataclass(frozen=True)
class Joint:
    """Sums over rows of d columns, on their axes; they add up. A missing value is 0 in `sums` and `products`, and counted apart, so that
    it can be given any other value later."""

    n: int
    sums: Floats
    """float64[d]"""
    products: Floats
    """float64[d, d]"""
    beside: Floats
    """float64[d, d]: the sum of column i over the rows that miss column j."""
    missing: Floats
    """float64[d, d]: the rows that miss both; on the diagonal those that miss one."""

    def __add__(self, other: Joint) -> Joint:
        size = max(len(self.sums), len(other.sums))
        one, two, none = self.widened(size), other.widened(size), no_gaps(size)
        beside = two.beside if one.beside is none else one.beside if two.beside is none else one.beside + two.beside
        missing = two.missing if one.missing is none else one.missing if two.missing is none else one.missing + two.missing
        return Joint(one.n + two.n, one.sums + two.sums, one.products + two.products, beside, missing)

    def widened(self, size: int) -> Joint:
        """Return the same rows with more columns, which all of them miss."""
        if size == len(self.sums):
            return self
        return no_rows(size) if not self.n else self.picked(np.where(np.arange(size) < len(self.sums), np.arange(size), -1))

    def picked(self, places: Indices) -> Joint:
        """Return the same rows with the columns at `places`, in that order; one at -1 is missing in all of them."""
        size, into = len(places), np.flatnonzero(places >= 0)
        at = places[into]
        sums, lost = np.zeros(size), np.full(size, float(self.n))
        sums[into], lost[into] = self.sums[at], np.diag(self.missing)[at]
        products, beside, missing = np.zeros((size, size)), np.zeros((size, size)), np.minimum.outer(lost, lost)
        beside[into] = sums[into, None]
        for new, old in ((products, self.products), (beside, self.beside), (missing, self.missing)):
            new[np.ix_(into, into)] = old[np.ix_(at, at)]
        return Joint(self.n, sums, products, beside, missing)

    @property
    def mean(self) -> Floats:
        """The mean of what is not missing, float64[d]; 0 where nothing is there."""
        held = self.n - np.diag(self.missing)
        return np.asarray(np.divide(self.sums, held, out=np.zeros_like(self.sums), where=held > 0))

    def about(self, centre: Floats) -> Floats:
        """Return the sums of (z_i - c_i)(z_j - c_j), float64[d, d], where a missing value is the centre itself."""
        lost = np.diag(self.missing)
        held = self.n - lost[:, None] - lost + self.missing
        across = centre * (self.sums[:, None] - self.beside)
        return np.asarray(self.products - across - across.T + np.outer(centre, centre) * held)


@lru_cache(256)
def no_gaps(size: int) -> Floats:
    """Return the one float64[d, d] that stands for "nothing is missing", so that it need not be added."""
    zeros = np.zeros((size, size))
    zeros.flags.writeable = False
    return zeros


def no_rows(size: int) -> Joint:
    """Return the sums of no rows."""
    return Joint(0, np.zeros(size), np.zeros((size, size)), no_gaps(size), no_gaps(size))


def joints(values: Floats, gone: Bools | None, bounds: Sequence[int]) -> list[Joint]:
    """Return the sums of the rows [bounds[i], bounds[i + 1]) of values float64[d, rows], where what is `gone` is 0."""
    lost = None if gone is None or not gone.any() else gone.astype(np.float64)
    found, none = [], no_gaps(len(values))
    for low, high in pairwise(bounds):
        part = values[:, low:high]
        beside = missing = none
        if lost is not None:
            left = lost[:, low:high]
            beside, missing = part @ left.T, left @ left.T
        found.append(Joint(high - low, part.sum(axis=1), part @ part.T, beside, missing))
    return found
