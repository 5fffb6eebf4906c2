"""Where the bins of a frame lie on the value axis of each column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tuimon.stats.grids import NumericGrid
from tuimon.stats.layout import Layout

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """Edges, middles and distances of all bins, float64[total] each; NaN edges and zero distances for categories."""

    lower: Floats
    upper: Floats
    middle: Floats
    """The value that stands for a bin."""
    gaps: Floats
    """From a bin's middle to that of the next bin of its column; 0 for the last."""
    single: npt.NDArray[np.bool_]
    """Bins that hold one float only."""
    unit: Floats
    """The grid's scale, float64[c]; 1 for a category."""


@lru_cache(1024)
def _places(grid: NumericGrid, ids: bytes) -> tuple[Floats, Floats, Floats, npt.NDArray[np.bool_]]:
    """Edges and middles of int32 bins; kept, because a frame is made anew for each baseline over mostly the same bins."""
    lower, upper = grid.edges(np.frombuffer(ids, np.int32))
    return (lower, upper, *grid.middle(lower, upper))


def scale_of(layout: Layout, grids: Sequence[NumericGrid | None], bins: Sequence[npt.NDArray[np.int32]]) -> Scale:
    """Return the scale of columns with these grids (None: category) and bins, laid out by `layout`."""
    lower, upper = np.full(layout.total, np.nan), np.full(layout.total, np.nan)
    middle = np.zeros(layout.total)
    single = np.zeros(layout.total, dtype=bool)
    for column, (grid, ids) in enumerate(zip(grids, bins, strict=True)):
        if grid is not None:
            part = layout.slice(column)
            lower[part], upper[part], middle[part], single[part] = _places(grid, ids.tobytes())
    gaps = np.zeros(layout.total)
    inner = np.flatnonzero(np.diff(layout.owner) == 0)
    with np.errstate(over="ignore"):
        gaps[inner] = middle[inner + 1] - middle[inner]
    return Scale(lower, upper, middle, gaps, single, np.array([1.0 if grid is None else grid.scale for grid in grids]))
