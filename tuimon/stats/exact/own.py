"""tuimon's own convention, on raw values: groups that the reference decides, about a tenth of it each."""

from __future__ import annotations

import math

import numpy as np

from tuimon.stats.distances import GroupMethod, group_distance, group_shares
from tuimon.stats.exact.categories import Counts
from tuimon.stats.exact.convention import CategoryMeasure, Convention, NumericMeasure, Values, Wanted
from tuimon.stats.exact.ecdf import both_distances
from tuimon.stats.exact.sample import Floats, Longs, Sample
from tuimon.stats.grouping import MOST_CATEGORIES, numeric_groups
from tuimon.stats.layout import Layout

GROUPED: tuple[GroupMethod, ...] = ("psi", "js", "hellinger", "tv", "linf", "chi2")
TRANSPORTED = ("ks", "wasserstein", "wasserstein_normalised")


def group_edges(reference: Sample, parts: int) -> Floats:
    """Return the lower edges of the groups of a numeric column, rising, float64[g]; the first is -inf.

    The rule of the live groups with every value in a bin of its own: a value that holds 1 / parts of the reference or more is a group,
    and each stretch beside such values is divided by itself.
    """
    heavy = reference.counts * parts >= reference.n
    edges = np.unique(np.concatenate(([-np.inf], reference.values, np.nextafter(reference.values[heavy], np.inf))))
    counts = np.zeros(edges.size, np.int64)
    counts[np.searchsorted(edges, reference.values)] = reference.counts
    groups = numeric_groups(counts, parts)
    return np.asarray(edges[np.append(True, np.diff(groups) > 0)], dtype=np.float64)


def grouped(sample: Sample, edges: Floats) -> Longs:
    """Return how many values lie from each edge up to the next, int64[g]."""
    return np.diff(np.append(sample.up_to(edges, side="left"), sample.n))


def named_groups(reference: Counts) -> tuple[str, ...]:
    """Return the values that are groups of their own: the most frequent of the reference, ties by text."""
    ranked = sorted((name for name, count in reference.items() if count), key=lambda name: (-reference[name], name))
    return tuple(ranked[: MOST_CATEGORIES - 2])


def convention(bins: int = 10) -> Convention:
    """Return tuimon's convention with so many groups a numeric column."""

    def numeric(reference: Sample) -> NumericMeasure:
        return _numeric(group_edges(reference, bins), reference.std())

    return Convention(
        name="tuimon",
        numeric=(*GROUPED, *TRANSPORTED),
        category=GROUPED,
        prepare_numeric=numeric,
        prepare_category=_category,
        learning="prediction",
    )


def _numeric(edges: Floats, deviation: float) -> NumericMeasure:
    def measure(before: Sample, now: Sample, wanted: Wanted) -> Values:
        found = _group_values(grouped(before, edges), grouped(now, edges), wanted)
        if not set(TRANSPORTED) & set(wanted):
            return found
        ks, area = both_distances(before, now)
        exact = {"ks": ks, "wasserstein": area, "wasserstein_normalised": area / deviation if deviation > 0 else math.nan}
        return found | {name: value for name, value in exact.items() if name in wanted}

    return measure


def _category(reference: Counts) -> CategoryMeasure:
    named = named_groups(reference)
    others = {name for name, count in reference.items() if count} - set(named)

    def counts(side: Counts) -> Longs:
        own = [side.get(name, 0) for name in named]
        rest = sum(count for name, count in side.items() if name in others)
        return np.array([*own, rest, sum(side.values()) - sum(own) - rest], dtype=np.int64)

    return lambda before, now, wanted: _group_values(counts(before), counts(now), wanted)


def _group_values(before: Longs, now: Longs, wanted: Wanted) -> Values:
    asked = [method for method in GROUPED if method in wanted]
    if not (before.sum() and now.sum()):
        return dict.fromkeys(asked, math.nan)
    layout = Layout([before.size])
    sides = now.astype(np.float64), before.astype(np.float64)
    return {method: float(group_distance(method, layout, *group_shares(method, layout, *sides))[0]) for method in asked}
