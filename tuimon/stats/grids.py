"""The grid of a numeric column: an asinh scale, refined where the mass is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tuimon.stats.ordered import bisect_floats

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

STEPS = 32
"""Base bins per unit of asinh: 1/32 of a standard deviation near the centre, 3 % in the tails."""
_FINE = 8
"""Cells of the lookup table per base bin; with eight, few cells of a usual grid hold more than one cut."""
_LARGEST = np.finfo(np.float64).max


@dataclass(frozen=True)
class NumericGrid:
    """Bins of the whole float line: `floor(32 asinh((x - loc) / scale) + 0.5)` plus the number of `cuts` at or below x.

    Both terms grow with x, so ids are ordered like values; `scale` is positive and `cuts` strictly increase.
    """

    loc: float
    scale: float
    cuts: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not (np.isfinite(self.loc) and np.isfinite(self.scale) and self.scale > 0):
            raise ValueError(f"a grid needs a finite centre and a positive scale, not {self.loc} and {self.scale}")
        if not np.all(np.isfinite(self.cuts)) or np.any(self._cuts[1:] <= self._cuts[:-1]):
            raise ValueError("the cuts of a grid must be finite and strictly increasing")

    def assign(self, x: npt.ArrayLike) -> Ints:
        """Return the bin of each value, int32[n], for finite x float64[n] of any magnitude."""
        values = np.ascontiguousarray(x, dtype=np.float64)
        position = self._position(values)
        bins = np.floor(position).astype(np.int32)
        if self.cuts:
            bins += self._table.count(values, position)
        return bins

    def lower(self, bins: npt.ArrayLike) -> Floats:
        """Return the smallest float of each bin or of a later one, float64[k]; -inf for the first bin of all and those before it."""
        ids = np.asarray(bins, dtype=np.int64)
        passed = np.searchsorted(self._cut_bins, ids, side="right")
        edges = self._base_lower(ids - passed)
        if self.cuts:
            edges = np.where(passed > 0, np.maximum(edges, self._cuts[passed - 1]), edges)
        return edges

    def upper(self, bins: npt.ArrayLike) -> Floats:
        """Return the lower edge of the next bin, float64[k]: `lower(b) <= x < upper(b)` for every x in b; +inf past the last."""
        return self.lower(np.asarray(bins, dtype=np.int64) + 1)

    def edges(self, bins: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Return `lower` and `upper` of each bin, float64[k] each, for the price of one where bins are neighbours."""
        ids = np.asarray(bins, dtype=np.int64)
        wanted, index = np.unique(np.concatenate((ids, ids + 1)), return_inverse=True)
        found = self.lower(wanted)[index]
        return found[: ids.size], found[ids.size :]

    @staticmethod
    def middle(lower: Floats, upper: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Return the finite value that stands for each bin with these edges, float64[k], and whether it holds one float only, bool[k]."""
        low, high = np.maximum(lower, -_LARGEST), np.minimum(upper, _LARGEST)
        single = np.nextafter(low, high) >= high
        return np.where(single, low, low / 2 + high / 2), single

    def spec(self) -> dict[str, float | list[float]]:
        """Return the grid as plain JSON values; `from_spec` gives the same grid back to the bit."""
        return {"loc": self.loc, "scale": self.scale, "cuts": list(self.cuts)}

    @classmethod
    def from_spec(cls, spec: Mapping[str, float | Sequence[float]]) -> NumericGrid:
        """Return the grid of a `spec()`; raises KeyError or ValueError for anything else."""
        loc, scale, cuts = spec["loc"], spec["scale"], spec["cuts"]
        if not isinstance(loc, int | float) or not isinstance(scale, int | float) or isinstance(cuts, int | float):
            raise ValueError("a grid spec holds the numbers loc and scale and a list of cuts")
        return cls(float(loc), float(scale), tuple(float(cut) for cut in cuts))

    def _position(self, values: Floats) -> Floats:
        """Base bins as a real number: its floor is the base bin. Ratios beyond the largest float count as the largest float."""
        with np.errstate(over="ignore"):
            ratio = (values - self.loc) / self.scale
        np.clip(ratio, -_LARGEST, _LARGEST, out=ratio)
        return STEPS * np.arcsinh(ratio, out=ratio) + 0.5

    @cached_property
    def _cuts(self) -> Floats:
        return np.array(self.cuts, dtype=np.float64)

    @cached_property
    def _cut_bins(self) -> npt.NDArray[np.int64]:
        return np.floor(self._position(self._cuts)).astype(np.int64) + np.arange(1, len(self.cuts) + 1)

    @cached_property
    def _table(self) -> _CutTable:
        return _CutTable(self._cuts, self._position(self._cuts))

    def _base_lower(self, base: npt.NDArray[np.int64]) -> Floats:
        """The smallest float whose base bin is `base` or more; the formula gives a guess and the grid itself the answer."""
        with np.errstate(over="ignore", invalid="ignore"):
            guess = self.loc + self.scale * np.sinh((base - 0.5) / STEPS)
            slack = 16 * np.spacing(np.maximum(np.abs(guess), abs(self.loc)))
        return bisect_floats(lambda x, wanted: self._position(x) >= wanted, base.astype(np.float64), guess, slack)


class _CutTable:
    """Counts the cuts at or below a value by a lookup in fine cells of the scale: faster than a search where a cell holds two at most."""

    def __init__(self, cuts: Floats, position: Floats) -> None:
        cell = np.floor(position * _FINE).astype(np.int64)
        self._cuts = cuts
        self._first = int(cell[0]) - 1
        cell -= self._first
        inside = np.bincount(cell, minlength=int(cell[-1]) + 2)
        before = np.cumsum(inside) - inside
        self._before = before.astype(np.int32)
        padded = np.append(cuts, [np.inf, np.inf])
        self._one = np.where(inside > 0, padded[before], np.inf)
        self._two = np.where(inside > 1, padded[before + 1], np.inf)
        self._many = inside > 2
        self._any_many = bool(self._many.any())

    def count(self, values: Floats, position: Floats) -> Ints:
        cell = np.clip(np.floor(position * _FINE) - self._first, 0, len(self._before) - 1).astype(np.int32)
        counts: Ints = self._before[cell]
        counts += values >= self._one[cell]
        counts += values >= self._two[cell]
        if self._any_many:
            rest = np.flatnonzero(self._many[cell])
            counts[rest] = np.searchsorted(self._cuts, values[rest], side="right")
        return counts
