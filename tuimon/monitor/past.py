"""What is normal for the columns of a model, learned from their own past windows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tuimon.monitor.baselines import BaselineCounts
from tuimon.monitor.drift import Compared
from tuimon.monitor.windows import Window
from tuimon.stats import Null, PastWindows, Regrouping, nothing_learned
from tuimon.store import Cells, Store

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

HOUR = 3_600
TOGETHER = 12
"""Windows that are read at once."""


class Past:
    """Reads the past windows of one model and width from the store, each once."""

    def __init__(self, store: Store, model: str, width: int, left_out: str | None = None) -> None:
        self._store, self._model, self._width, self._left_out = store, model, width, left_out
        self._baseline: BaselineCounts | None = None
        self._numbers: tuple[int, ...] = ()
        self._groups = Regrouping((), 1)
        self._windows = PastWindows(self._groups.layout, self._groups.baseline, width, 0.0)
        self._read_to = self._learned_at = -1
        self._begun: dict[str, float] = {}
        self._null = nothing_learned(0)

    def null(self, compared: Compared, window: Window, p_star: float, bins: int, begun: Mapping[str, float]) -> Null:
        """Return the null of the compared columns by the windows before the one that is compared; it is learned anew each hour.

        A column whose drift has `begun`, event seconds by its name, is held against what was learned before. The first call reads what
        the store holds of the past, and so does the first one with another baseline or other columns.
        """
        numbers = tuple(column.number for column in compared.columns)
        if compared.baseline is not self._baseline or numbers != self._numbers:
            self._baseline, self._numbers = compared.baseline, numbers
            self._groups = Regrouping(compared.frame.columns, bins)
            self._windows = PastWindows(self._groups.layout, self._groups.baseline, self._width, p_star)
            self._read_to = self._learned_at = -1
        # In the first hours each window teaches much. What is learned follows from the moment alone: panels look at the present
        # before rules go through the past.
        every = HOUR if window.end - window.known_from > 4 * TOGETHER * self._width else min(self._width, HOUR)
        moment = window.end // every * every
        if moment > self._read_to:
            self._read_to = moment
            self._read_on(window)
        if (moment, begun) != (self._learned_at, self._begun):
            self._learned_at, self._begun = moment, dict(begun)
            times = [begun.get(column.name, np.inf) for column in compared.columns]
            self._null = self._windows.null(moment, np.array(times, np.float64))
        return self._null

    def _read_on(self, window: Window) -> None:
        windows, width = self._windows, self._width
        since = max(window.known_from, window.end - windows.memory)
        step = windows.step(window.end - since)
        windows.keep(since, step)
        known = windows.ends[-1] if windows.ends else since + width - 1
        ends = range((known // step + 1) * step, window.end + 1, step)
        for place in range(0, len(ends), TOGETHER):
            some = list(ends[place : place + TOGETHER])
            windows.add(some, np.concatenate([self._counts(run) for run in _runs(some, width)]))

    def _counts(self, ends: list[int]) -> Floats:
        """Return the group counts of windows without a gap between them, float64[windows, groups]."""
        begin, end = ends[0] - self._width, ends[-1]
        cells = self._store.cells(self._model, HOUR if self._width % HOUR == 0 else 60, begin, end)
        numbers = np.array(self._numbers, np.int64)
        order = np.argsort(numbers)
        found = np.minimum(np.searchsorted(numbers[order], cells.column), max(len(numbers) - 1, 0))
        mine = (numbers[order][found] == cells.column) & ~_of(cells, self._left_out)
        owner = np.repeat(np.arange(len(cells)), cells.sizes)
        used = mine[owner]
        at = owner[used]
        window = (cells.start[at] - begin) // self._width
        return self._groups.counts(window, order[found][at], cells.bins[used].astype(np.int64), cells.counts[used], len(ends))


def _of(cells: Cells, version: str | None) -> Bools:
    if version is None or version not in cells.versions:
        return np.zeros(len(cells), bool)
    return np.asarray(cells.version == cells.versions.index(version), bool)


def _runs(ends: list[int], width: int) -> Iterator[list[int]]:
    """Yield stretches of windows that follow on each other."""
    begins = [0, *(place + 1 for place, (one, two) in enumerate(pairwise(ends)) if two - one != width), len(ends)]
    for low, high in pairwise(begins):
        yield ends[low:high]
