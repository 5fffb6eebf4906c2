"""Every measure of a column beside what chance alone would give, each named with its bins and its convention."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tuimon.monitor.drift import Compared
from tuimon.stats import DriftMethod
from tuimon.values.snapshot import Measure

NAMES: dict[DriftMethod, str] = {
    "psi": "PSI, {groups} groups, natural logarithm",
    "js": "Jensen-Shannon distance, {groups} groups, base 2",
    "hellinger": "Hellinger distance, {groups} groups",
    "tv": "total variation, {groups} groups",
    "linf": "L-infinity, {groups} groups",
    "chi2": "chi-squared as Cramér's V, {groups} groups",
    "ks": "Kolmogorov-Smirnov D, {bins} bins",
    "wasserstein": "Wasserstein distance, {bins} bins, in units of the column",
    "wasserstein_normalised": "Wasserstein distance, {bins} bins, in standard deviations of the baseline",
}
NUMERIC_ONLY = ("ks", "wasserstein", "wasserstein_normalised")


def measures(compared: Compared) -> list[tuple[Measure, ...]]:
    """Return the measures of each compared column in the order above; values are None where either side has no rows."""
    result, frame = compared.result, compared.frame
    bins = frame.layout.sum(((compared.window + frame.baseline) > 0).astype(np.float64)).astype(int).tolist()
    groups = result.groups.astype(int).tolist()
    found: list[list[Measure]] = [[] for _ in compared.columns]
    for method in NAMES:
        mean, p99 = frame.expected(method, result.n, result.baseline_n)
        numbers = zip(_plain(getattr(result, method)), _plain(mean), _plain(p99), strict=True)
        for i, (value, usual, most) in enumerate(numbers):
            if frame.numeric[i] or method not in NUMERIC_ONLY:
                found[i].append(Measure(method, _name(method, groups[i], bins[i]), value, usual, most))
    return [tuple(column) for column in found]


def _plain(values: npt.NDArray[np.float64]) -> list[float | None]:
    return [value if known else None for value, known in zip(values.tolist(), np.isfinite(values).tolist(), strict=True)]


@lru_cache(4_096)
def _name(method: DriftMethod, groups: int, bins: int) -> str:
    return NAMES[method].format(groups=groups, bins=bins)
