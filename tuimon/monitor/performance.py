"""Realised performance of one window, from counts of predictions against the labels that have arrived."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tuimon.monitor.baselines import BaselineCounts
from tuimon.monitor.timeline import Sums, Timeline
from tuimon.stats import accuracy, expected_calibration_error, f1_score, roc_auc
from tuimon.store import CLASSES, SCORE_BINS, ColumnFacts, positive_class
from tuimon.values.performance import Performance

Ints = npt.NDArray[np.int64]
Bins = npt.NDArray[np.int32]

SCORE_MIDDLES = (np.arange(SCORE_BINS) + 0.5) / SCORE_BINS


@dataclass(frozen=True)
class Measured:
    """Realised performance, and the counts that say how sure it is."""

    shown: Performance
    found: tuple[int, int] | None = None
    """Hits of the positive class, and those that were missed or wrongly taken for one."""
    scored: tuple[int, int] | None = None
    """Positive and negative rows with a score."""
    mae_error: float = 0.0
    """The standard error of MAE."""


class Outcomes(Protocol):
    """Where counts of outcomes come from: a window, or a baseline."""

    def binned(self, column: ColumnFacts) -> tuple[Bins, Ints] | None:
        """Return (bins, counts) of a column, None where there is nothing of it."""

    def total(self, column: ColumnFacts) -> tuple[int, float]:
        """Return how many values of a column there are, and their sum."""


@dataclass(frozen=True)
class InWindow:
    """The outcomes of one window."""

    timeline: Timeline
    sums: Sums

    def binned(self, column: ColumnFacts) -> tuple[Bins, Ints] | None:
        """As `Outcomes` says."""
        slot = self.timeline.slot(column.number)
        return None if slot is None else self.sums.of(slot)

    def total(self, column: ColumnFacts) -> tuple[int, float]:
        """As `Outcomes` says."""
        slot = self.timeline.slot(column.number)
        return (0, 0.0) if slot is None else (int(self.sums.n[slot]), float(self.sums.total[slot]))


@dataclass(frozen=True)
class InBaseline:
    """The outcomes of the rows that a baseline is made of."""

    baseline: BaselineCounts

    def binned(self, column: ColumnFacts) -> tuple[Bins, Ints] | None:
        """As `Outcomes` says."""
        found = self.baseline.columns.get(column.number)
        return None if found is None else (found.bins, found.counts)

    def total(self, column: ColumnFacts) -> tuple[int, float]:
        """As `Outcomes` says."""
        found = self.baseline.columns.get(column.number)
        return (0, 0.0) if found is None else (found.n, found.total)


def performance(timeline: Timeline, columns: dict[int, ColumnFacts], sums: Sums) -> Performance:
    """Return the window's realised performance; `labels` is 0 and the rest None where no label has arrived."""
    return measured(columns.values(), InWindow(timeline, sums)).shown


def measured(columns: Iterable[ColumnFacts], outcomes: Outcomes) -> Measured:
    """Return realised performance with what it rests on."""
    by_role: dict[str, ColumnFacts] = {column.role: column for column in columns}
    confusion, score_label = by_role.get("confusion"), by_role.get("score_label")
    if confusion is not None:
        table = confusion_counts(confusion, outcomes)
        if table.sum():
            return _classification(table, confusion, score_counts(score_label, outcomes))
    return _regression(by_role, outcomes)


def confusion_counts(column: ColumnFacts, outcomes: Outcomes) -> Ints:
    """Return counts [label, predicted] over the classes, int64[CLASSES, CLASSES]."""
    table = np.zeros((CLASSES, CLASSES), np.int64)
    found = outcomes.binned(column)
    if found is not None:
        bins, counts = found
        np.add.at(table, (bins % CLASSES, bins // CLASSES), counts)
    return table


def score_counts(column: ColumnFacts | None, outcomes: Outcomes) -> Ints | None:
    """Return counts [score bin, label is positive], int64[SCORE_BINS, 2], None without scores."""
    found = outcomes.binned(column) if column is not None else None
    if found is None:
        return None
    bins, counts = found
    table = np.zeros((SCORE_BINS, 2), np.int64)
    np.add.at(table, (bins // 2, bins % 2), counts)
    return table if table.sum() else None


def _classification(table: Ints, column: ColumnFacts, scores: Ints | None) -> Measured:
    """F1 is that of the positive class where there are two, else the mean over classes; scores speak only of two."""
    used = np.flatnonzero(table.sum(axis=0) + table.sum(axis=1))
    small, binary = table[np.ix_(used, used)], len(used) <= 2
    positive = _positive(small, [_name(column, int(i)) for i in used], scores) if binary else None
    if positive == 0:
        small = small[::-1, ::-1]
    scored = scores if binary else None
    with_f1 = len(used) == 2 and positive is not None
    shown = Performance(
        labels=int(small.sum()),
        task="binary" if binary else "multiclass",
        accuracy=_known(accuracy(small)),
        f1=_known(f1_score(small)) if len(used) > 2 or with_f1 else None,
        roc_auc=None if scored is None else _known(roc_auc(scored[:, 1], scored[:, 0])),
        ece=None if scored is None else _known(expected_calibration_error(scored[:, 1], scored[:, 0], SCORE_MIDDLES)),
    )
    return Measured(
        shown,
        found=(int(small[1, 1]), int(small[0, 1] + small[1, 0])) if with_f1 else None,
        scored=None if scored is None else (int(scored[:, 1].sum()), int(scored[:, 0].sum())),
    )


def _positive(table: Ints, names: list[str], scores: Ints | None) -> int | None:
    """The place of the positive one of two classes: by its name, else the one that has as many labels as high scores speak for."""
    name = positive_class(names)
    if name in names:
        return names.index(name)
    if scores is None or scores.sum() != table.sum():
        return None
    alike = np.flatnonzero(table.sum(axis=1) == scores[:, 1].sum())
    return int(alike[0]) if len(alike) == 1 else None


def _name(column: ColumnFacts, place: int) -> str:
    return column.values[place] if place < len(column.values) else ""


def _regression(by_role: Mapping[str, ColumnFacts], outcomes: Outcomes) -> Measured:
    roles = ("error_abs", "error_sq", "label", "label_sq")
    totals = {role: outcomes.total(by_role[role]) if role in by_role else (0, 0.0) for role in roles}
    n, absolute = totals["error_abs"]
    if not n:
        return Measured(Performance(0, None))
    squared, label, label_sq = (totals[role][1] for role in ("error_sq", "label", "label_sq"))
    spread = label_sq - label * label / n
    mae, square = absolute / n, max(0.0, squared / n)
    shown = Performance(labels=n, task="regression", mae=mae, rmse=math.sqrt(square), r2=1 - squared / spread if spread > 0 else None)
    return Measured(shown, mae_error=math.sqrt(max(0.0, square - mae * mae) / n))


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
