"""Distances between two sets of shares over the same groups, each as a sum (or maximum) of one part a group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt

from tuimon.stats.layout import Layout
from tuimon.stats.special import rel_entr

Floats = npt.NDArray[np.float64]
GroupMethod = Literal["psi", "js", "hellinger", "tv", "linf", "chi2"]


def psi_parts(p: Floats, q: Floats) -> Floats:
    """Return (p - q) ln(p / q) for each group: the population stability index is their sum (natural logarithm).

    Both shares must be positive or both zero: see `without_zeros`. Half and half after a quarter and three: (ln 2 + ln 1.5) / 4.

    >>> round(float(psi_parts(np.array([0.5, 0.5]), np.array([0.25, 0.75])).sum()), 6)
    0.274653
    """
    return np.asarray(rel_entr(p, q) + rel_entr(q, p))


def js_parts(p: Floats, q: Floats) -> Floats:
    """Return each group's part of the Jensen-Shannon divergence, base 2; the distance is the root of the sum, 0 to 1.

    One group against half of it: (1 · log2(4/3) + ½ · log2(2/3) + ½ · log2 2) / 2.

    >>> round(float(js_parts(np.array([1.0, 0.0]), np.array([0.5, 0.5])).sum()), 6)
    0.311278
    """
    middle = (p + q) / 2
    return np.asarray(np.maximum(rel_entr(p, middle) + rel_entr(q, middle), 0.0) / (2 * np.log(2)))


def hellinger_parts(p: Floats, q: Floats) -> Floats:
    """Return (√p - √q)² / 2 for each group; the Hellinger distance is the root of the sum, 0 to 1.

    The sum is one less Σ √(p q): 1 - √½ for one group against half of it.

    >>> round(float(hellinger_parts(np.array([1.0, 0.0]), np.array([0.5, 0.5])).sum()), 6)
    0.292893
    """
    return np.asarray((np.sqrt(p) - np.sqrt(q)) ** 2 / 2)


def tv_parts(p: Floats, q: Floats) -> Floats:
    """Return |p - q| / 2 for each group; the total variation distance is their sum, 0 to 1.

    >>> tv_parts(np.array([0.5, 0.5]), np.array([0.25, 0.75])).tolist()
    [0.125, 0.125]
    """
    return np.asarray(np.abs(p - q) / 2)


def linf_parts(p: Floats, q: Floats) -> Floats:
    """Return |p - q| for each group; the L-infinity distance is the largest.

    >>> linf_parts(np.array([0.5, 0.5]), np.array([0.25, 0.75])).tolist()
    [0.25, 0.25]
    """
    return np.asarray(np.abs(p - q))


def chi2_parts(p: Floats, q: Floats) -> Floats:
    """Return (p - q)² / (2 (p + q)) for each group; the root of the sum is Cramér's V of the two-row table, 0 to 1.

    Both rows weigh the same, so the value does not depend on how many rows either side has. A quarter apart: 1/24 + 1/40 = 1/15.

    >>> round(float(chi2_parts(np.array([0.5, 0.5]), np.array([0.25, 0.75])).sum()), 6)
    0.066667
    """
    both = p + q
    return np.asarray(np.divide((p - q) ** 2, 2 * both, out=np.zeros_like(both), where=both != 0))


PARTS: dict[GroupMethod, Callable[[Floats, Floats], Floats]] = {
    "psi": psi_parts,
    "js": js_parts,
    "hellinger": hellinger_parts,
    "tv": tv_parts,
    "linf": linf_parts,
    "chi2": chi2_parts,
}


def group_distance(method: GroupMethod, layout: Layout, p: Floats, q: Floats) -> Floats:
    """Return the distance of each column, float64[..., c], between shares p and q, float64[..., total]; NaN where a share is NaN."""
    parts = PARTS[method](p, q)
    if method == "linf":
        return layout.max(parts)
    summed = layout.sum(parts)
    return summed if method in ("psi", "tv") else np.sqrt(summed)


def without_zeros(now: Floats, then: Floats) -> tuple[Floats, Floats]:
    """Return both counts with half a row added to both sides of every group that is empty on one side only.

    So the logarithms of PSI stay finite, the measure stays symmetric, and a group that is empty on both sides stays out.

    >>> [side.tolist() for side in without_zeros(np.array([3.0, 0.0, 0.0]), np.array([1.0, 2.0, 0.0]))]
    [[3.0, 0.5, 0.0], [1.0, 2.5, 0.0]]
    """
    half = 0.5 * ((now == 0) != (then == 0))
    return now + half, then + half


def group_shares(method: GroupMethod, layout: Layout, now: Floats, then: Floats) -> tuple[Floats, Floats]:
    """Return both sides' shares, float64[..., g], as the method wants them: PSI after `without_zeros`, the others as counted."""
    if method == "psi":
        now, then = without_zeros(now, then)
    else:
        then = np.broadcast_to(then, now.shape)
    return shares(layout, now), shares(layout, then)


def psi(layout: Layout, now: Floats, then: Floats) -> Floats:
    """Return the population stability index of each column, float64[..., c], for counts now float64[..., g] and then float64[g]; NaN where
    either side has no rows."""
    return group_distance("psi", layout, *group_shares("psi", layout, now, then))


def shares(layout: Layout, counts: Floats) -> Floats:
    """Return counts as shares of their column, float64[..., total]; NaN in a column without rows."""
    totals = layout.sum(counts)[..., layout.owner]
    return np.asarray(np.divide(counts, totals, out=np.full(counts.shape, np.nan), where=totals > 0))
