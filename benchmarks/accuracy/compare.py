"""One column through cells and by its raw rows, and how far the two are apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy.families import Family
from tuimon.stats import Comparison, Frame, FrameColumn, NumericGrid, group_ranges, make_grid
from tuimon.stats.distances import GroupMethod, group_distance, group_shares
from tuimon.stats.exact import ecdf, sample_of
from tuimon.stats.exact.own import group_edges
from tuimon.stats.layout import Layout

Floats = npt.NDArray[np.float64]
Grid = Literal["baseline", "first rows"]
GRIDS: tuple[Grid, ...] = ("baseline", "first rows")
FIRST = 1_000
"""Values that a grid is made from where the baseline has none."""
GROUPED: tuple[GroupMethod, ...] = ("psi", "js", "hellinger", "tv", "linf", "chi2")


@dataclass(frozen=True)
class Errors:
    """What cells give for one pair of sides, held against the raw rows."""

    exact: dict[str, float]
    """Name of a measure -> its value from the raw rows; group measures over groups with the cut points of the cells."""
    error: dict[str, float]
    """Name -> how far cells are from it."""
    ks_bound: float
    """What the live comparison states that its grid may hide of KS."""
    scale: float
    """The grid's scale: about a standard deviation."""
    regrouped: dict[str, float]
    """Name of a group measure -> how far cells are from groups cut at exact quantiles, which no grid decides."""

    def used(self, name: str, error: float) -> float:
        """Return which part of its allowance an error takes: KS 0.01; Wasserstein 3 % or 0.01 scales; the others 5 % or 0.002."""
        absolute, relative = {"ks": (0.01, 0.0), "wasserstein": (0.01 * self.scale, 0.03)}.get(name, (0.002, 0.05))
        return error / max(absolute, relative * self.exact[name])


def through_cells(grid: NumericGrid, before: Floats, now: Floats) -> tuple[Frame, npt.NDArray[np.int64], Comparison]:
    """Return the frame, the window of counts and the comparison that the screens show for these rows."""
    sides = [grid.assign(before), grid.assign(now)]
    bins = np.union1d(*sides).astype(np.int32)
    counts = [np.bincount(np.searchsorted(bins, side), minlength=bins.size).astype(np.int64) for side in sides]
    frame = Frame([FrameColumn(grid, bins, counts[0])])
    return frame, counts[1], frame.compare(counts[1])


def grouped_values(edges: Floats, before: Floats, now: Floats) -> dict[str, float]:
    """Return the group measures of raw rows over groups that begin at these values, the first -inf."""
    held = [np.bincount(np.searchsorted(edges, side, side="right") - 1, minlength=edges.size).astype(np.float64) for side in (now, before)]
    layout = Layout([edges.size])
    return {method: float(group_distance(method, layout, *group_shares(method, layout, *held))[0]) for method in GROUPED}


def errors(made_from: Floats, before: Floats, now: Floats) -> Errors:
    """Return the errors of cells on the grid that these values make, for rows before and now, float64[n] each."""
    grid = make_grid(made_from)
    frame, _, found = through_cells(grid, before, now)
    exact = grouped_values(group_ranges(frame)[0], before, now)
    exact["ks"], exact["wasserstein"] = ecdf.both_distances(sample_of(before), sample_of(now))
    free = grouped_values(group_edges(sample_of(before), 10), before, now)
    cells = {name: float(getattr(found, name)[0]) for name in exact}
    return Errors(
        exact,
        {name: abs(cells[name] - exact[name]) for name in exact},
        float(found.ks_error[0]),
        grid.scale,
        {name: abs(cells[name] - free[name]) for name in GROUPED},
    )


def draw(family: Family, grid: Grid, seed: int, strength: float, rows: tuple[int, int] = (10_000, 2_000)) -> Errors:
    """Return the errors for one draw: so many rows before and now, the grid from the baseline or from the first 1,000 rows."""
    rng = np.random.default_rng(seed)
    first = family.first_rows(rng, FIRST)
    before = np.concatenate((first, family.draw(rng, rows[0] - FIRST, 0.0)))
    return errors(before if grid == "baseline" else first, before, family.draw(rng, rows[1], strength))
