"""Evidently's convention (release 0.7): bins by Sturges over both sides together, natural logarithm, fixed limits."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from tuimon.stats.exact.binning import counted, sturges_edges
from tuimon.stats.exact.categories import Counts, aligned
from tuimon.stats.exact.convention import CategoryMeasure, Convention, Facts, Fixed, NumericMeasure, Values, Wanted
from tuimon.stats.exact.ecdf import both_distances
from tuimon.stats.exact.pvalues import goodness_of_fit, ks_p_value, two_proportions
from tuimon.stats.exact.sample import Floats, Longs, Sample
from tuimon.stats.exact.shares import hellinger, js_distance_natural, psi, shares

FEW_VALUES = 20
"""Distinct values of the reference up to which each value of a numeric column is a bin."""
MOST_FOR_TESTS = 5
"""Distinct values up to which a numeric column is tested like a category."""
SMALL = 1_000
"""Rows of the reference up to which tests decide and not distances."""
LEAST_DEVIATION = 0.001
_DISTANCE, _P_VALUE = 0.1, 0.05


def convention() -> Convention:
    """Return Evidently's convention."""
    distances = ("psi", "js", "hellinger", "wasserstein_normalised")
    tests = {"ks": "ks_p", "chi2": "chi2_p", "z": "z_p"}
    return Convention(
        name="evidently",
        numeric=("wasserstein_normalised", "js", "psi", "hellinger", "ks", "chi2", "z"),
        category=("js", "psi", "hellinger", "chi2", "z"),
        prepare_numeric=_numeric,
        prepare_category=_category,
        learning="none",
        fixed={name: Fixed(name, _DISTANCE, "reached") for name in distances}
        | {method: Fixed(name, _P_VALUE, "below") for method, name in tests.items()},
        alarm=usual_method,
        dataset_share=0.5,
    )


def usual_method(facts: Facts) -> str:
    """Return the method that Evidently takes for a column when none is named."""
    if facts.reference_rows > SMALL:
        return "wasserstein_normalised" if facts.numeric and facts.distinct > 5 else "js"
    if facts.numeric and facts.distinct > 5:
        return "ks"
    return "chi2" if facts.distinct > 2 else "z"


def _numeric(reference: Sample) -> NumericMeasure:
    deviation = max(reference.std(), LEAST_DEVIATION)

    def measure(before: Sample, now: Sample, wanted: Wanted) -> Values:
        if not (before.n and now.n):
            return dict.fromkeys(wanted, math.nan)
        binned = _binned(before, now) if before.distinct > FEW_VALUES else _by_value(before, now)
        found = _distances(*binned, wanted)
        if "hellinger" in wanted:
            found["hellinger"] = _hellinger(before, now)
        ks, area = both_distances(before, now)
        if "wasserstein_normalised" in wanted:
            found["wasserstein_normalised"] = area / deviation
        if "ks" in wanted:
            found["ks"], found["ks_p"] = ks, ks_p_value(ks, before.n, now.n)
        both = _by_value(before, now)
        return found | (_tests(*both, wanted) if both[0].size <= MOST_FOR_TESTS else {})

    return measure


def _category(_: Counts) -> CategoryMeasure:
    def measure(before: Counts, now: Counts, wanted: Wanted) -> Values:
        if not (sum(before.values()) and sum(now.values())):
            return dict.fromkeys(wanted, math.nan)
        both = aligned(before, now)
        found = _distances(*both, wanted) | _tests(*both, wanted)
        return found | ({"hellinger": hellinger(*(shares(side) for side in both))} if "hellinger" in wanted else {})

    return measure


def filled(share: Floats) -> Floats:
    """Return shares with a small constant in empty bins, and not made to sum to 1 again."""
    least = float(share[share > 0].min())
    return np.where(share == 0, least / 1e6 if least <= 1e-4 else 1e-4, share)


def _distances(before: Longs, now: Longs, wanted: Wanted) -> Values:
    p, q = shares(now), shares(before)
    known: dict[str, Callable[[], float]] = {
        "psi": lambda: psi(filled(p), filled(q)),
        "js": lambda: js_distance_natural(p, q),
    }
    return {name: compute() for name, compute in known.items() if name in wanted}


def _tests(before: Longs, now: Longs, wanted: Wanted) -> Values:
    found: Values = {}
    if "chi2" in wanted:
        found["chi2"], found["chi2_p"] = goodness_of_fit(before, now)
    if "z" in wanted and before.size <= 2:
        # The share of everything but the first value: for two values the share of the second.
        found["z_p"] = two_proportions(int(now[1:].sum()), int(now.sum()), int(before[1:].sum()), int(before.sum()))
    return found


def _binned(before: Sample, now: Sample) -> tuple[Longs, Longs]:
    edges = sturges_edges(min(before.low, now.low), max(before.high, now.high), before.n + now.n)
    return counted(before, edges), counted(now, edges)


def _by_value(before: Sample, now: Sample) -> tuple[Longs, Longs]:
    values = np.union1d(before.values[before.counts > 0], now.values[now.counts > 0])
    left, right = (side.up_to(values) - side.up_to(values, side="left") for side in (before, now))
    return left, right


def _hellinger(before: Sample, now: Sample) -> float:
    """Over bins whose number comes from the distinct values of both sides."""
    values = np.union1d(before.values[before.counts > 0], now.values[now.counts > 0])
    edges = sturges_edges(float(values[0]), float(values[-1]), values.size)
    return hellinger(shares(counted(before, edges)), shares(counted(now, edges)))
