"""Another comparison for the screen alone: with the time before, the same hours of another day, or between two versions.

Alert rules never see it: they stay with the baseline that stands still. A configured one that moves with the window is shown here too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np

from tuimon.config import Baseline
from tuimon.monitor.baselines import BaselineCounts, BaselineReader, Counts
from tuimon.monitor.drift import Comparer
from tuimon.monitor.showing import Lately, Showing
from tuimon.monitor.timeline import Sums, Timeline
from tuimon.monitor.troubled import Troubled
from tuimon.monitor.windows import Window
from tuimon.store import Cells, ColumnFacts, ModelFacts, Store
from tuimon.values.snapshot import Against, Aside, Version
from tuimon.values.text import safe_text

DAY = 86_400
BACK = {Against("yesterday"): DAY, Against("last_week"): 7 * DAY}
MOVING, FIXED = Against("moving"), Against("fixed")
MOST_PAIRS = 4


class Other(Protocol):
    """Something else to compare a window with."""

    against: Against

    def take(self, cells: Cells, columns: dict[int, ColumnFacts], since: int) -> None:
        """Take the minutes from `since` on in the place of those that were there."""

    def rows_came(self, since: int) -> None:
        """Forget what cells from the minute `since` on, however old, may have changed."""

    def trim(self, before: int) -> None:
        """Forget the minutes before `before`."""

    def showing(self, facts: ModelFacts, now: Showing) -> Showing:
        """Return the window of `now` against this instead."""


def choices(facts: ModelFacts, window: Window, versions: tuple[Version, ...]) -> tuple[Against, ...]:
    """Return what a window can be compared with besides its baseline: stretches with known rows, and the newest version with others."""
    first = facts.first if facts.first is not None else float(window.end)
    found = [Against("before")] if first < window.start else []
    found += [against for against, back in BACK.items() if first < window.end - back]
    return (*found, *_pairs(facts, [version.version for version in versions]))


def _pairs(facts: ModelFacts, present: list[str]) -> list[Against]:
    """The newest of the versions in the window against each of the others, the busiest first."""
    arrival = {safe_text(name): place for place, name in enumerate(facts.versions)}
    newest = max(present, key=lambda name: arrival.get(name, -1), default="")
    return [Against("version", newest, name) for name in present if name != newest][:MOST_PAIRS]


def other(store: Store, left_out: str | None, against: Against, facts: ModelFacts, configured: Baseline) -> Other:
    """Return what was asked for; `left_out` names a version that is no traffic of the model, `configured` is what MOVING stands for."""
    if against == MOVING:
        return OtherTime(store, left_out, against, configured)
    if against.kind != "version":
        return OtherTime(store, left_out, against)
    names = {safe_text(name): name for name in facts.versions}
    return OtherVersion(names.get(against.version, ""), names.get(against.than, ""), against)


def aside(found: Other, facts: ModelFacts, now: Showing) -> Aside:
    """Return the comparison as the screens show it."""
    shown = found.showing(facts, now)
    before = shown.baseline
    words = before.words if before and found.against.kind in ("before", "moving") else found.against.words
    return Aside(found.against, words, before.rows if before else 0, shown.rows(), shown.state().remarks)


class OtherTime:
    """The window against an earlier stretch of the same model."""

    def __init__(self, store: Store, left_out: str | None, against: Against, configured: Baseline | None = None) -> None:
        self.against = against
        self._store, self._left_out, self._configured = store, left_out, configured
        self._troubled = Troubled(store)
        self._readers: dict[int, BaselineReader] = {}
        self._comparers: dict[int, Comparer] = {}

    def take(self, cells: Cells, columns: dict[int, ColumnFacts], since: int) -> None:
        """Return at once: no minutes are held."""

    def rows_came(self, since: int) -> None:
        """Read again at the next call what cells from `since` on belong to."""
        for reader in self._readers.values():
            reader.rows_came(since)

    def trim(self, before: int) -> None:
        """Return at once: no minutes are held."""

    def showing(self, facts: ModelFacts, now: Showing) -> Showing:
        """Return the window against the earlier stretch."""
        window = now.window
        reader = self._readers.setdefault(window.width, BaselineReader(self._store, self._stretch(window), self._left_out))
        if self._configured is not None:
            reader.leave_out(self._troubled.of(facts.name, now.columns))
        comparer = self._comparers.setdefault(window.width, Comparer(now.settings))
        found = reader.read(facts, now.columns, window.start, window.end)
        compared = comparer.compare(now.timeline, now.columns, found, now.sums) if found else None
        return replace(now, baseline=found, comparer=comparer, compared=compared, seen=None)

    def _stretch(self, window: Window) -> Baseline:
        if self._configured is not None:
            return self._configured
        back = BACK.get(self.against)
        return Baseline(same_hours=float(back)) if back else Baseline(previous=float(window.width))


class OtherVersion:
    """The rows of one version in the window against those of another in the same window."""

    def __init__(self, version: str, than: str, against: Against) -> None:
        self.against = against
        self._now, self._then = Timeline(only=version), Timeline(only=than)
        self._held: tuple[int, BaselineCounts | None] | None = None
        self._comparer: Comparer | None = None

    def take(self, cells: Cells, columns: dict[int, ColumnFacts], since: int) -> None:
        """Take the minutes from `since` on in the place of those that were there."""
        self._held = None
        for timeline in (self._now, self._then):
            timeline.replace(cells, columns, since)

    def rows_came(self, since: int) -> None:
        """Return at once: minutes that changed are taken with those of the traffic."""

    def trim(self, before: int) -> None:
        """Forget the minutes before `before`."""
        for timeline in (self._now, self._then):
            timeline.trim(before)

    def showing(self, facts: ModelFacts, now: Showing) -> Showing:  # noqa: ARG002
        """Return the one version against the other."""
        window = now.window
        if self._held is None or self._held[0] != window.end:
            self._held = (window.end, counts_of(self.against.words, self._then, self._then.window(window.start, window.end)))
        found, sums = self._held[1], self._now.window(window.start, window.end)
        comparer = self._comparer = self._comparer or Comparer(now.settings)
        compared = comparer.compare(self._now, now.columns, found, sums) if found else None
        lately = Lately(self._now, window, now.lately.axis)
        return replace(now, timeline=self._now, sums=sums, lately=lately, baseline=found, comparer=comparer, compared=compared, seen=None)


def counts_of(words: str, timeline: Timeline, sums: Sums) -> BaselineCounts | None:
    """Return the counts of a window as something to compare with, None without a row."""
    columns = {slot.column: _counts(sums, place) for place, slot in enumerate(timeline.slots)}
    rows = max((column.n for column in columns.values()), default=0)
    return BaselineCounts(words, rows, columns) if rows else None


def _counts(sums: Sums, slot: int) -> Counts:
    bins, counts = sums.of(slot)
    used = np.flatnonzero(counts)
    n, nulls, invalid = int(sums.n[slot]), int(sums.nulls[slot]), int(sums.invalid[slot])
    return Counts(bins[used], counts[used], n, nulls, invalid, float(sums.total[slot]))
