"""Vertex AI's convention (TensorFlow Data Validation): ten equal buckets a side laid over each other, divergence to base 2, limit 0.3."""

from __future__ import annotations

import math

import numpy as np

from tuimon.stats.exact.binning import counted, equal_edges
from tuimon.stats.exact.categories import Counts, aligned
from tuimon.stats.exact.convention import Convention, Facts, Fixed, Values, Wanted
from tuimon.stats.exact.sample import Floats, Sample
from tuimon.stats.exact.shares import js_divergence, l_infinity, shares

BUCKETS = 10
_LIMIT = 0.3


def convention() -> Convention:
    """Return Vertex AI's convention; `js` is the divergence, not the distance."""
    return Convention(
        name="vertex",
        numeric=("js",),
        category=("linf", "js"),
        prepare_numeric=lambda _: _numeric,
        prepare_category=lambda _: _category,
        learning="none",
        fixed={name: Fixed(name, _LIMIT, "above") for name in ("js", "linf")},
        alarm=_usual_method,
    )


def _usual_method(facts: Facts) -> str:
    return "js" if facts.numeric else "linf"


def _numeric(before: Sample, now: Sample, wanted: Wanted) -> Values:
    if not (before.n and now.n):
        return dict.fromkeys(wanted, math.nan)
    ranges = [equal_edges(side.low, side.high, BUCKETS) if side.low < side.high else np.array([side.low]) for side in (before, now)]
    edges = np.union1d(*(edge for edge in ranges if edge.size > 1)) if _both_wide(ranges) else max(ranges, key=len)
    points = np.unique([edge[0] for edge in ranges if edge.size == 1])
    p, q = (_spread(side, own, edges, points) for side, own in zip((before, now), ranges, strict=True))
    # NaN of one side never meets NaN of the other: each has a bucket of its own.
    p, q = np.append(p, [before.nans, 0]), np.append(q, [0, now.nans])
    return {"js": js_divergence(shares(p), shares(q))}


def _both_wide(ranges: list[Floats]) -> bool:
    return all(edges.size > 1 for edges in ranges)


def _spread(side: Sample, own: Floats, edges: Floats, points: Floats) -> Floats:
    """Rows of one side over the common edges, spread evenly within its own buckets, and then over single points."""
    if own.size == 1:
        return np.concatenate((np.zeros(max(0, edges.size - 1)), np.where(points == own[0], side.n, 0)))
    running = np.interp(edges, own, np.concatenate(([0], np.cumsum(counted(side, own)))))
    return np.concatenate((np.diff(running), np.zeros(points.size)))


def _category(before: Counts, now: Counts, wanted: Wanted) -> Values:
    if not (sum(before.values()) and sum(now.values())):
        return dict.fromkeys(wanted, math.nan)
    p, q = (shares(side) for side in aligned(before, now))
    found = {"linf": l_infinity(p, q), "js": js_divergence(p, q)}
    return {name: value for name, value in found.items() if name in wanted}
