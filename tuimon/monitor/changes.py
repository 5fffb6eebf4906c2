"""What has become of columns since their baseline, beyond what chance explains."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tuimon.monitor.baselines import BaselineCounts, Counts
from tuimon.monitor.drift import COMPARED
from tuimon.monitor.seen import Seen, Spans
from tuimon.monitor.timeline import Sums, Timeline
from tuimon.monitor.windows import Window
from tuimon.stats import fisher_excess
from tuimon.store import ColumnFacts
from tuimon.values.snapshot import Change
from tuimon.values.text import safe_text


@dataclass(frozen=True)
class Scope:
    """A window of traffic and the baseline that its columns are held against."""

    columns: Iterable[ColumnFacts]
    timeline: Timeline
    window: Window
    sums: Sums
    baseline: BaselineCounts
    p_star: float
    seen: Seen | None
    """Where to look up when columns had values; None where columns that came or went are not told."""

    @cached_property
    def rows(self) -> int:
        """The rows of the window."""
        return self.timeline.rows(self.sums)

    @cached_property
    def spans(self) -> Spans:
        """When columns had values, up to the end of the window."""
        return self.seen.spans(self.timeline, self.window.end) if self.seen else Spans()

    def present(self, column: ColumnFacts) -> int:
        """The rows of the window that have a value of a column, be it an invalid one."""
        slot = self.timeline.slot(column.number)
        return int(self.sums.n[slot] - self.sums.nulls[slot]) if slot is not None else 0


def changes(scope: Scope) -> dict[int, Change]:
    """Return by number what has become of columns in the window; columns of which nothing is to be said are left out."""
    found = {column.number: _change(scope, column) for column in scope.columns if column.role in COMPARED}
    return {number: change for number, change in found.items() if change is not None}


def absent(scope: Scope) -> frozenset[int]:
    """Return the columns that are gone so that the rows of the window do not even say that they are missing."""
    counted = {slot.column for place, slot in enumerate(scope.timeline.slots) if scope.sums.n[place]}
    columns = (column for column in scope.columns if column.role in COMPARED and column.number not in counted)
    known = ((column, scope.baseline.columns.get(column.number)) for column in columns)
    return frozenset(
        column.number for column, before in known if before is not None and before.n > before.nulls and _gone(scope, column, before)
    )


def _change(scope: Scope, column: ColumnFacts) -> Change | None:
    before = scope.baseline.columns.get(column.number)
    if before is None or before.n == before.nulls:
        return _new(scope, column)
    if not scope.present(column):
        return _gone(scope, column, before)
    slot = scope.timeline.slot(column.number)
    return constant(column, before, scope.sums, slot, scope.p_star) if slot is not None else None


def _new(scope: Scope, column: ColumnFacts) -> Change | None:
    """A column that the baseline has no value of, and that came while rows without it are remembered."""
    present = scope.present(column)
    p = _risen(present, scope.rows, 0, scope.baseline.rows)
    if not present or p > scope.p_star:
        return None
    first, begin = scope.spans.first.get(column.number), scope.spans.begin
    return Change("new", p, since=float(first)) if first is not None and begin is not None and first > begin else None


def _gone(scope: Scope, column: ColumnFacts, before: Counts) -> Change | None:
    """A column that the traffic once had, and the baseline has, without a value in the window."""
    p = _risen(scope.rows, scope.rows, scope.baseline.rows - before.n + before.nulls, scope.baseline.rows)
    if not scope.rows or p > scope.p_star:
        return None
    last = scope.spans.last.get(column.number)
    return Change("gone", p, since=float(last)) if last is not None else None


def constant(column: ColumnFacts, baseline: Counts, sums: Sums, slot: int, p_star: float) -> Change | None:
    """Return that a column which varies in its baseline has one value in the window; None when it varies or chance could do that.

    p is Fisher's, one-sided, that the share of this value has risen, times the number of values (bins) that the baseline has, since any of
    them would have been told. Missing and invalid values are left out on both sides.
    """
    bins, counts = sums.of(slot)
    used = np.flatnonzero(counts)
    varieties = int(np.count_nonzero(baseline.counts))
    value = _only_value(column, int(bins[used[0]]), sums, slot) if len(used) == 1 and varieties > 1 else None
    if value is None:
        return None
    rows, before = int(counts[used[0]]), int(baseline.counts[baseline.bins == bins[used[0]]].sum())
    p = min(1.0, varieties * _risen(rows, rows, before, baseline.finite))
    return Change("constant", p, value=value) if p <= p_star else None


def _risen(part: int, rows: int, part_before: int, rows_before: int) -> float:
    """The chance that a share rises this far: Fisher's exact test, one-sided."""
    return float(fisher_excess(part, rows, part_before, rows_before))


def _only_value(column: ColumnFacts, place: int, sums: Sums, slot: int) -> str | None:
    """The value of a bin that holds all rows; None where the bin holds several, or may."""
    if column.kind == "category":
        return safe_text(column.values[place]) if place < len(column.values) else None
    low, high = float(sums.minimum[slot]), float(sums.maximum[slot])
    return f"{low:.6g}" if low == high else None
