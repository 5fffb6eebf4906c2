"""NannyML's convention (release 0.13): bins by Doane on the reference, distances to base 2, limits three deviations from the mean."""

from __future__ import annotations

import math

import numpy as np

from tuimon.stats.exact import ecdf
from tuimon.stats.exact.binning import counted, doane_edges, equal_edges
from tuimon.stats.exact.categories import Counts, aligned, unseen_pooled
from tuimon.stats.exact.convention import Convention, Fixed, NumericMeasure, Values, Wanted
from tuimon.stats.exact.pvalues import contingency
from tuimon.stats.exact.sample import Floats, Sample
from tuimon.stats.exact.shares import hellinger, js_distance, l_infinity, shares

LARGEST_EXACT = 10_000
"""Rows of the reference from which on KS and Wasserstein are computed over this many equal bins of it."""


def convention() -> Convention:
    """Return NannyML's convention."""
    return Convention(
        name="nannyml",
        numeric=("js", "hellinger", "ks", "wasserstein"),
        category=("js", "hellinger", "linf", "chi2"),
        prepare_numeric=_numeric,
        prepare_category=lambda _: _category,
        learning="three_sigma",
        fixed={"chi2": Fixed("chi2_p", 0.05, "below")},
        fixed_rates={"unseen_rate": 0.0, "out_of_range_rate": 0.0},
        alarm=lambda _: "js",
    )


def _numeric(reference: Sample) -> NumericMeasure:
    edges = doane_edges(reference)
    fine = equal_edges(reference.low, reference.high, LARGEST_EXACT) if reference.n >= LARGEST_EXACT else None

    def measure(before: Sample, now: Sample, wanted: Wanted) -> Values:
        if not (before.n and now.n):
            return dict.fromkeys(wanted, math.nan)
        p, q = _with_outside(before, edges), _with_outside(now, edges)
        found = {"js": js_distance(p, q), "hellinger": hellinger(p, q)}
        if "ks" in wanted:
            found["ks"] = ecdf.ks_statistic(before, now) if fine is None else _binned_ks(before, now, fine)
        if "wasserstein" in wanted:
            found["wasserstein"] = ecdf.wasserstein(before, now) if fine is None else _binned_wasserstein(before, now, fine)
        return {name: value for name, value in found.items() if name in wanted}

    return measure


def _category(before: Counts, now: Counts, wanted: Wanted) -> Values:
    if not (sum(before.values()) and sum(now.values())):
        return dict.fromkeys(wanted, math.nan)
    p, q = (shares(side) for side in unseen_pooled(before, now))
    both = aligned(before, now)
    statistic, p_value = contingency(*both)
    found = {"js": js_distance(p, q), "hellinger": hellinger(p, q), "linf": l_infinity(*(shares(side) for side in both))}
    found = {name: value for name, value in found.items() if name in wanted}
    return found | ({"chi2": statistic, "chi2_p": p_value} if "chi2" in wanted else {})


def _with_outside(sample: Sample, edges: Floats) -> Floats:
    """Shares of the bins, and what lies outside all of them as one more."""
    inside = counted(sample, edges)
    return np.append(inside, sample.n - inside.sum()) / sample.n


def _binned_ks(before: Sample, now: Sample, edges: Floats) -> float:
    """The largest difference at the upper edges of the bins, values below the first edge counted in."""
    below = [np.cumsum(counted(side, edges)) / side.n + side.up_to(edges[0], side="left") / side.n for side in (before, now)]
    return float(np.abs(below[0] - below[1]).max())


def _binned_wasserstein(before: Sample, now: Sample, edges: Floats) -> float:
    """The area between the cumulative shares of bins, with bins of the same width added where the chunk goes beyond the reference."""
    width = float(edges[1] - edges[0])
    inside = [np.cumsum(counted(side, edges)) / side.n + side.up_to(edges[0], side="left") / side.n for side in (before, now)]
    return width * (float(np.abs(inside[0] - inside[1]).sum()) + _edges_passed(now, float(edges[0]), float(edges[-1]), width))


def _edges_passed(now: Sample, low: float, high: float, width: float) -> float:
    """How many edges of added bins a row of the chunk is beyond, in the mean: their number is counted, not laid out, however far it is."""
    below, above = now.values < low, now.values > high
    left = np.sum(now.counts[below] * np.ceil((low - now.values[below]) / width))
    right = np.sum(now.counts[above] * (np.ceil((now.values[above] - high) / width) - 1))
    return float(left + right) / now.n
