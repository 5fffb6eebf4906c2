"""How well a baseline's main directions describe a window of a model: its numeric features taken together."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from tuimon.monitor.baselines import BaselineCounts, Stretch
from tuimon.monitor.windows import Window
from tuimon.stats import Axes, Joint, no_rows
from tuimon.stats.directions import Directions, directions, margin
from tuimon.store import ColumnFacts, Store
from tuimon.values.snapshot import Reconstruction

HOUR = 3_600
MEMORY = 14 * 24 * HOUR
"""Seconds of past windows that teach what is usual."""
MINUTES_KEPT = 47 * HOUR
"""The same for windows that are no whole hours."""
MOST_PAST = 60
"""Past windows that are looked at, spread evenly."""


class Reconstructing:
    """Reads joint sums of one model, each minute and hour once while its window is shown; past windows are learned from once an hour."""

    def __init__(self, store: Store, model: str, left_out: str | None = None) -> None:
        """Read the rows of `model`, except those of the version `left_out`."""
        self._store, self._model, self._left_out = store, model, left_out
        self._held: dict[tuple[int, int], Joint] = {}
        """(width, start) -> sums; of stretches without rows too."""
        self._baseline: BaselineCounts | None = None
        self._directions: Directions | None = None
        self._past: tuple[object, list[float]] = (None, [])

    def rows_came(self, since: int) -> None:
        """Read again at the next call what holds rows from the minute `since` on."""
        self._held = {key: joint for key, joint in self._held.items() if key[0] + key[1] <= since}

    def shown(self, columns: dict[int, ColumnFacts], window: Window, baseline: BaselineCounts) -> Reconstruction | None:
        """Return the error of a window; None where the baseline keeps no directions, or the window has no rows."""
        axes = self._store.axes(self._model)
        if baseline is not self._baseline:
            self._baseline, self._directions, self._past = baseline, self._fitted(baseline, axes), (None, [])
        found = self._directions
        joint = self._window(window.start, window.end) if found and axes.names else no_rows(0)
        if found is None or not joint.n:
            return None
        own = sum(column.role == "feature" and column.kind == "numeric" for column in columns.values())
        off = margin(np.array(self._learned(found, axes, window)), found.deviation_by_chance(joint.n))
        error = found.error(joint, axes)
        if not math.isfinite(error + found.expected):
            return None
        return Reconstruction(len(found.names), max(own - len(found.names), 0), joint.n, error, found.expected, off)

    def _fitted(self, baseline: BaselineCounts, axes: Axes) -> Directions | None:
        if baseline.stretch is not None:
            return directions(self._stretch(baseline.stretch), axes)
        held = self._store.baseline_joint(self._model)
        return None if held is None else directions(held[1], held[0])

    def _stretch(self, stretch: Stretch) -> Joint:
        total = no_rows(0)
        for _, version, joint in self._store.joints(self._model, stretch.width, stretch.start, stretch.end):
            if stretch.version in (None, version) and version != stretch.left_out:
                total = total + joint
        return total

    def _window(self, start: int, end: int) -> Joint:
        """Whole hours where there are any, minutes on either side; what is held of other stretches is forgotten."""
        wanted = list(_parts(start, end))
        self._read(wanted)
        total = no_rows(0)
        for part in wanted:
            total = total + self._held[part]
        self._held = {part: self._held[part] for part in wanted}
        return total

    def _read(self, wanted: list[tuple[int, int]]) -> None:
        missing = [part for part in wanted if part not in self._held]
        for width in {width for width, _ in missing}:
            starts = [start for own, start in missing if own == width]
            self._held |= {(width, start): no_rows(0) for start in starts}
            for start, version, joint in self._store.joints(self._model, width, min(starts), max(starts) + 1):
                if version != self._left_out and (width, start) in self._held and start in starts:
                    self._held[width, start] = self._held[width, start] + joint

    def _learned(self, found: Directions, axes: Axes, window: Window) -> list[float]:
        """The errors of past windows of this width that share no row; read again each hour, and in the first hours with each window."""
        every = HOUR if len(self._past[1]) >= MOST_PAST else min(window.width, HOUR)
        key = (window.width, window.end // every)
        if key != self._past[0]:
            past = [self._stretch(self._own(start, window.width)) for start in _past_starts(window)]
            self._past = (key, [found.error(joint, axes) for joint in past if joint.n])
        return self._past[1]

    def _own(self, start: int, width: int) -> Stretch:
        return Stretch(HOUR if width % HOUR == 0 else 60, start, start + width, left_out=self._left_out)


def _parts(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (width, start) of the minutes and whole hours that make up [start, end)."""
    first, last = -(-start // HOUR) * HOUR, end // HOUR * HOUR
    if last <= first:
        first = last = end
    yield from ((60, at) for at in range(start, min(first, end), 60))
    yield from ((HOUR, at) for at in range(first, last, HOUR))
    yield from ((60, at) for at in range(max(last, first), end, 60))


def _past_starts(window: Window) -> list[int]:
    """Where past windows begin: none that shares a row with the window of now, or with another."""
    width = window.width
    newest = window.start // HOUR * HOUR - width if width % HOUR == 0 else window.start - width
    oldest = max(window.known_from, window.end - (MEMORY if width % HOUR == 0 else MINUTES_KEPT))
    count = (newest - oldest) // width + 1
    if count <= 0:
        return []
    places = np.unique(np.linspace(0, count - 1, min(count, MOST_PAST)).round().astype(int))
    return [newest - int(place) * width for place in places]
