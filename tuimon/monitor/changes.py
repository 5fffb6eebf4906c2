"""What has become of columns since their baseline, beyond what chance explains."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tuimon.monitor.baselines import BaselineCounts, Counts
from tuimon.monitor.drift import COMPARED
from tuimon.monitor.timeline import Sums, Timeline
from tuimon.stats import fisher_excess
from tuimon.store import ColumnFacts
from tuimon.values import safe_text
from tuimon.values.snapshot import Change


def changes(columns: Iterable[ColumnFacts], baseline: BaselineCounts, timeline: Timeline, sums: Sums, p_star: float) -> dict[int, Change]:
    """Return by number what has become of columns in the window; columns of which nothing is to be said are left out."""
    found: dict[int, Change] = {}
    for column in (column for column in columns if column.role in COMPARED):
        slot, before = timeline.slot(column.number), baseline.columns.get(column.number)
        change = constant(column, before, sums, slot, p_star) if slot is not None and before is not None else None
        if change is not None:
            found[column.number] = change
    return found


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
    p = min(1.0, varieties * float(fisher_excess(rows, rows, before, baseline.finite)))
    return Change("constant", p, value=value) if p <= p_star else None


def _only_value(column: ColumnFacts, place: int, sums: Sums, slot: int) -> str | None:
    """The value of a bin that holds all rows; None where the bin holds several, or may."""
    if column.kind == "category":
        return safe_text(column.values[place]) if place < len(column.values) else None
    low, high = float(sums.minimum[slot]), float(sums.maximum[slot])
    return f"{low:.6g}" if low == high else None
