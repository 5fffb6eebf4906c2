"""Every column of a model against its baseline: one comparison for all columns of a window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tuimon.config import Method, Settings
from tuimon.monitor.baselines import BaselineCounts, Counts
from tuimon.monitor.labels import group_labels
from tuimon.monitor.timeline import Sums, Timeline
from tuimon.stats import Comparison, DriftMethod, Evidence, Frame, FrameColumn, Null, nothing_learned, worth
from tuimon.store import ColumnFacts

Ints = npt.NDArray[np.int64]
Bins = npt.NDArray[np.int32]

COMPARED = ("feature", "prediction", "score")
"""Roles that are compared with the baseline."""
MOST_BETWEEN = 2_048
AROUND = 32


@dataclass(frozen=True)
class Laid:
    """Columns laid over their baseline."""

    columns: tuple[ColumnFacts, ...]
    frame: Frame

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The name of each group of each column."""
        return group_labels(self.columns, self.frame)


@dataclass(frozen=True)
class Compared:
    """The columns of one window against the baseline: row i of every array is `columns[i]`."""

    laid: Laid
    window: Ints
    evidence: Evidence
    method: DriftMethod
    value: npt.NDArray[np.float64]
    baseline: BaselineCounts
    null: Null | None = None
    """How much each column's G varies while nothing happens; None while rows count as independent."""

    @property
    def columns(self) -> tuple[ColumnFacts, ...]:
        """The columns that were compared."""
        return self.laid.columns

    @property
    def frame(self) -> Frame:
        """What the window's counts are laid over."""
        return self.laid.frame

    @cached_property
    def result(self) -> Comparison:
        """Every measure: for screens, since rules look at many windows and at one measure."""
        return self.frame.compare(self.window, self.evidence)

    def by(self, method: Method) -> npt.NDArray[np.float64]:
        """Return [columns] the value of a method; NaN where it says nothing of a column, as KS of categories."""
        found = measure(method)
        return self.value if found == self.method else self.frame.values(found, self.window)

    @cached_property
    def expected(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """[columns] mean and 99th percentile of the value by chance alone."""
        return self.frame.expected(self.method, self.evidence.n, self.evidence.baseline_n)

    @cached_property
    def p_value(self) -> npt.NDArray[np.float64]:
        """[columns] the chance of such a G, by the columns' own past where it is known."""
        return self.evidence.p_value if self.null is None else self.null.p_value(self.evidence.g, self.evidence.dof, self._worth)

    @cached_property
    def learning(self) -> npt.NDArray[np.bool_]:
        """[columns] whether the past says too little."""
        return np.ones(len(self.columns), bool) if self.null is None else ~self.null.learned

    def least(self, p_star: float) -> npt.NDArray[np.float64]:
        """[columns] about the smallest PSI that would be evidence at `p_star`: G by the rows that the comparison is worth."""
        null = self.null or nothing_learned(len(self.columns))
        return null.needed(p_star, self.evidence.dof, self._worth) / np.maximum(self._worth, 1)

    @property
    def _worth(self) -> npt.NDArray[np.float64]:
        return worth(self.evidence.n, self.evidence.baseline_n)


class Comparer:
    """Lays the columns of a model over its baseline, and keeps that layout while neither gets new bins."""

    def __init__(self, settings: Settings) -> None:
        self._drift = settings.drift
        self._laid: Laid | None = None
        self._take: Ints = np.empty(0, np.int64)
        self._held: tuple[BaselineCounts, Ints] | None = None

    def compare(self, timeline: Timeline, columns: dict[int, ColumnFacts], baseline: BaselineCounts, sums: Sums) -> Compared | None:
        """Return all comparable columns of the window against the baseline; None where there is no such column."""
        self._prepare(timeline, columns, baseline)
        if self._laid is None:
            return None
        window = self._picked(sums.counts)
        frame, method = self._laid.frame, measure(self._drift.method)
        return Compared(self._laid, window, frame.evidence(window), method, frame.values(method, window), baseline)

    def values(self, timeline: Timeline, columns: dict[int, ColumnFacts], baseline: BaselineCounts, counts: Ints) -> dict[int, list[float]]:
        """Return only the configured method's values by column number, for trends: of counts over the timeline's keys, [windows, keys]."""
        self._prepare(timeline, columns, baseline)
        if self._laid is None:
            return {}
        found = self._laid.frame.values(measure(self._drift.method), self._picked(counts)).T.tolist()
        return {column.number: values for column, values in zip(self._laid.columns, found, strict=True)}

    def _picked(self, counts: Ints) -> Ints:
        """Counts over the timeline's keys, [..., keys], in the frame's order; bins that only the baseline has are 0."""
        if not counts.shape[-1]:
            return np.zeros((*counts.shape[:-1], len(self._take)), np.int64)
        return np.where(self._take >= 0, counts[..., self._take], 0)

    def _prepare(self, timeline: Timeline, columns: dict[int, ColumnFacts], baseline: BaselineCounts) -> None:
        held = self._held
        if held is not None and held[0] is baseline and held[1] is timeline.keys:
            return
        self._held = (baseline, timeline.keys)
        wanted = [column for column in columns.values() if _comparable(column, baseline)]
        places = [_places(timeline, column) for column in wanted]
        if held is None or held[0] is not baseline or not self._covers(wanted, places):
            laid = [_lay(column, own, baseline.columns[column.number]) for column, (own, _) in zip(wanted, places, strict=True)]
            self._laid = Laid(tuple(wanted), Frame(laid, self._drift.bins)) if laid else None
        if self._laid is not None:
            takes = [_take(laid.bins, own, at) for laid, (own, at) in zip(self._laid.frame.columns, places, strict=True)]
            self._take = np.concatenate(takes)

    def _covers(self, wanted: list[ColumnFacts], places: list[tuple[Bins, Ints]]) -> bool:
        """Whether the frame has these columns and every bin that they have by now."""
        if self._laid is None or tuple(wanted) != self._laid.columns:
            return False
        return all(np.isin(own, laid.bins).all() for laid, (own, _) in zip(self._laid.frame.columns, places, strict=True))


def _comparable(column: ColumnFacts, baseline: BaselineCounts) -> bool:
    if column.role not in COMPARED or (column.kind == "numeric" and column.grid is None):
        return False
    counts = baseline.columns.get(column.number)
    return counts is not None and counts.finite > 0


def _places(timeline: Timeline, column: ColumnFacts) -> tuple[Bins, Ints]:
    slot = timeline.slot(column.number)
    return timeline.places(slot) if slot is not None else (np.empty(0, np.int32), np.empty(0, np.int64))


def _lay(column: ColumnFacts, own: Bins, baseline: Counts) -> FrameColumn:
    """The bins of both sides; for numbers all between and some around, so that a value in a new bin seldom needs a new frame."""
    bins = np.union1d(baseline.bins, own).astype(np.int32)
    if column.kind == "numeric" and int(bins[-1]) - int(bins[0]) < MOST_BETWEEN:
        bins = np.arange(bins[0] - AROUND, bins[-1] + AROUND + 1, dtype=np.int32)
    counts = np.zeros(len(bins), np.int64)
    counts[np.searchsorted(bins, baseline.bins)] = baseline.counts
    return FrameColumn(column.grid if column.kind == "numeric" else None, bins, counts)


def _take(bins: Bins, own: Bins, at: Ints) -> Ints:
    take = np.full(len(bins), -1, np.int64)
    take[np.searchsorted(bins, own)] = at
    return take


def measure(method: Method) -> DriftMethod:
    """Return the measure that a method is judged by: Wasserstein in standard deviations of the baseline."""
    return "wasserstein_normalised" if method == "wasserstein" else method
