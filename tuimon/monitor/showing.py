"""The columns of one model and window against one baseline, as a screen shows them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tuimon.config import Settings
from tuimon.monitor import columns, panels, trust
from tuimon.monitor.baselines import BaselineCounts
from tuimon.monitor.changes import Scope, changes
from tuimon.monitor.drift import COMPARED, Compared, Comparer
from tuimon.monitor.judge import Budget
from tuimon.monitor.seen import Seen
from tuimon.monitor.timeline import Sums, Timeline
from tuimon.monitor.windows import Axis, Window
from tuimon.store import ColumnFacts
from tuimon.values.snapshot import BaselineState, Change, Drift
from tuimon.values.text import safe_text

Ints = npt.NDArray[np.int64]

TREND_POINTS = 12
WIDEST = 3_600
"""Seconds of the widest window that a point of a trend looks at, unless the points lie further apart."""


@dataclass(frozen=True)
class Lately:
    """The stretches of traffic that the points of a trend are about, oldest first; summed once, whatever they are compared with."""

    timeline: Timeline
    window: Window
    axis: Axis

    @property
    def step(self) -> int:
        """Seconds between two points."""
        return self.axis.span // TREND_POINTS

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The stretch of each, the window's width or an hour of it; points before the first row are left out."""
        window, step = self.window, self.step
        width = max(step, min(window.width, WIDEST))
        ends = [window.end - back * step for back in range(TREND_POINTS - 1, -1, -1)]
        return [(end - width, end) for end in ends if end > window.known_from]

    @cached_property
    def counts(self) -> Ints:
        """[points, keys] the counts of each."""
        return self.timeline.counts(self.spans)


@dataclass(frozen=True)
class Showing:
    """One side of a Drift screen: a window of traffic and what it is compared with."""

    settings: Settings
    model: str
    columns: dict[int, ColumnFacts]
    timeline: Timeline
    window: Window
    sums: Sums
    lately: Lately
    budget: Budget
    baseline: BaselineCounts | None
    comparer: Comparer
    compared: Compared | None
    seen: Seen | None
    """Where to look up when columns had values, None where columns that came or went are not to be told."""

    def rows(self) -> tuple[Drift, ...]:
        """Return a row for each column: those that were compared first, then those that cannot be."""
        about = self._trends(), self._means(), self._needed, self.changes, float(self.lately.step)
        scene = columns.Scene(self.settings, self.model, self.window, self.budget, *about)
        judged = columns.compared_rows(scene, self.compared) if self.compared else ()
        known = {row.column for row in judged}
        rest = [
            c
            for c in self.columns.values()
            if c.role in COMPARED
            and safe_text(c.name) not in known
            and (self.timeline.slot(c.number) is not None or c.number in self.changes)
        ]
        return (*judged, *(columns.uncompared_row(scene, column, self._finite(column), self._before(column)) for column in rest))

    def state(self) -> BaselineState:
        """Return what the baseline is worth."""
        return trust.state_of(
            self.baseline, trust.Traffic(self.columns, self.timeline, self.sums, self.window.at, frozenset(self.changes)), self._needed
        )

    @cached_property
    def changes(self) -> dict[int, Change]:
        """What has become of columns since the baseline, by number."""
        if self.baseline is None:
            return {}
        p_star = self.budget.p_star(self.window.width)
        return changes(Scope(self.columns.values(), self.timeline, self.window, self.sums, self.baseline, p_star, self.seen))

    @cached_property
    def _needed(self) -> dict[int, int]:
        return trust.needed_rows(self.settings, self.model, self.compared)

    def _before(self, column: ColumnFacts) -> int:
        held = self.baseline.columns.get(column.number) if self.baseline else None
        return held.n - held.nulls - held.invalid if held else 0

    def _trends(self) -> dict[int, tuple[float | None, ...]]:
        """The configured value over time, each point against the window's own baseline."""
        baseline = self.baseline
        if baseline is None:
            return {}
        points = self.comparer.values(self.timeline, self.columns, baseline, self.lately.counts)
        before = (None,) * (TREND_POINTS - len(self.lately.counts))
        return {number: (*before, *map(panels.number, values)) for number, values in points.items()}

    def _means(self) -> dict[int, float | None]:
        return {c.number: self._mean(c) for c in self.columns.values() if c.role in COMPARED and c.kind == "numeric"}

    def _mean(self, column: ColumnFacts) -> float | None:
        slot, rows = self.timeline.slot(column.number), self._finite(column)
        return panels.number(float(self.sums.total[slot]) / rows) if slot is not None and rows else None

    def _finite(self, column: ColumnFacts) -> int:
        slot, sums = self.timeline.slot(column.number), self.sums
        if slot is None:
            return 0
        return int(sums.n[slot] - sums.nulls[slot] - sums.nonfinite[slot] - sums.invalid[slot])
