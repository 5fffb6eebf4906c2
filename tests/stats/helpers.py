"""Columns, frames and windows made from plain values."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tuimon.stats import Frame, FrameColumn, NumericGrid, make_grid

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]


def counted(bins: Ints, values: Ints) -> Longs:
    """Counts of `values` (bins of rows) over the sorted `bins`, which hold them all."""
    return np.bincount(np.searchsorted(bins, values), minlength=bins.size).astype(np.int64)


def numeric(before: Floats, now: Floats, grid: NumericGrid | None = None) -> tuple[FrameColumn, Longs]:
    """A numeric column with its baseline, on the baseline's own grid if none is given, and the window's counts."""
    grid = grid or make_grid(before)
    old, new = grid.assign(before), grid.assign(now)
    bins = np.union1d(old, new).astype(np.int32)
    return FrameColumn(grid, bins, counted(bins, old)), counted(bins, new)


def category(before: npt.ArrayLike) -> FrameColumn:
    """A category column whose bins are 0, 1, 2 ... with these baseline counts."""
    counts = np.asarray(before, dtype=np.int64)
    return FrameColumn(None, np.arange(counts.size, dtype=np.int32), counts)


def exact_ks(before: npt.ArrayLike, now: npt.ArrayLike) -> float:
    """The largest difference of the empirical distribution functions, value by value."""
    sides = [np.sort(np.asarray(side, dtype=np.float64)) for side in (before, now)]
    points = np.concatenate(sides)
    below = [np.searchsorted(side, points, side="right") / side.size for side in sides]
    return float(np.abs(below[0] - below[1]).max())


def frame_of(*columns: tuple[FrameColumn, npt.ArrayLike], bins: int = 10) -> tuple[Frame, Longs]:
    """A frame of columns, each with its counts now, and the window of the frame."""
    window = np.concatenate([np.asarray(now, dtype=np.int64) for _, now in columns])
    return Frame([column for column, _ in columns], bins), window
