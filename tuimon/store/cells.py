"""Count vectors laid flat: many cells as a few arrays, and the one operation on them, addition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuimon.stats import add_sparse

Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

_BIN_SHIFT = 32
_BIN_MIDDLE = 1 << 31


@dataclass(frozen=True)
class Cells:
    """Cells ordered by (start, column, version); cell i owns the entries offsets[i]:offsets[i + 1] of `bins` and `counts`."""

    start: Ints
    """Seconds since 1970 at which the cell's stretch of time begins."""
    column: Int32s
    version: Int32s
    """Index into `versions`."""
    versions: tuple[str, ...]
    n: Ints
    """Rows seen: finite values (or categories) + nulls + nonfinite + invalid."""
    nulls: Ints
    nonfinite: Ints
    invalid: Ints
    minimum: Floats
    """NaN without a finite value; so is `maximum`."""
    maximum: Floats
    total: Floats
    """Sum of the finite values, for display only: floats do not add exactly."""
    offsets: Ints
    bins: Int32s
    """Ascending within a cell."""
    counts: Ints

    def __len__(self) -> int:
        return len(self.start)

    @property
    def sizes(self) -> Ints:
        """How many bins each cell has."""
        sizes: Ints = np.subtract(self.offsets[1:], self.offsets[:-1])
        return sizes


def no_cells(versions: tuple[str, ...] = ()) -> Cells:
    """Return cells without any cell."""
    none, narrow, floats = np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.float64)
    return Cells(none, narrow, narrow, versions, none, none, none, none, floats, floats, floats, np.zeros(1, np.int64), narrow, none)


def ranges(starts: Ints, lengths: Ints) -> Ints:
    """Return the concatenation of start, start + 1, … (length many) for each start."""
    ends = np.cumsum(lengths)
    if not len(ends) or not ends[-1]:
        return np.empty(0, np.int64)
    positions: Ints = np.arange(ends[-1]) + np.repeat(starts - (ends - lengths), lengths)
    return positions


def take(cells: Cells, index: npt.NDArray[np.intp]) -> Cells:
    """Return the cells at `index`, in that order."""
    sizes = cells.sizes[index]
    entries = ranges(cells.offsets[index], sizes)
    return Cells(
        cells.start[index],
        cells.column[index],
        cells.version[index],
        cells.versions,
        cells.n[index],
        cells.nulls[index],
        cells.nonfinite[index],
        cells.invalid[index],
        cells.minimum[index],
        cells.maximum[index],
        cells.total[index],
        np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        cells.bins[entries],
        cells.counts[entries],
    )


def piece(cells: Cells, first: int, last: int) -> Cells:
    """Return the cells [first, last) as copies that do not hold the whole in memory."""
    entries = slice(int(cells.offsets[first]), int(cells.offsets[last]))
    own = slice(first, last)
    return Cells(
        cells.start[own].copy(),
        cells.column[own].copy(),
        cells.version[own].copy(),
        cells.versions,
        cells.n[own].copy(),
        cells.nulls[own].copy(),
        cells.nonfinite[own].copy(),
        cells.invalid[own].copy(),
        cells.minimum[own].copy(),
        cells.maximum[own].copy(),
        cells.total[own].copy(),
        cells.offsets[first : last + 1] - cells.offsets[first],
        cells.bins[entries].copy(),
        cells.counts[entries].copy(),
    )


def together(parts: Sequence[Cells], versions: tuple[str, ...] = ()) -> Cells:
    """Return the cells of all parts one after the other, not yet in order and not yet added up."""
    if not parts:
        return no_cells(versions)
    sizes = np.cumsum([0, *(len(part.bins) for part in parts)])
    offsets = [part.offsets[:-1] + size for part, size in zip(parts, sizes[:-1], strict=True)]
    return Cells(
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.column for part in parts]),
        np.concatenate([part.version for part in parts]),
        versions,
        np.concatenate([part.n for part in parts]),
        np.concatenate([part.nulls for part in parts]),
        np.concatenate([part.nonfinite for part in parts]),
        np.concatenate([part.invalid for part in parts]),
        np.concatenate([part.minimum for part in parts]),
        np.concatenate([part.maximum for part in parts]),
        np.concatenate([part.total for part in parts]),
        np.concatenate([*offsets, sizes[-1:]]).astype(np.int64),
        np.concatenate([part.bins for part in parts]),
        np.concatenate([part.counts for part in parts]),
    )


def add_up(cells: Cells) -> Cells:
    """Return the cells in order, with one cell a (start, column, version): the sum of all that share it.

    Bins and cells whose counts came to 0 are gone, so equal contents are equal arrays whatever they were added up from.
    """
    order = np.lexsort((cells.version, cells.column, cells.start))
    cells = take(cells, order)
    if not len(cells):
        return cells
    fresh = np.ones(len(cells), bool)
    fresh[1:] = (np.diff(cells.start) != 0) | (np.diff(cells.column) != 0) | (np.diff(cells.version) != 0)
    if fresh.all() and cells.counts.all() and cells.n.all():
        return cells
    cells = _grouped(cells, np.flatnonzero(fresh), np.cumsum(fresh) - 1)
    used = (cells.n != 0) | (cells.sizes != 0)
    return cells if used.all() else take(cells, np.flatnonzero(used))


def _grouped(cells: Cells, first: npt.NDArray[np.intp], group: npt.NDArray[np.intp]) -> Cells:
    sizes, bins, counts = _grouped_bins(cells, group, len(first))
    return Cells(
        cells.start[first],
        cells.column[first],
        cells.version[first],
        cells.versions,
        np.add.reduceat(cells.n, first),
        np.add.reduceat(cells.nulls, first),
        np.add.reduceat(cells.nonfinite, first),
        np.add.reduceat(cells.invalid, first),
        np.fmin.reduceat(cells.minimum, first),
        np.fmax.reduceat(cells.maximum, first),
        np.add.reduceat(cells.total, first),
        np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        bins,
        counts,
    )


def _grouped_bins(cells: Cells, group: npt.NDArray[np.intp], groups: int) -> tuple[Ints, Int32s, Ints]:
    owner = np.repeat(group.astype(np.int64), cells.sizes)
    owner, bins, counts = sum_bins(owner, cells.bins, cells.counts)
    return np.bincount(owner, minlength=groups).astype(np.int64), bins, counts


def sum_bins(owner: Ints, bins: Int32s, counts: Ints) -> tuple[Ints, Int32s, Ints]:
    """Return (owner, bin, count) with the counts of equal pairs added up, in order; pairs whose sum is 0 are left out."""
    keys, sums = add_sparse(((owner << _BIN_SHIFT) + (bins.astype(np.int64) + _BIN_MIDDLE), counts))
    return keys >> _BIN_SHIFT, ((keys & ((1 << _BIN_SHIFT) - 1)) - _BIN_MIDDLE).astype(np.int32), sums
