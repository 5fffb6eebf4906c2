"""How the grid of a column is chosen: centre, scale, and cuts that split it by mass."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tuimon.stats.grids import NumericGrid

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

HEAVY = 0.005
"""No bin holds a greater share of the reference where its values differ; a value that does gets a bin of its own."""
MOST_SINGLE = 64
_LARGEST = np.finfo(np.float64).max


def make_grid(values: npt.ArrayLike) -> NumericGrid:
    """Return the grid that fits finite reference values, float64[n]; the same values in any order give the same grid.

    Centre: the median. Scale: IQR / 1.349 (a standard deviation for normal data), without it the standard deviation, without it 1.
    Raises ValueError for values that are not finite.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64) + 0.0)
    if not np.all(np.isfinite(ordered[[0, -1]] if ordered.size else ordered)):
        raise ValueError("a grid is made from finite values")
    if ordered.size == 0:
        return NumericGrid(0.0, 1.0)
    bare = NumericGrid(_median(ordered), _scale(ordered))
    return NumericGrid(bare.loc, bare.scale, _cuts(bare, ordered))


def _median(ordered: Floats) -> float:
    half = ordered.size // 2
    return float(ordered[half] if ordered.size % 2 else ordered[half - 1] / 2 + ordered[half] / 2)


def _scale(ordered: Floats) -> float:
    first, third = ordered[int(0.25 * (ordered.size - 1))], ordered[int(np.ceil(0.75 * (ordered.size - 1)))]
    with np.errstate(over="ignore"):
        spread = third / 1.349 - first / 1.349
    if spread > 0:
        return float(min(spread, _LARGEST))
    peak = float(max(abs(ordered[0]), abs(ordered[-1])))
    # Dividing by the largest magnitude first keeps squares of huge and of tiny values in range.
    deviation = peak * float(np.std(ordered / peak)) if peak > 0 else 0.0
    return deviation if deviation > 0 else 1.0


def _cuts(grid: NumericGrid, ordered: Floats) -> tuple[float, ...]:
    distinct, counts = np.unique(ordered, return_counts=True)
    limit = max(1, int(HEAVY * ordered.size))
    alone = _heaviest(counts, ordered.size)
    before = np.concatenate(([0], np.cumsum(counts)))
    base = grid.assign(distinct)
    borders = np.concatenate(([0], np.flatnonzero(np.diff(base)) + 1, alone, alone + 1, [distinct.size]))
    borders = np.unique(borders)
    cuts = {float(value) for value in distinct[alone]}
    cuts |= {float(np.nextafter(value, np.inf)) for value in distinct[alone] if value < _LARGEST}
    for start, end in pairwise(borders.tolist()):
        if before[end] - before[start] > limit and end - start > 1:
            cuts |= _pieces(distinct, before, start, end, limit)
    return tuple(sorted(cuts))


def _heaviest(counts: Counts, total: int) -> Counts:
    """Positions of the values that get a bin of their own, heaviest first, ties by value."""
    heavy = np.flatnonzero(counts >= max(2.0, HEAVY * total))
    order = np.argsort(-counts[heavy], kind="stable")
    return heavy[order][:MOST_SINGLE].astype(np.int64)


def _pieces(distinct: Floats, before: Counts, start: int, end: int, limit: int) -> set[float]:
    """Cut one bin at its own quantiles; a piece over the limit is a single value."""
    cuts = set()
    while before[end] - before[start] > limit:
        start = max(start + 1, int(np.searchsorted(before, before[start] + limit, side="right")) - 1)
        if start >= end:
            break
        cuts.add(float(distinct[start]))
    return cuts
