"""The largest error of each measure that cells cause, by family and by what the grid was made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.compare import GRIDS, GROUPED, Errors, Grid, draw
from benchmarks.accuracy.families import FAMILIES, Family
from benchmarks.table import Figure

WINDOWS = (300, 2_000, 10_000, 50_000)
BEFORE = 50_000
ROUNDING = 1e-9


@dataclass(frozen=True)
class Largest:
    """The largest of many draws."""

    ks: float
    beyond_bound: float
    """KS error less what the comparison states as its bound; more than 0 would refute the bound."""
    wasserstein: float
    """Part of the allowance."""
    same_groups: float
    """Of any group measure against the raw rows over the same cut points."""
    psi: float
    """Part of its allowance, against groups at exact deciles."""
    others: float
    """JS, Hellinger, total variation, L-infinity and Cramér's V against groups at exact deciles."""


def figures(draws: int, seed: int) -> list[Figure]:
    """Return a row for each family and grid, `draws` random changes each."""
    return [_figure(name, family, grid, largest(family, grid, draws, seed)) for grid in GRIDS for name, family in FAMILIES.items()]


def largest(family: Family, grid: Grid, draws: int, seed: int) -> Largest:
    """Return the largest errors of many random changes, the first of them none."""
    rng = np.random.default_rng(seed)
    found = [_draw(family, grid, rng, draw_ == 0) for draw_ in range(draws)]
    return Largest(
        ks=max(one.error["ks"] for one in found),
        beyond_bound=max(one.error["ks"] - one.ks_bound for one in found),
        wasserstein=max(one.used("wasserstein", one.error["wasserstein"]) for one in found),
        same_groups=max(one.error[name] for one in found for name in GROUPED),
        psi=max(one.used("psi", one.regrouped["psi"]) for one in found),
        others=max(one.regrouped[name] for one in found for name in GROUPED if name != "psi"),
    )


def _draw(family: Family, grid: Grid, rng: np.random.Generator, unchanged: bool) -> Errors:
    strength = 0.0 if unchanged else float(rng.uniform(-1, 1))
    return draw(family, grid, int(rng.integers(2**32)), strength, (BEFORE, int(rng.choice(WINDOWS))))


def _figure(name: str, family: Family, grid: Grid, found: Largest) -> Figure:
    measured = f"KS {found.ks:.4f}, Wasserstein {100 * found.wasserstein:.0f} %, groups {found.same_groups:.0e}"
    free = f"PSI {100 * found.psi:.0f} %, others {found.others:.4f}"
    promised = not (family.begins_otherwise and grid == "first rows")
    met = (
        found.beyond_bound <= ROUNDING and found.same_groups <= ROUNDING and (not promised or (found.ks <= 0.01 and found.wasserstein <= 1))
    )
    return Figure(f"{name} ({grid})", measured, free, "KS ≤ 0.01, Wasserstein ≤ 100 %" if promised else "KS ≤ its bound", met)
