"""Limits learned from chunks of the reference."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from tuimon.stats.special import stdtrit

Growth = Literal["square", "root", "path", "mean"]
"""How chance makes a value grow with s = 1/n + 1/m: PSI like s, other distances like √s (those of whole distribution functions,
"path", too); of a mean it is the deviation that grows."""

LEAST_CHUNKS = 3
"""Fewer chunks say nothing about how much they vary."""


@dataclass(frozen=True)
class Bounds:
    """What values are usual: from `low` to `high`, None where that side has no limit."""

    low: float | None = None
    high: float | None = None

    def leaves(self, value: float) -> bool:
        """Return whether a value lies outside."""
        return (self.low is not None and value < self.low) or (self.high is not None and value > self.high)


def three_sigma(values: npt.ArrayLike, lowest: float | None = 0.0, highest: float | None = None, both_sides: bool = False) -> Bounds:
    """Return mean ± 3 standard deviations (n in the denominator) of chunk values, cut at the ends of what the measure can be.

    The chunks lie inside the reference that they are compared with: NannyML's rule. No bounds without a value.
    """
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    if not known.size:
        return Bounds()
    middle, reach = float(known.mean()), 3 * float(known.std())
    low = _cut(middle - reach, lowest, highest) if both_sides else None
    return Bounds(low, _cut(middle + reach, lowest, highest))


_POWER: dict[Growth, float] = {"square": 1 / 3, "root": 2 / 3, "path": 1 / 5, "mean": 1.0}
"""PSI is about a χ² for chance alone and other distances about the root of one; the cube root of a χ² is nearly normal, far into its
tail too (Wilson, Hilferty 1931). KS and Wasserstein have longer tails: in simulation their fifth root has 0.8 and 1.8 times the normal
chance at 0.001, where the value itself has 6 and 12 times."""


class Prediction:
    """A prediction bound for the value of one more chunk, from K chunks each compared with the reference without it.

    mean + t(K - 1, 1 - α)·s·√(1 + 1/K) for one more normal value (Hahn 1969). Values are first divided by what chance makes of them for
    the rows they have and taken to the power that makes them about normal; the bound goes the same way back. For more rows than the chunks
    of the reference have it stays as it is for theirs: what differs from day to day does not average out.
    """

    def __init__(self, values: npt.ArrayLike, inverse_rows: npt.ArrayLike, growth: Growth) -> None:
        """Take float64[K] each; `inverse_rows` is 1/n + 1/m of each chunk (1/n for a mean). Values that are NaN are left out."""
        value, inverse = np.asarray(values, dtype=np.float64), np.asarray(inverse_rows, dtype=np.float64)
        known = np.isfinite(value) & np.isfinite(inverse) & (inverse > 0)
        self.chunks, self._growth = int(known.sum()), growth
        if not self.chunks:
            return
        self._inverse = float(np.median(inverse[known]))
        scaled = (value[known] / self._unit(inverse[known])) ** _POWER[growth]
        self._middle = float(scaled.mean())
        self._deviation = float(scaled.std(ddof=1)) if self.chunks > 1 else math.nan

    def bounds(self, inverse_rows: float, chance: float, low: bool, high: bool) -> Bounds:
        """Return the bounds for a chunk of so many rows that one more like the reference passes with this chance in all.

        A lower bound is for means only; None on both sides with fewer than LEAST_CHUNKS chunks.
        """
        if self.chunks < LEAST_CHUNKS or not math.isfinite(inverse_rows):
            return Bounds()
        reach = -float(stdtrit(self.chunks - 1, chance / 2 if low and high else chance)) * self._deviation * math.sqrt(1 + 1 / self.chunks)
        inverse = max(inverse_rows, self._inverse)
        if self._growth == "mean":
            reach *= math.sqrt(inverse / self._inverse)
        unit, power = float(self._unit(np.array([inverse]))[0]), 1 / _POWER[self._growth]
        return Bounds(self._middle - reach if low else None, unit * (self._middle + reach) ** power if high else None)

    def _unit(self, inverse: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return inverse if self._growth == "square" else np.ones_like(inverse) if self._growth == "mean" else np.sqrt(inverse)


def _cut(value: float, lowest: float | None, highest: float | None) -> float:
    value = value if lowest is None else max(lowest, value)
    return value if highest is None else min(highest, value)
