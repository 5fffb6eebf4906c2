"""Counting rows into sparse cells, and adding sparse cells."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]


def count_cells(group: npt.ArrayLike, bins: npt.ArrayLike) -> tuple[Longs, Ints, Longs]:
    """Return the distinct (group, bin) pairs in order and how often each occurs: int64[k], int32[k], int64[k].

    Takes int64[n] groups (say, minutes) and int32[n] bins. Memory follows the rows, never the span of the groups:
    one row in 2099 costs one cell. Raises ValueError for lengths that differ.
    """
    groups, ids = np.asarray(group, dtype=np.int64), np.asarray(bins, dtype=np.int32)
    if groups.shape != ids.shape:
        raise ValueError(f"each row has one group and one bin, not {groups.size} groups and {ids.size} bins")
    if groups.size == 0:
        return np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int64)
    names, compact = _compact(groups)
    low = int(ids.min())
    width = int(ids.max()) - low + 1
    keys, counts = _count(compact * width + (ids.astype(np.int64) - low), len(names) * width)
    row, column = np.divmod(keys, width)
    return names[row], (column + low).astype(np.int32), counts


def _compact(groups: Longs) -> tuple[Longs, Longs]:
    """Group names in order, and each row's index into them; a short span is taken whole."""
    low, high = int(groups.min()), int(groups.max())
    if high - low <= 64:
        return np.arange(low, high + 1, dtype=np.int64), groups - low
    names, index = np.unique(groups, return_inverse=True)
    return names, index.astype(np.int64)


def _count(keys: Longs, size: int) -> tuple[Longs, Longs]:
    if size <= 4 * keys.size + 65_536:
        counts = np.bincount(keys, minlength=size)
        seen = np.flatnonzero(counts)
        return seen, counts[seen]
    seen, counts = np.unique(keys, return_counts=True)
    return seen, counts.astype(np.int64)


def add_sparse(*parts: tuple[npt.ArrayLike, npt.ArrayLike]) -> tuple[Longs, Longs]:
    """Return the sum of sparse count vectors, each a pair (key, count) of int64[k], as one with keys in order.

    Counts may be negative (a correction); a key whose counts sum to zero is left out.
    """
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    keys = np.concatenate([np.asarray(key, dtype=np.int64) for key, _ in parts])
    counts = np.concatenate([np.asarray(count, dtype=np.int64) for _, count in parts])
    order = np.argsort(keys, kind="stable")
    keys, counts = keys[order], counts[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if keys.size else np.empty(0, np.int64)
    sums = np.add.reduceat(counts, starts) if keys.size else counts
    kept = sums != 0
    return keys[starts][kept], sums[kept]
