"""Azure Machine Learning's convention: equal bins over both sides, one row added to each for PSI, fixed limits."""

from __future__ import annotations

import math

import numpy as np

from tuimon.stats.exact.binning import counted, equal_edges
from tuimon.stats.exact.categories import Counts, aligned
from tuimon.stats.exact.convention import CategoryMeasure, Convention, Facts, Fixed, NumericMeasure, Values, Wanted
from tuimon.stats.exact.ecdf import both_distances
from tuimon.stats.exact.pvalues import goodness_of_fit, ks_p_value
from tuimon.stats.exact.sample import Longs, Sample
from tuimon.stats.exact.shares import js_distance, psi, shares

LARGEST_KS = 10_000
"""Rows that both sides must be below for a KS p-value."""
LEAST_DEVIATION = 0.001
_DISTANCE, _P_VALUE = 0.1, 0.05


def convention() -> Convention:
    """Return Azure's convention."""
    return Convention(
        name="azure",
        numeric=("wasserstein_normalised", "js", "psi", "ks"),
        category=("js", "psi", "chi2"),
        prepare_numeric=_numeric,
        prepare_category=_category,
        learning="none",
        fixed={name: Fixed(name, _DISTANCE, "above") for name in ("wasserstein_normalised", "js", "psi")}
        | {"ks": Fixed("ks_p", _P_VALUE, "below"), "chi2": Fixed("chi2_p", _P_VALUE, "below")},
        fixed_rates={"missing_rate": 0.0, "unseen_rate": 0.0, "out_of_range_rate": 0.0},
        alarm=_usual_method,
        whole_rows_only=True,
    )


def _usual_method(facts: Facts) -> str:
    return "wasserstein_normalised" if facts.numeric else "js"


def _numeric(reference: Sample) -> NumericMeasure:
    deviation = reference.std(ddof=1)
    deviation = max(deviation, LEAST_DEVIATION) if math.isfinite(deviation) else LEAST_DEVIATION

    def measure(before: Sample, now: Sample, wanted: Wanted) -> Values:
        if not (before.n and now.n):
            return dict.fromkeys(wanted, math.nan)
        bins = int(np.ceil(np.log2(min(before.n, now.n)) + 1))
        edges = equal_edges(min(before.low, now.low), max(before.high, now.high), bins)
        found = _distances(counted(before, edges), counted(now, edges), wanted)
        ks, area = both_distances(before, now)
        if "wasserstein_normalised" in wanted:
            found["wasserstein_normalised"] = area / deviation
        if "ks" in wanted:
            small = max(before.n, now.n) < LARGEST_KS
            found["ks"], found["ks_p"] = ks, ks_p_value(ks, before.n, now.n) if small else math.nan
        return found

    return measure


def _category(_: Counts) -> CategoryMeasure:
    def measure(before: Counts, now: Counts, wanted: Wanted) -> Values:
        if not (sum(before.values()) and sum(now.values())):
            return dict.fromkeys(wanted, math.nan)
        both = aligned(before, now)
        found = _distances(*both, wanted)
        if "chi2" in wanted:
            found["chi2"], found["chi2_p"] = goodness_of_fit(*both)
        return found

    return measure


def _distances(before: Longs, now: Longs, wanted: Wanted) -> Values:
    found: Values = {}
    if "js" in wanted:
        found["js"] = js_distance(shares(now), shares(before))
    if "psi" in wanted:
        found["psi"] = psi(shares(now + 1), shares(before + 1))
    return found
