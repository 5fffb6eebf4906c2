"""Rows to cells: every column of a batch counted by version and minute, without ever making room for empty bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuimon.stats import count_cells
from tuimon.store.cells import Cells, Floats, Int32s, Ints, no_cells, sum_bins, take

Bools = npt.NDArray[np.bool_]
Slots = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Places:
    """Where each row counts: the distinct (start, version) pairs of a batch, in order, and the pair of each row."""

    start: Ints
    version: Int32s
    slot: Slots
    """[rows] index of each row's pair."""
    order: npt.NDArray[np.intp] | None
    """Rows by slot, or None when they are in that order already."""
    first: npt.NDArray[np.intp]
    """[pairs] position of each pair's first row in that order."""
    rows: Ints
    """[pairs] how many rows each has."""

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True)
class Counted:
    """The cells of one column at all places; entry i belongs to the place `owner[i]`."""

    column: int
    n: Ints
    nulls: Ints
    nonfinite: Ints
    invalid: Ints
    minimum: Floats
    maximum: Floats
    total: Floats
    owner: Ints
    bins: Int32s
    counts: Ints


def places(start: Ints, version: Int32s) -> Places:
    """Return the places of rows with these starts (seconds) and version numbers."""
    versions = int(version.max(initial=0)) + 1
    key = start * versions + version
    if not len(key) or not (np.diff(key) < 0).any():
        order, ordered = None, key
    else:
        order = np.argsort(key, kind="stable")
        ordered = key[order]
    fresh = np.concatenate(([True], np.diff(ordered) != 0))[: len(key)]
    first = np.flatnonzero(fresh)
    slot = np.cumsum(fresh) - 1
    if order is not None:
        unordered = np.empty_like(slot)
        unordered[order] = slot
        slot = unordered
    distinct = ordered[first]
    rows = np.diff(np.append(first, len(key))).astype(np.int64)
    return Places(distinct // versions, (distinct % versions).astype(np.int32), slot, order, first, rows)


def coarser(fine: Places, width: int) -> tuple[Places, Ints]:
    """Return the places of the same rows in wider stretches (their rows are not repeated), and the wide place of each fine one."""
    wide = places(fine.start // width * width, fine.version)
    return wide, wide.slot


def spread(rows: Bools | Ints | None, where: Places) -> Ints:
    """Return how many of the marked rows each place has; `rows` is a mask, row indices, or None for no row."""
    if rows is None or not len(rows) or (rows.dtype == np.bool_ and not rows.any()):
        return np.zeros(len(where), np.int64)
    return np.bincount(where.slot[rows], minlength=len(where)).astype(np.int64)


def by_bin(slot: Slots, bins: Int32s, counts: Ints | None = None) -> tuple[Ints, Int32s, Ints]:
    """Return (slot, bin, count) of every pair that occurs, ordered by slot and then bin; each row counts once, or `counts` times."""
    if not len(bins):
        return np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int64)
    low, high = int(bins.min()), int(bins.max())
    span, slots = high - low + 1, int(slot.max()) + 1
    # Slots are without gaps, so a table of all pairs is mostly used; one odd value still must not ask for gigabytes.
    if span * slots > 16 * len(bins) + 65_536:
        return count_cells(slot, bins) if counts is None else sum_bins(slot, bins, counts)
    # Weights are floats: exact, since no batch has 2^53 rows.
    table = np.bincount(slot * span + (bins.astype(np.int64) - low), weights=counts, minlength=span * slots)
    used = np.flatnonzero(table)
    return used // span, (used % span + low).astype(np.int32), table[used].astype(np.int64)


def ranges_of(values: Floats, finite: Bools, where: Places) -> tuple[Floats, Floats, Floats]:
    """Return (minimum, maximum, total) of the finite values of each place; NaN, NaN and 0 without one."""
    kept = values if finite.all() else np.where(finite, values, np.nan)
    summed = kept if kept is values else np.where(finite, values, 0.0)
    if where.order is not None:
        kept, summed = kept[where.order], summed[where.order]
    with np.errstate(over="ignore", invalid="ignore"):
        return np.fmin.reduceat(kept, where.first), np.fmax.reduceat(kept, where.first), np.add.reduceat(summed, where.first)


def widen(counted: Counted, wide: Places, wide_of: Ints) -> Counted:
    """Return the same counts at wider places, by addition alone."""
    owner, bins, counts = by_bin(wide_of[counted.owner], counted.bins, counted.counts)

    def summed(values: Ints) -> Ints:
        result: Ints = np.add.reduceat(values if wide.order is None else values[wide.order], wide.first)
        return result

    order = slice(None) if wide.order is None else wide.order
    return Counted(
        counted.column,
        summed(counted.n),
        summed(counted.nulls),
        summed(counted.nonfinite),
        summed(counted.invalid),
        np.fmin.reduceat(counted.minimum[order], wide.first),
        np.fmax.reduceat(counted.maximum[order], wide.first),
        np.add.reduceat(counted.total[order], wide.first),
        owner,
        bins,
        counts,
    )


def as_cells(where: Places, columns: list[Counted]) -> Cells:
    """Return the cells of all columns in order, those without a row left out."""
    if not columns or not len(where):
        return no_cells()
    shape, size = len(columns), len(where)
    sizes = np.concatenate([np.bincount(column.owner, minlength=size) for column in columns])
    cells = Cells(
        np.tile(where.start, shape),
        np.repeat(np.array([column.column for column in columns], np.int32), size),
        np.tile(where.version, shape),
        (),
        np.concatenate([column.n for column in columns]),
        np.concatenate([column.nulls for column in columns]),
        np.concatenate([column.nonfinite for column in columns]),
        np.concatenate([column.invalid for column in columns]),
        np.concatenate([column.minimum for column in columns]),
        np.concatenate([column.maximum for column in columns]),
        np.concatenate([column.total for column in columns]),
        np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        np.concatenate([column.bins for column in columns]),
        np.concatenate([column.counts for column in columns]),
    )
    order = np.lexsort((cells.version, cells.column, cells.start))
    return take(cells, order[(cells.n[order] != 0) | (cells.sizes[order] != 0)])
