"""Traffic without drift in which rows are not independent, and the same with a known shift, as counts by minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter
from scipy.special import ndtr, ndtri

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

COLUMNS = 20
GROUPS = 20
"""Equal parts of a standard normal column."""
DAY = 1_440
WEEK = 7 * DAY
EDGES = ndtri(np.arange(1, GROUPS) / GROUPS)
KINDS = ("independent", "daily cycle", "autocorrelated", "batched", "combined")
BATCH = 20
"""Like rows that come together."""


@dataclass(frozen=True)
class Stream:
    """Rows of each column, minute and group."""

    counts: npt.NDArray[np.int16]
    baseline: Floats
    """[columns, groups] 50,000 rows of the long run."""


def simulate(kind: str, weeks: float, rate: float, seed: int, shift: Callable[[Floats], Floats] | None = None) -> Stream:
    """Return a stream of `rate` rows a second; `shift` adds to the mean of column 0, in standard deviations by minute."""
    rng = np.random.default_rng(seed)
    minutes = np.arange(round(weeks * WEEK), dtype=np.float64)
    daily = kind in ("daily cycle", "combined")
    alike = BATCH if kind in ("batched", "combined") else 1
    expected = rate * 60 * (1 + (0.8 * np.sin(2 * np.pi * minutes / DAY) if daily else 0 * minutes))
    found = np.empty((COLUMNS, len(minutes), GROUPS), np.int16)
    before = np.empty((COLUMNS, GROUPS))
    for column in range(COLUMNS):
        mean = _mean(kind, minutes, rng)
        shares = _shares(mean)
        before[column] = rng.multinomial(50_000, (shares * expected[:, np.newaxis]).sum(axis=0) / expected.sum())
        if shift is not None and column == 0:
            shares = _shares(mean + shift(minutes))
        found[column] = rng.multinomial(rng.poisson(expected / alike), shares) * alike
    return Stream(found, before)


def _mean(kind: str, minutes: Floats, rng: np.random.Generator) -> Floats:
    """Where the column's mean is, minute by minute: up to 0.4 deviations by the hour, 0.2 by the weekend, 0.2 at random."""
    mean = np.zeros(len(minutes))
    if kind in ("daily cycle", "combined"):
        mean += rng.uniform(0, 0.4) * np.sin(2 * np.pi * minutes / DAY + rng.uniform(0, 2 * np.pi))
        mean += rng.uniform(-0.2, 0.2) * (minutes // DAY % 7 >= 5)
    if kind in ("autocorrelated", "combined"):
        memory, deviation = np.exp(-1 / rng.uniform(5, 120)), rng.uniform(0, 0.2)
        noise = rng.standard_normal(len(minutes)) * deviation * np.sqrt(1 - memory**2)
        mean += lfilter([1], [1, -memory], noise)
    return mean


def _shares(mean: Floats) -> Floats:
    below = ndtr(EDGES - mean[:, np.newaxis])
    return np.diff(below, axis=1, prepend=0.0, append=1.0)
