"""The likelihood ratio G: how hard it is to believe that two samples come from one distribution."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tuimon.stats.layout import Layout
from tuimon.stats.special import chdtrc, rel_entr

Floats = npt.NDArray[np.float64]

P_FLOOR = 1e-12
"""No p-value is given below this: nothing is certain."""
EXPECTED = 5.0
"""Groups are pooled until chance alone would put this many rows on either side of each."""


def likelihood_ratio(layout: Layout, now: Floats, then: Floats) -> tuple[Floats, Floats, Floats]:
    """Return (G, degrees of freedom, p-value) of each column, float64[..., c], for counts now float64[..., g] and then float64[g].

    G = 2 Σ O ln(O / E) over both samples and all groups (Wilks; the two-sample G-test), chi-squared with groups - 1 degrees of
    freedom when both samples come from one distribution. Groups that expect fewer than `EXPECTED` rows on the smaller side are
    pooled with their neighbours of that kind; what stays under it after that is one group of its own, for a rise from almost nothing
    is evidence too. G is divided by Williams's factor (1976), which brings its mean to the degrees of freedom when groups are small.
    The p-value lies in [P_FLOOR, 1] and is 1 where only one group is left. 30 and 10 of 40 rows after 20 and 20: 5.411532 with
    1 degree of freedom, and Williams's factor 1 + (80 · 2/40 - 1)(80/50 + 80/30 - 1) / (6 · 80) = 1.020417.

    >>> [round(float(part[0]), 4) for part in likelihood_ratio(Layout([2]), np.array([30.0, 10.0]), np.array([20.0, 20.0]))]
    [5.3033, 1.0, 0.0213]
    """
    now, then = np.broadcast_arrays(now, then)
    n, m = layout.sum(now), layout.sum(then)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.nan_to_num(n / (n + m))[..., layout.owner]
    expected = (now + then) * np.minimum(share, 1 - share)
    if np.any((expected < EXPECTED) & (now + then > 0)):
        now, then, share = _pool(layout, expected, now, then, share)
    both = now + then
    parts = rel_entr(now, both * share) + rel_entr(then, both * (1 - share))
    # Rounding may leave the sum for equal shares a hair below zero.
    g = np.maximum(2 * _sum(layout, parts), 0.0)
    dof = np.maximum(_sum(layout, (both > 0).astype(np.float64)) - 1, 0.0)
    g = g / _williams(layout, both, share, (n, m), dof)
    with np.errstate(invalid="ignore"):
        p = np.where(dof > 0, chdtrc(np.maximum(dof, 1), g), 1.0)
    return g, dof, np.clip(p, P_FLOOR, 1.0)


def _williams(layout: Layout, both: Floats, share: Floats, rows: tuple[Floats, Floats], dof: Floats) -> Floats:
    """By how much the mean of G exceeds its degrees of freedom. What was left below `EXPECTED` adds nothing: the series fails there."""
    now, then = both * share, both * (1 - share)
    full = np.minimum(now, then) >= EXPECTED
    each = np.where(full, 1 / np.where(full, now, 1) + 1 / np.where(full, then, 1) - 1 / np.where(full, both, 1), 0.0)
    n, m = (np.maximum(side, 1) for side in rows)
    return np.asarray(1 + np.maximum(_sum(layout, each) - (1 / n + 1 / m - 1 / (n + m)), 0.0) / (6 * np.maximum(dof, 1)))


def _sum(layout: Layout, values: Floats) -> Floats:
    """Sum a flat axis that is the layout once, or twice (own groups, then pools)."""
    halves = values.reshape(*values.shape[:-1], -1, layout.total) if layout.total else values[..., np.newaxis, :]
    return layout.sum(np.ascontiguousarray(halves.sum(axis=-2)))


def _pool(layout: Layout, expected: Floats, now: Floats, then: Floats, share: Floats) -> tuple[Floats, Floats, Floats]:
    """Move the counts of small groups into pools, which lie in a second copy of the layout."""
    small = expected < EXPECTED
    weight = np.where(small, expected, 0.0)
    # Small groups that begin within one stretch of twice the limit make a pool: it holds more than the limit, for none of them does.
    stretch = 2 * EXPECTED
    last = np.maximum(layout.sum(weight) // stretch - 1, 0)[..., layout.owner]
    before = np.maximum(layout.running(weight) - weight, 0)
    pool = np.minimum(before // stretch, last).astype(np.int64)
    own = np.arange(layout.total)
    target = np.where(small, layout.total + layout.offsets[layout.owner] + pool, own)
    rows = int(np.prod(target.shape[:-1], dtype=np.int64))
    flat = (target.reshape(rows, -1) + 2 * layout.total * np.arange(rows)[:, np.newaxis]).ravel()
    shape = (*target.shape[:-1], 2 * layout.total)
    moved = [np.bincount(flat, weights=side.ravel(), minlength=2 * layout.total * rows).reshape(shape) for side in (now, then)]
    return moved[0], moved[1], np.concatenate((share, share), axis=-1)
