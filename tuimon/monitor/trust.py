"""What a baseline is worth: complete, large enough for the limits, young enough, and with the columns of the traffic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from tuimon.config import Settings
from tuimon.monitor.baselines import BaselineCounts
from tuimon.monitor.drift import COMPARED, Compared, measure
from tuimon.monitor.judge import limits_of
from tuimon.monitor.timeline import Sums, Timeline
from tuimon.store import ColumnFacts
from tuimon.values.snapshot import BaselineState
from tuimon.values.text import cell_width, fit, safe_text

ENDLESS = 1 << 60
"""Rows of a window that adds nothing to chance."""
NAMED = 34
"""Cells that the names of columns may take in a remark."""
LONGEST = 16
"""Cells of one name among others."""
DAY = 86_400.0

Longs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Traffic:
    """What of the traffic a baseline is held against."""

    columns: dict[int, ColumnFacts]
    timeline: Timeline
    sums: Sums
    watermark: float
    changed: frozenset[int] = frozenset()
    """Columns whose own row says what has become of them."""

    @property
    def seen(self) -> list[ColumnFacts]:
        """The columns of the window that are to be compared."""
        slots = ((column, self.timeline.slot(column.number)) for column in self.columns.values() if column.role in COMPARED)
        return [column for column, slot in slots if slot is not None and self.sums.n[slot]]


def state_of(baseline: BaselineCounts | None, traffic: Traffic, needed: dict[int, int]) -> BaselineState:
    """Return what the baseline is worth for the traffic; `needed` are rows by column number."""
    if baseline is None:
        return BaselineState()
    remarks = [f"provisional: {baseline.provisional}"] if baseline.provisional else []
    remarks += [*_size(baseline, traffic, needed), *_age(baseline, traffic.watermark), *_columns(baseline, traffic)]
    return BaselineState(baseline.rows, bool(baseline.provisional), baseline.newest, tuple(remarks))


def needed_rows(settings: Settings, model: str, compared: Compared | None) -> dict[int, int]:
    """Return by column number how many rows a baseline needs to resolve the column's warning limit.

    Chance alone, with that baseline and an endless window, then passes the limit in 1 of 100 windows. Never fewer than `min_rows`. Columns
    without such a limit are left out.
    """
    if compared is None:
        return {}
    method, least = measure(settings.drift.method), settings.windows.min_rows
    rows = compared.evidence.baseline_n
    _, p99 = compared.frame.expected(method, np.full(len(rows), ENDLESS), rows)
    limits = np.array([limits_of(settings, model, column).warning or np.nan for column in compared.columns], np.float64)
    # By chance PSI goes with 1/rows, every other measure with the root of it.
    factor = p99 / limits if method == "psi" else (p99 / limits) ** 2
    wanted = np.ceil(rows * factor)
    return {c.number: max(least, int(count)) for c, count in zip(compared.columns, wanted, strict=True) if np.isfinite(count)}


def _size(baseline: BaselineCounts, traffic: Traffic, needed: dict[int, int]) -> list[str]:
    held = {number: baseline.columns[number].finite for number in needed if number in baseline.columns}
    few = [number for number, rows in held.items() if rows < needed[number]]
    if not few:
        return []
    worst = max(few, key=lambda number: needed[number] / max(held[number], 1))
    whose = "" if len(few) == len(held) else f" for {named(traffic.columns[number].name for number in few)}"
    return [f"too small{whose}: {held[worst]:,} rows, {needed[worst]:,} needed"]


def _age(baseline: BaselineCounts, watermark: float) -> list[str]:
    if baseline.newest is None or watermark - baseline.newest <= baseline.max_age:
        return []
    date = datetime.fromtimestamp(baseline.newest, UTC).date()
    return [f"too old: of {date}, {int((watermark - baseline.newest) // DAY):,} days before the traffic"]


def _columns(baseline: BaselineCounts, traffic: Traffic) -> list[str]:
    seen = traffic.seen
    live = {column.number for column in seen}
    held = {number for number, counts in baseline.columns.items() if counts.n > counts.nulls + counts.invalid}
    without = [column.name for column in seen if column.number not in held | traffic.changed]
    known = [traffic.columns[number] for number in held if number in traffic.columns and number not in live | traffic.changed]
    unused = [*(column.name for column in known if column.role in COMPARED), *baseline.strangers] if live else []
    other = [name for name in without if name in unused]
    return [
        f"{words}: {named(names)}"
        for words, names in (
            ("of another kind there", other),
            ("lacks", [name for name in without if name not in other]),
            ("has columns that the traffic lacks", [name for name in unused if name not in other]),
        )
        if names
    ]


def named(names: Iterable[str]) -> str:
    """Return names in their order for a line that is not to be cut: as many as fit, then how many more."""
    safe = [name if cell_width(name) <= LONGEST else fit(name, LONGEST) for name in sorted(map(safe_text, names))]
    shown = 1
    while shown < len(safe) and cell_width(", ".join(safe[: shown + 1])) <= NAMED:
        shown += 1
    more = len(safe) - shown
    return ", ".join(safe[:shown]) + (f", +{more}" if more else "")
