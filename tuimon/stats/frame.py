"""All columns of a model against their baseline, compared at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tuimon.stats.chance import Chance, DriftMethod
from tuimon.stats.distances import GroupMethod, group_distance, group_shares, shares
from tuimon.stats.grids import NumericGrid
from tuimon.stats.grouping import category_groups, numeric_groups
from tuimon.stats.layout import Layout
from tuimon.stats.likelihood import likelihood_ratio
from tuimon.stats.scale import scale_of

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
GROUP_METHODS: tuple[GroupMethod, ...] = ("psi", "js", "hellinger", "tv", "linf", "chi2")


@dataclass(frozen=True)
class FrameColumn:
    """One column: its grid (None for a category), the bins that hold rows on either side in order, and the baseline's counts."""

    grid: NumericGrid | None
    bins: Ints
    baseline: Longs


@dataclass(frozen=True)
class Evidence:
    """What says whether chance explains a difference: arrays of one value a column, float64[c] (float64[w, c] for w windows)."""

    n: Floats
    baseline_n: Floats
    g: Floats
    dof: Floats
    p_value: Floats
    """Of G, for independent rows, between 1e-12 and 1."""


@dataclass(frozen=True)
class Comparison:
    """A window against the baseline: arrays of one value a column, float64[c] (float64[w, c] for w windows).

    Every measure is NaN where either side has no rows; `ks`, `ks_error` and both Wasserstein distances are NaN for a category.
    """

    n: Floats
    baseline_n: Floats
    groups: Floats
    """Groups that hold rows on either side."""
    psi: Floats
    js: Floats
    """Distance, base 2."""
    hellinger: Floats
    tv: Floats
    linf: Floats
    chi2: Floats
    """Cramér's V with both sides weighing the same."""
    ks: Floats
    ks_error: Floats
    """The grid hides at most this much of KS: the largest min(share before, share now) of a bin of more than one value."""
    wasserstein: Floats
    """In units of the column."""
    wasserstein_normalised: Floats
    """In standard deviations of the baseline (in scales of the grid where that is 0)."""
    g: Floats
    dof: Floats
    p_value: Floats
    """Of G, for independent rows, between 1e-12 and 1."""


class Frame:
    """The baselines of c columns laid end to end, ready to be compared with windows of counts over the same bins.

    `offsets`, int64[c + 1], tells where each column lies in a window; `total` is a window's length. A column's groups are made from
    its baseline alone: `groups` holds the group of each of its bins, counted from 0 in each column.
    """

    def __init__(self, columns: Sequence[FrameColumn], bins: int = 10) -> None:
        self.columns = tuple(columns)
        self.layout = Layout([column.bins.size for column in self.columns])
        self.offsets, self.total = self.layout.offsets, self.layout.total
        self.numeric = np.array([column.grid is not None for column in self.columns], dtype=bool)
        self.groups = tuple(_groups(column, bins) for column in self.columns)
        self.group_layout = Layout([int(group.max()) + 1 if group.size else 0 for group in self.groups])
        group_of = np.concatenate([*self.groups, np.empty(0, np.int64)]) + self.group_layout.offsets[self.layout.owner]
        self._order = np.argsort(group_of, kind="stable")
        self._starts = np.searchsorted(group_of[self._order], np.arange(self.group_layout.total))
        self.baseline = np.concatenate([*(column.baseline for column in self.columns), np.empty(0)]).astype(np.float64)
        self.baseline_groups = self.grouped(self.baseline)
        self.baseline_share = np.nan_to_num(shares(self.layout, self.baseline))
        self.scale = scale_of(self.layout, [column.grid for column in self.columns], [column.bins for column in self.columns])
        self._rows = self.layout.sum(self.baseline)
        self.deviation = self._deviations()
        self._cumulative = self.layout.running(self.baseline) / np.maximum(self._rows, 1)[self.layout.owner]
        self._chance = Chance(self.layout, self.group_layout, self._cumulative, self.baseline_groups, self.scale.gaps)

    def evidence(self, window: npt.ArrayLike) -> Evidence:
        """Return the evidence of a window of counts, int64[total], NaN where either side has no rows; ValueError for another length."""
        counts = self._counts(window)
        n = self.layout.sum(counts)
        known = (n > 0) & (self._rows > 0)
        found = likelihood_ratio(self.group_layout, self.grouped(counts), self.baseline_groups)
        return Evidence(n, np.broadcast_to(self._rows, n.shape), *(np.where(known, value, np.nan) for value in found))

    def compare(self, window: npt.ArrayLike, evidence: Evidence | None = None) -> Comparison:
        """Return the comparison of a window of counts, int64[total], whose evidence may be known; raises ValueError for another length."""
        counts = self._counts(window)
        now = self.grouped(counts)
        shown = evidence or self.evidence(counts)
        known = (shown.n > 0) & (self._rows > 0)
        p, q = shares(self.layout, counts), self.baseline_share
        distance = np.where(known & self.numeric, self._transport(counts), np.nan)
        hidden = self.layout.max(np.where(self.scale.single, 0.0, np.minimum(np.nan_to_num(p), q)))
        return Comparison(
            n=shown.n,
            baseline_n=shown.baseline_n,
            groups=self.group_layout.sum(((now + self.baseline_groups) > 0).astype(np.float64)),
            **{method: np.where(known, self._group_distance(method, now), np.nan) for method in GROUP_METHODS},
            ks=np.where(known & self.numeric, self.layout.max(np.abs(self.climb(counts))), np.nan),
            ks_error=np.where(known & self.numeric, hidden, np.nan),
            wasserstein=distance,
            wasserstein_normalised=distance / self.deviation,
            g=shown.g,
            dof=shown.dof,
            p_value=shown.p_value,
        )

    def compare_many(self, windows: npt.ArrayLike) -> Comparison:
        """Return the comparison of w windows of counts, int64[w, total]: every measure is float64[w, c]."""
        return self.compare(np.atleast_2d(np.asarray(windows)))

    def values(self, method: DriftMethod, windows: npt.ArrayLike) -> Floats:
        """Return one measure of one or many windows of counts, int64[..., total], as float64[..., c]: for trends."""
        counts = self._counts(windows)
        known = (self.layout.sum(counts) > 0) & (self._rows > 0)
        if method == "ks":
            return np.where(known & self.numeric, self.layout.max(np.abs(self.climb(counts))), np.nan)
        if method == "wasserstein" or method == "wasserstein_normalised":
            unit = self.deviation if method == "wasserstein_normalised" else 1.0
            return np.where(known & self.numeric, self._transport(counts) / unit, np.nan)
        return np.where(known, self._group_distance(method, self.grouped(counts)), np.nan)

    def expected(self, method: DriftMethod, n: npt.ArrayLike, m: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Return mean and 99th percentile, float64[c] each, that chance alone gives a measure for n rows now and m before, float64[c].

        Rows count as independent. NaN where n or m is 0 or the measure is not defined. Formulas and sources: `tuimon.stats.chance`.
        """
        unit = self._chance.unit(method)
        now, before = np.asarray(n, dtype=np.float64), np.asarray(m, dtype=np.float64)
        known = (now > 0) & (before > 0) & (self._rows > 0)
        if method in ("ks", "wasserstein", "wasserstein_normalised"):
            known &= self.numeric
        s = np.where(known, 1 / np.maximum(now, 1) + 1 / np.maximum(before, 1), np.nan)
        factor = s if method == "psi" else np.sqrt(s)
        if method == "wasserstein_normalised":
            factor = factor / self.deviation
        return factor * unit.mean, factor * unit.p99

    def means(self, window: npt.ArrayLike) -> Floats:
        """Return the mean of each numeric column in a window of counts int64[..., total] by the middles of its bins, float64[..., c]."""
        counts = self._counts(window)
        found = self.layout.sum(shares(self.layout, counts) * self.scale.middle)
        return np.where(self.numeric & (self.layout.sum(counts) > 0), found, np.nan)

    def grouped(self, counts: Floats, ufunc: np.ufunc = np.add) -> Floats:
        """Return the sums (or another reduction) of groups, float64[..., groups], of a value a bin, float64[..., total]."""
        if self.total == 0:
            return np.zeros((*counts.shape[:-1], 0))
        return np.asarray(ufunc.reduceat(counts[..., self._order], self._starts, axis=-1))

    def first_bins(self, values: Floats) -> Floats:
        """Return what the first bin of each group has, float64[groups], of a value a bin, float64[total]."""
        return np.asarray(values[self._order[self._starts]])

    def bins_of_groups(self) -> list[list[int]]:
        """Return the bins of each group, in order; those of a category are its dictionary values and buckets."""
        bins = np.concatenate([*(column.bins for column in self.columns), np.empty(0, np.int32)])[self._order].tolist()
        return [bins[low:high] for low, high in pairwise((*self._starts.tolist(), len(bins)))]

    def _counts(self, window: npt.ArrayLike) -> Floats:
        counts = np.asarray(window, dtype=np.float64)
        if counts.shape[-1:] != (self.total,):
            raise ValueError(f"a window of this frame has {self.total} counts, not {counts.shape}")
        return counts

    def _group_distance(self, method: GroupMethod, now: Floats) -> Floats:
        p, q = group_shares(method, self.group_layout, now, self.baseline_groups)
        return group_distance(method, self.group_layout, p, q)

    def climb(self, counts: Floats) -> Floats:
        """Return the cumulative share now minus before after each bin, float64[..., total], of counts float64[..., total]."""
        rows = np.maximum(self.layout.sum(counts), 1)[..., self.layout.owner]
        return self.layout.running(counts) / rows - self._cumulative

    def _transport(self, counts: Floats) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):
            return self.layout.sum(np.abs(self.climb(counts)) * self.scale.gaps)

    def _deviations(self) -> Floats:
        middle = self.scale.middle
        with np.errstate(over="ignore", invalid="ignore"):
            mean = self.layout.sum(self.baseline_share * middle)[self.layout.owner]
            found = np.sqrt(self.layout.sum(self.baseline_share * (middle - mean) ** 2))
        # Rounding leaves a constant column a spread of some 1e-16 of its value.
        size = self.layout.max(np.abs(middle)) * 1e-14
        return np.where((found > size) & np.isfinite(found), found, self.scale.unit)


def _groups(column: FrameColumn, bins: int) -> Longs:
    if column.grid is None:
        return category_groups(column.bins, column.baseline)
    return numeric_groups(column.baseline, bins)
