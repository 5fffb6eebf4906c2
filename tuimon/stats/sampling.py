"""Rows of a sampled log: how many records they stand for beyond themselves, in whole numbers that add up exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuimon.stats.interval import Z

_SHIFT = 24
_UNIT = float(1 << _SHIFT)
_WORDS = 4
"""Of a row: its excess and its variance, of each the whole part and the rest in units of 2^-24, so that the sums stay below 2^53."""

Ints = npt.NDArray[np.int64]


def excess_words(weights: npt.NDArray[np.float64], error: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int32], Ints]:
    """Return (bins int32[4, n], counts int64[4, n]) whose sums by bin say what n rows stand for beyond themselves, errors apart.

    A row of weight w (1 / sample rate, at least 1) stands for w records, so for w - 1 that are not in the log, and adds w(w - 1) to the
    variance of the estimated total: Horvitz and Thompson (1952), for records that were drawn one by one.
    """
    parts = []
    for value in (weights - 1, weights * (weights - 1)):
        units = np.rint(value * _UNIT).astype(np.int64)
        parts += [units >> _SHIFT, units & ((1 << _SHIFT) - 1)]
    bins = np.arange(_WORDS, dtype=np.int32)[:, None] + np.where(error, np.int32(_WORDS), np.int32(0))
    return bins, np.stack(parts)


@dataclass(frozen=True)
class Estimate:
    """How many records some rows stand for, and the variance of that number."""

    count: float
    variance: float

    @property
    def margin(self) -> float:
        """Half of the 95 % interval of the count."""
        return Z * math.sqrt(self.variance)

    @property
    def worth(self) -> float:
        """Rows of one rate that would say as much about a share: (Σw)²/Σw² (Kish 1965), never more than there are."""
        squares = self.variance + self.count
        return self.count * self.count / squares if squares else 0.0


def estimates(rows: int, errors: int, bins: npt.NDArray[np.int32], counts: Ints) -> tuple[Estimate, Estimate]:
    """Return the estimates of (all records, those with errors) from the rows that were seen and the sums of their `excess_words`.

    Ten rows at a rate of 0.1, one of them an error, stand for 100 records, give or take 1.96 times the root of 900:

    >>> bins, counts = excess_words(np.full(10, 10.0), np.arange(10) == 0)
    >>> every, failed = estimates(10, 1, bins.ravel(), counts.ravel())
    >>> every, failed, every.worth
    (Estimate(count=100.0, variance=900.0), Estimate(count=10.0, variance=90.0), 10.0)
    """
    sums = np.bincount(bins, weights=counts, minlength=2 * _WORDS).reshape(2, 2, 2)
    (ok, ok_variance), (error, error_variance) = (sums[..., 0] + sums[..., 1] / _UNIT).tolist()
    return Estimate(rows + ok + error, ok_variance + error_variance), Estimate(errors + error, error_variance)
