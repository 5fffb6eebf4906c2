"""Counts of groups straight from cells, for groups that hold whatever bins turn up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tuimon.stats.frame import FrameColumn
from tuimon.stats.grouping import category_groups, numeric_groups
from tuimon.stats.layout import Layout

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Regrouping:
    """The groups of c columns by their baselines alone; a category has one group more for what its baseline never had."""

    def __init__(self, columns: Sequence[FrameColumn], bins: int) -> None:
        """Lay the groups out; `bins` is how many a numeric column has at most."""
        found = [_numeric(column, bins) if column.grid is not None else _category(column) for column in columns]
        self._numeric = [column.grid is not None for column in columns]
        self._bins, self._groups = [bins for bins, _, _ in found], [groups for _, groups, _ in found]
        self.layout = Layout([size for _, _, size in found])
        owners = [np.full(column.bins.size, place, np.int64) for place, column in enumerate(columns)]
        every = [np.asarray(column.bins, np.int64) for column in columns]
        counts = np.concatenate([*(column.baseline for column in columns), np.empty(0, np.int64)])
        place, bin_ = np.concatenate([*owners, np.empty(0, np.int64)]), np.concatenate([*every, np.empty(0, np.int64)])
        self.baseline: Floats = self.counts(np.zeros(len(place), np.int64), place, bin_, counts, 1)[0]

    def counts(self, window: Ints, column: Ints, bins: Ints, counts: Ints, windows: int) -> Floats:
        """Return the group counts of some windows, float64[windows, groups], from entries (window, place of the column, bin, count)."""
        group = np.zeros(len(bins), np.int64)
        for place in np.unique(column).tolist():
            mine = column == place
            group[mine] = self._group_of(place, bins[mine]) + self.layout.offsets[place]
        flat = np.bincount(window * self.layout.total + group, weights=counts, minlength=windows * self.layout.total)
        return np.asarray(flat.reshape(windows, self.layout.total), np.float64)

    def _group_of(self, place: int, bins: Ints) -> Ints:
        known, groups = self._bins[place], self._groups[place]
        if self._numeric[place]:
            return np.maximum(np.searchsorted(known, bins, side="right") - 1, 0)
        at = np.minimum(np.searchsorted(known, bins), max(len(known) - 1, 0))
        newcomer = int(self.layout.offsets[place + 1] - self.layout.offsets[place]) - 1
        return np.where(known[at] == bins, groups[at], newcomer) if len(known) else np.full(len(bins), newcomer, np.int64)


def _numeric(column: FrameColumn, parts: int) -> tuple[Ints, Ints, int]:
    """The first bin of each group."""
    groups = numeric_groups(column.baseline, parts)
    first = np.flatnonzero(np.diff(groups, prepend=-1))
    return np.asarray(column.bins, np.int64)[first], groups[first], max(len(first), 1)


def _category(column: FrameColumn) -> tuple[Ints, Ints, int]:
    """The baseline's bins in order and the group of each."""
    had = column.baseline > 0
    bins = np.asarray(column.bins, np.int64)[had]
    groups = category_groups(bins, column.baseline[had])
    return bins, groups, int(groups.max(initial=-1)) + 2
