"""Which bins of a column are judged together: groups that the baseline alone decides."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tuimon.stats.categories import DICTIONARY_SIZE

Longs = npt.NDArray[np.int64]

MOST_CATEGORIES = 50
"""Groups of a category column at most: the baseline's 48 most frequent values, its other values, and what it never had."""


def numeric_groups(baseline: Longs, parts: int) -> Longs:
    """Return the group of each bin, int64[k] from 0 without gaps, for baseline counts int64[k] in bin order.

    About `parts` groups of equal baseline mass, made of whole bins. A bin that holds 1 / parts of the mass or more is a group of its
    own; every stretch between such bins is shared out by itself, so that rows beside a heavy value are never hidden in it.
    """
    counts = np.asarray(baseline, dtype=np.float64)
    total = counts.sum()
    if total == 0:
        return np.zeros(counts.size, np.int64)
    heavy = counts * parts >= total
    begins = heavy | np.concatenate(([False], heavy[:-1]))
    stretch = np.cumsum(begins)
    mass = np.bincount(stretch, weights=counts)
    pieces = np.where(np.bincount(stretch, weights=heavy) > 0, 1, np.maximum(1, np.rint(mass * parts / total)))
    middle = np.cumsum(counts) - counts / 2 - (np.cumsum(mass) - mass)[stretch]
    with np.errstate(invalid="ignore"):
        piece = np.nan_to_num(np.floor(middle * pieces[stretch] / mass[stretch]))
    piece = np.clip(piece, 0, pieces[stretch] - 1)
    changes = (np.diff(stretch) != 0) | (np.diff(piece) != 0)
    return np.concatenate(([0], np.cumsum(changes))).astype(np.int64)


def category_groups(bins: npt.ArrayLike, baseline: Longs) -> Longs:
    """Return the group of each bin, int64[k] from 0 without gaps, for bins int32[k] and baseline counts int64[k].

    The baseline's most frequent named values are groups of their own (ties by bin), in bin order; then its other values in one group;
    then everything the baseline never had in one group.
    """
    ids, counts = np.asarray(bins, dtype=np.int64), np.asarray(baseline, dtype=np.int64)
    named = np.flatnonzero((counts > 0) & (ids < DICTIONARY_SIZE))
    top = np.sort(named[np.argsort(-counts[named], kind="stable")][: MOST_CATEGORIES - 2])
    groups = np.where(counts > 0, MOST_CATEGORIES - 2, MOST_CATEGORIES - 1)
    groups[top] = np.arange(top.size)
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)
