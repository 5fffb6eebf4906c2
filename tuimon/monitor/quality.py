"""Missing, invalid, unseen and out-of-range shares of every column in one window."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

import numpy as np

from tuimon.monitor.baselines import BaselineCounts, Counts
from tuimon.monitor.drift import COMPARED
from tuimon.monitor.panels import share
from tuimon.monitor.timeline import Sums, Timeline
from tuimon.stats import share_interval
from tuimon.store import ColumnFacts
from tuimon.values.snapshot import Quality
from tuimon.values.text import safe_text


@dataclass(frozen=True)
class Shares:
    """Rows of one column by what is wrong with them, beside those of its baseline."""

    column: ColumnFacts
    rows: int
    missing: int
    invalid: int
    unseen: int | None
    outside: int | None
    baseline: Counts | None
    new: bool
    """True when there is a baseline and it does not know the column: rows from before it was logged are no fault."""

    def shown(self) -> Quality:
        """Return the shares as the screens show them."""
        parts = (self.missing, self.invalid, self.unseen, self.outside)
        missing, invalid, unseen, outside = (None if part is None else share(part, self.rows) for part in parts)
        intervals = (None if part is None else share_interval(part, self.rows) for part in parts)
        return Quality(safe_text(self.column.name), self.rows, missing, invalid, unseen, outside, *intervals)


def shares(
    timeline: Timeline, columns: dict[int, ColumnFacts], sums: Sums, baseline: BaselineCounts | None, gone: Container[int] = ()
) -> tuple[Shares, ...]:
    """Return the shares of every measured column, in the order of the catalogue; those that are `gone` are missing in every row."""
    rows, before = timeline.rows(sums), baseline.columns if baseline else {}
    found = []
    for number, column in columns.items():
        slot = timeline.slot(number) if column.role in COMPARED else None
        if number in gone:
            found.append(Shares(column, rows, rows, 0, None, None, before.get(number), False))
        elif slot is not None:
            found.append(_shares(column, sums, slot, before.get(number), new=bool(baseline) and not _knows(baseline, number)))
    return tuple(found)


def faults(timeline: Timeline, columns: dict[int, ColumnFacts], sums: Sums, baseline: BaselineCounts | None) -> tuple[Shares, ...]:
    """Return the columns that have missing or invalid values, without what depends on bins, in the order of the catalogue."""
    wrong, before = sums.nulls + sums.invalid + sums.nonfinite, baseline.columns if baseline else {}
    found = []
    for number, column in columns.items():
        slot = timeline.slot(number) if column.role in COMPARED else None
        if slot is not None and wrong[slot]:
            new = bool(baseline) and not _knows(baseline, number)
            found.append(Shares(column, int(sums.n[slot]), *_faults(sums, slot), None, None, before.get(number), new))
    return tuple(found)


def _faults(sums: Sums, slot: int) -> tuple[int, int]:
    return int(sums.nulls[slot]), int(sums.invalid[slot]) + int(sums.nonfinite[slot])


def _knows(baseline: BaselineCounts | None, number: int) -> bool:
    return baseline is not None and number in baseline.columns


def _shares(column: ColumnFacts, sums: Sums, slot: int, baseline: Counts | None, *, new: bool) -> Shares:
    known = baseline if baseline is not None and baseline.finite else None
    bins, counts = sums.of(slot)
    unseen = outside = None
    if known is not None and column.kind == "category":
        seen = known.bins[known.counts > 0]
        unseen = int(counts[~np.isin(bins, seen)].sum())
    if known is not None and column.kind == "numeric":
        occupied = known.bins[known.counts > 0]
        outside = int(counts[(bins < occupied[0]) | (bins > occupied[-1])].sum())
    return Shares(column, int(sums.n[slot]), *_faults(sums, slot), unseen, outside, baseline, new)
