"""The columns of a frame in detail: what each group adds, and the shapes of both sides. All columns at once, since a screen has all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuimon.stats.chance import DriftMethod
from tuimon.stats.distances import PARTS, group_shares, shares
from tuimon.stats.frame import Frame

Floats = npt.NDArray[np.float64]

_OUTSIDE = 0.005
"""Share of either side that a shape may leave beyond each end; it counts in the end bars."""


@dataclass(frozen=True)
class GroupTable:
    """The groups of all columns, float64[groups] each, as `Frame.group_layout` lays them out."""

    baseline: Floats
    """Share of the baseline; NaN without rows."""
    window: Floats
    contribution: Floats
    """What the group adds: parts that sum to PSI, to the square of JS, Hellinger and Cramér's V, or to the Wasserstein distance;
    for linf and ks the difference whose largest is the value."""


@dataclass(frozen=True)
class ShapeBars:
    """Shares of both sides over equal bars, float64[c, bars]; `edges`, float64[c, bars + 1], is one longer than the shares.

    All are NaN for a category and for a column without any rows.
    """

    edges: Floats
    baseline: Floats
    window: Floats


def group_table(frame: Frame, window: npt.ArrayLike, method: DriftMethod = "psi") -> GroupTable:
    """Return the groups of all columns for a window of the frame, int64[total]."""
    counts = np.asarray(window, dtype=np.float64)
    layout, now, then = frame.group_layout, frame.grouped(counts), frame.baseline_groups
    if method == "ks" or method == "wasserstein" or method == "wasserstein_normalised":
        contribution = _along(frame, counts, method)
    else:
        contribution = PARTS[method](*group_shares(method, layout, now, then))
    return GroupTable(shares(layout, then), shares(layout, now), contribution)


def group_ranges(frame: Frame) -> tuple[Floats, Floats]:
    """Return (smallest value, where the next group begins) of each group, float64[groups]; -inf and inf at the ends, NaN for a category."""
    layout = frame.group_layout
    lower = np.where(frame.numeric[layout.owner], frame.first_bins(frame.scale.lower), np.nan)
    first = np.diff(layout.owner, prepend=-1) > 0
    lower[first & frame.numeric[layout.owner]] = -np.inf
    upper = np.append(lower[1:], np.inf)
    upper[np.append(first[1:], True)] = np.inf
    return lower, np.where(np.isnan(lower), np.nan, upper[: lower.size])


def _along(frame: Frame, counts: Floats, method: DriftMethod) -> Floats:
    """Parts of a distance between cumulative shares, put on the groups in which they arise."""
    owner = frame.group_layout.owner
    known = frame.numeric & (frame.layout.sum(counts) > 0) & (frame.layout.sum(frame.baseline) > 0)
    climb = np.abs(frame.climb(counts))
    if method == "ks":
        return np.where(known[owner], frame.grouped(climb, np.maximum), np.nan)
    unit = frame.deviation if method == "wasserstein_normalised" else np.ones(frame.layout.columns)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(known[owner], frame.grouped(climb * frame.scale.gaps) / unit[owner], np.nan)


def shapes(frame: Frame, window: npt.ArrayLike, bars: int = 40) -> ShapeBars:
    """Return both sides of every column over equal bars, for a window of the frame, int64[total].

    The bars span what is left of both sides after 0.5 % at each end, and the end bars hold the rest, so the shares of a side sum to 1
    (to 0 where it has no rows). Rows are spread evenly inside a bin; a bin of one value stays in one bar.
    """
    sides = (frame.baseline, np.asarray(window, dtype=np.float64))
    low, high = _span(frame, sides)
    edges = np.full((frame.layout.columns, bars + 1), np.nan)
    drawn = np.flatnonzero(frame.numeric & (low < np.inf))
    if drawn.size:
        edges[drawn] = _bars(low[drawn], high[drawn], frame.scale.unit[drawn], bars)
    then, now = (_spread(frame, edges, side, drawn) for side in sides)
    return ShapeBars(edges, then, now)


def _span(frame: Frame, sides: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Where the bars of each column begin and end, float64[c]; inf and -inf where neither side has rows."""
    layout, scale, place = frame.layout, frame.scale, np.arange(frame.total)
    low, high = np.full(layout.columns, np.inf), np.full(layout.columns, -np.inf)
    ends = np.where(scale.single, scale.lower, scale.upper)
    for side in sides:
        total, running = layout.sum(side), layout.running(side)
        outside = (_OUTSIDE * total)[layout.owner]
        after = total[layout.owner] - running + side
        held = total > 0
        first = frame.total - layout.max(np.where(running > outside, frame.total - place, 0.0)).astype(np.int64)
        last = layout.max(np.where(after > outside, place, 0.0)).astype(np.int64)
        low[held] = np.minimum(low[held], scale.lower[first[held]])
        high[held] = np.maximum(high[held], ends[last[held]])
    return low, high


def _bars(low: Floats, high: Floats, scale: Floats, bars: int) -> Floats:
    limit = np.finfo(np.float64).max / 4
    low, high = np.clip(low, -limit, limit), np.clip(high, -limit, limit)
    # A single value stands in the middle of one unit, or of as many floats as there are bars.
    margin = np.minimum(np.maximum(scale / 2, np.spacing(np.maximum(np.abs(low), np.abs(high))) * bars), limit)
    margin = np.where(high <= low, margin, 0.0)
    return np.asarray(np.linspace(low - margin, high + margin, bars + 1, axis=-1))


def _spread(frame: Frame, edges: Floats, side: Floats, drawn: npt.NDArray[np.int64]) -> Floats:
    """The share of each bar, float64[c, bars]."""
    layout, limit = frame.layout, np.finfo(np.float64).max / 4
    total, held = layout.sum(side), np.flatnonzero(side)
    running = layout.running(side)[held]
    levels = np.column_stack((running - side[held], running)).ravel() / np.repeat(total[layout.owner[held]], 2)
    ends = np.clip(np.column_stack((frame.scale.lower[held], frame.scale.upper[held])).ravel(), -limit, limit)
    cuts = 2 * np.searchsorted(held, layout.offsets)
    below = np.full(edges.shape, np.nan)
    below[drawn] = 0.0
    for column in drawn[total[drawn] > 0].tolist():
        part = slice(cuts[column], cuts[column + 1])
        below[column, 1:] = np.interp(edges[column, 1:], ends[part], levels[part], left=0.0, right=1.0)
        below[column, -1] = 1.0
    return np.diff(below)
