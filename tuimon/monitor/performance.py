"""Realised performance of one window, from counts of predictions against the labels that have arrived."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuimon.monitor.timeline import Sums, Timeline
from tuimon.stats import accuracy, expected_calibration_error, f1_score, roc_auc
from tuimon.store import CLASSES, SCORE_BINS, ColumnFacts, positive_class
from tuimon.values.snapshot import Performance

Ints = npt.NDArray[np.int64]

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


def performance(timeline: Timeline, columns: dict[int, ColumnFacts], sums: Sums) -> Performance:
    """Return the window's realised performance; `labels` is 0 and the rest None where no label has arrived."""
    return measured(timeline, columns, sums).shown


def measured(timeline: Timeline, columns: dict[int, ColumnFacts], sums: Sums) -> Measured:
    """Return the window's realised performance with what it rests on."""
    by_role: dict[str, ColumnFacts] = {column.role: column for column in columns.values()}
    confusion, score_label = by_role.get("confusion"), by_role.get("score_label")
    if confusion is not None:
        table = _confusion(timeline, confusion, sums)
        if table.sum():
            return _classification(table, confusion, _scores(timeline, score_label, sums))
    return _regression(timeline, by_role, sums)


def _confusion(timeline: Timeline, column: ColumnFacts, sums: Sums) -> Ints:
    """Return counts [label, predicted] over the classes."""
    table = np.zeros((CLASSES, CLASSES), np.int64)
    slot = timeline.slot(column.number)
    if slot is not None:
        bins, counts = sums.of(slot)
        np.add.at(table, (bins % CLASSES, bins // CLASSES), counts)
    return table


def _scores(timeline: Timeline, column: ColumnFacts | None, sums: Sums) -> Ints | None:
    """Return counts [score bin, label is positive], None without scores."""
    slot = timeline.slot(column.number) if column is not None else None
    if slot is None:
        return None
    bins, counts = sums.of(slot)
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


def _regression(timeline: Timeline, by_role: Mapping[str, ColumnFacts], sums: Sums) -> Measured:
    totals = {role: _total(timeline, by_role.get(role), sums) for role in ("error_abs", "error_sq", "label", "label_sq")}
    n, absolute = totals["error_abs"]
    if not n:
        return Measured(Performance(0, None))
    squared, label, label_sq = (totals[role][1] for role in ("error_sq", "label", "label_sq"))
    spread = label_sq - label * label / n
    mae, square = absolute / n, max(0.0, squared / n)
    shown = Performance(labels=n, task="regression", mae=mae, rmse=math.sqrt(square), r2=1 - squared / spread if spread > 0 else None)
    return Measured(shown, mae_error=math.sqrt(max(0.0, square - mae * mae) / n))


def _total(timeline: Timeline, column: ColumnFacts | None, sums: Sums) -> tuple[int, float]:
    slot = timeline.slot(column.number) if column is not None else None
    return (0, 0.0) if slot is None else (int(sums.n[slot]), float(sums.total[slot]))


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
