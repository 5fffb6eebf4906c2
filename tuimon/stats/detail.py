"""One column of a frame in detail: what each group adds, and the shape of both sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuimon.stats.chance import DriftMethod
from tuimon.stats.distances import PARTS, group_shares, shares
from tuimon.stats.frame import Frame
from tuimon.stats.layout import Layout

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

_OUTSIDE = 0.005
"""Share of either side that a shape may leave beyond each end; it counts in the end bars."""


@dataclass(frozen=True)
class GroupTable:
    """The groups of one column, arrays of length g in group order."""

    lower: Floats
    """Smallest value of a numeric group, -inf for the first; NaN for a category."""
    upper: Floats
    """Where the next group begins, inf for the last; NaN for a category."""
    bins: tuple[Ints, ...]
    """The bins of each group; those of a category are its dictionary values and buckets."""
    baseline: Floats
    """Share of the baseline; NaN without rows."""
    window: Floats
    contribution: Floats
    """What the group adds: parts that sum to PSI, to the square of JS, Hellinger and Cramér's V, or to the Wasserstein distance;
    for linf and ks the difference whose largest is the value."""


@dataclass(frozen=True)
class ShapeBars:
    """Shares of both sides over equal bars; `edges` is one longer than the shares."""

    edges: Floats
    baseline: Floats
    window: Floats


def group_table(frame: Frame, column: int, window: npt.ArrayLike, method: DriftMethod = "psi") -> GroupTable:
    """Return the groups of one column for a window of the whole frame, int64[total]."""
    part, groups = frame.layout.slice(column), frame.groups[column]
    counts = np.asarray(window, dtype=np.float64)[part]
    count = int(groups.max()) + 1 if groups.size else 0
    alone = Layout([count])
    sides = [np.bincount(groups, weights=side, minlength=count).astype(np.float64) for side in (counts, frame.baseline[part])]
    p, q = shares(alone, sides[0]), shares(alone, sides[1])
    if method == "ks" or method == "wasserstein" or method == "wasserstein_normalised":
        contribution = _along(frame, column, counts, method, count)
    else:
        contribution = PARTS[method](*group_shares(method, alone, sides[0], sides[1]))
    lower, upper = _ranges(frame, column, count)
    bins = tuple(frame.columns[column].bins[groups == group] for group in range(count))
    return GroupTable(lower, upper, bins, q, p, contribution)


def _ranges(frame: Frame, column: int, count: int) -> tuple[Floats, Floats]:
    if frame.columns[column].grid is None or count == 0:
        return np.full(count, np.nan), np.full(count, np.nan)
    first = np.searchsorted(frame.groups[column], np.arange(count))
    lower = frame.scale.lower[frame.layout.slice(column)][first]
    lower[0] = -np.inf
    return lower, np.append(lower[1:], np.inf)


def _along(frame: Frame, column: int, counts: Floats, method: DriftMethod, count: int) -> Floats:
    """Parts of a distance between cumulative shares, put on the groups in which they arise."""
    part, groups = frame.layout.slice(column), frame.groups[column]
    if frame.columns[column].grid is None or counts.sum() == 0 or frame.baseline[part].sum() == 0:
        return np.full(count, np.nan)
    climb = np.abs(np.cumsum(counts / counts.sum() - frame.baseline_share[part]))
    if method == "ks":
        largest = np.zeros(count)
        np.maximum.at(largest, groups, climb)
        return largest
    unit = frame.deviation[column] if method == "wasserstein_normalised" else 1.0
    return np.asarray(np.bincount(groups, weights=climb * frame.scale.gaps[part], minlength=count) / unit)


def shape(frame: Frame, column: int, window: npt.ArrayLike, bars: int = 40) -> ShapeBars | None:
    """Return both sides of a numeric column over equal bars; None for a category or a column without any rows.

    The bars span what is left of both sides after 0.5 % at each end, and the end bars hold the rest, so the shares of a side sum to 1
    (to 0 where it has no rows). Rows are spread evenly inside a bin; a bin of one value stays in one bar.
    """
    part = frame.layout.slice(column)
    grid, then = frame.columns[column].grid, frame.baseline[part]
    now = np.asarray(window, dtype=np.float64)[part]
    if grid is None or now.sum() + then.sum() == 0:
        return None
    lower, upper = frame.scale.lower[part], frame.scale.upper[part]
    held = [side for side in (then, now) if side.sum() > 0]
    low = min(float(lower[np.argmax(np.cumsum(side) > _OUTSIDE * side.sum())]) for side in held)
    high = max(_end(lower, upper, frame.scale.single[part], side) for side in held)
    edges = _bars(low, high, grid.scale, bars)
    return ShapeBars(edges, *(_spread(edges, lower, upper, side) for side in (then, now)))


def _end(lower: Floats, upper: Floats, single: npt.NDArray[np.bool_], side: Floats) -> float:
    last = side.size - 1 - int(np.argmax(np.cumsum(side[::-1]) > _OUTSIDE * side.sum()))
    return float(lower[last] if single[last] else upper[last])


def _bars(low: float, high: float, scale: float, bars: int) -> Floats:
    limit = np.finfo(np.float64).max / 4
    low, high = (float(np.clip(value, -limit, limit)) for value in (low, high))
    # A single value stands in the middle of one unit, or of as many floats as there are bars.
    margin = max(scale / 2, float(np.spacing(max(abs(low), abs(high)))) * bars)
    if high <= low:
        low, high = low - min(margin, limit), high + min(margin, limit)
    return np.linspace(low, high, bars + 1)


def _spread(edges: Floats, lower: Floats, upper: Floats, side: Floats) -> Floats:
    total = side.sum()
    if total == 0:
        return np.zeros(edges.size - 1)
    held = side > 0
    ends = np.column_stack((lower[held], upper[held])).ravel()
    running = np.cumsum(side[held])
    levels = np.column_stack((running - side[held], running)).ravel() / total
    limit = np.finfo(np.float64).max / 4
    below = np.interp(edges[1:-1], np.clip(ends, -limit, limit), levels, left=0.0, right=1.0)
    return np.diff(np.concatenate(([0.0], below, [1.0])))
