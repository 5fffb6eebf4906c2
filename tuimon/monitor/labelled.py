"""What lies behind the realised performance of a window: how it was, which classes are taken for which, what scores are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tuimon.monitor.performance import SCORE_MIDDLES, InWindow, Outcomes, confusion_counts, measured, score_counts
from tuimon.monitor.showing import Lately
from tuimon.monitor.timeline import Sums, Timeline
from tuimon.store import ColumnFacts
from tuimon.values.performance import MOST_CLASSES, Confusion, Performance, Realised, Reliability
from tuimon.values.text import safe_text

Ints = npt.NDArray[np.int64]
Bins = npt.NDArray[np.int32]
Columns = Sequence[ColumnFacts]

TENTHS = 10
OTHERS = "others"
SUMMED = ("error_abs", "error_sq", "label", "label_sq")
"""The roles whose totals speak of regression."""


@dataclass(frozen=True)
class _Stretches:
    """The outcomes of the stretches that trends are about."""

    lately: Lately
    columns: Columns

    @cached_property
    def totals(self) -> dict[int, tuple[list[int], list[float]]]:
        """(values, total) at each point by column number, of those that are summed."""
        timeline, summed = self.lately.timeline, [column.number for column in self.columns if column.role in SUMMED]
        known = [(number, slot) for number in summed if (slot := timeline.slot(number)) is not None]
        n, totals = timeline.totals(self.lately.spans, [slot for _, slot in known])
        return {number: (n[:, at].tolist(), totals[:, at].tolist()) for at, (number, _) in enumerate(known)}


@dataclass(frozen=True)
class _AtPoint:
    """The outcomes of one of them."""

    stretches: _Stretches
    point: int

    def binned(self, column: ColumnFacts) -> tuple[Bins, Ints] | None:
        """As `Outcomes` says."""
        lately = self.stretches.lately
        slot = lately.timeline.slot(column.number)
        if slot is None:
            return None
        bins, places = lately.timeline.places(slot)
        return bins, lately.counts[self.point, places]

    def total(self, column: ColumnFacts) -> tuple[int, float]:
        """As `Outcomes` says."""
        n, totals = self.stretches.totals.get(column.number, ([], []))
        return (n[self.point], totals[self.point]) if n else (0, 0.0)


def realised(columns: Columns, timeline: Timeline, sums: Sums, lately: Lately, baseline: Performance | None) -> Realised | None:
    """Return what lies behind the performance of the window of these sums; None where no label is within reach of the trend."""
    if not any(timeline.slot(column.number) is not None for column in columns if column.role in ("confusion", "error_abs")):
        return None
    stretches = _Stretches(lately, columns)
    trend = tuple(measured(columns, _AtPoint(stretches, point)).shown for point in range(len(lately.spans)))
    by_role, window = {column.role: column for column in columns}, InWindow(timeline, sums)
    scores = score_counts(by_role.get("score_label"), window)
    return Realised(trend, baseline, _confusion(by_role.get("confusion"), window), () if scores is None else _reliability(scores))


def _confusion(column: ColumnFacts | None, outcomes: Outcomes) -> Confusion | None:
    table = np.empty((0, 0), np.int64) if column is None else confusion_counts(column, outcomes)
    if column is None or not table.sum():
        return None
    rows = table.sum(axis=0) + table.sum(axis=1)
    order = np.argsort(-rows, kind="stable")[: np.count_nonzero(rows)]
    kept = order if len(order) <= MOST_CLASSES else order[: MOST_CLASSES - 1]
    owner = np.full(len(rows), len(kept), np.int64)
    owner[kept] = np.arange(len(kept))
    many = len(kept) + (len(order) > len(kept))
    folded = np.zeros((len(kept) + 1, len(kept) + 1), np.int64)
    np.add.at(folded, (owner[:, None], owner[None, :]), table)
    names = [safe_text(column.values[at]) if at < len(column.values) else OTHERS for at in kept.tolist()]
    return Confusion((*names, OTHERS)[:many], tuple(map(tuple, folded[:many, :many].tolist())))


def _reliability(scores: Ints) -> tuple[Reliability, ...]:
    by_tenth = scores.reshape(TENTHS, -1, 2)
    rows, positive = by_tenth.sum(axis=(1, 2)), by_tenth[:, :, 1].sum(axis=1)
    total = (by_tenth.sum(axis=2) * SCORE_MIDDLES.reshape(TENTHS, -1)).sum(axis=1)
    return tuple(Reliability(float(total[at] / rows[at]), float(positive[at] / rows[at]), int(rows[at])) for at in np.flatnonzero(rows))
