"""Stored history moment by moment: a watch that has just the pieces of it in memory that the next moments need."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tuimon.config import Settings
from tuimon.monitor.watch import ModelWatch
from tuimon.store import ModelFacts, Store

MINUTE, HOUR = 60, 3_600
PIECE = 86_400
"""Event seconds that are in memory at once, besides the widest window before them."""
NOTHING, EVER = -1, 1 << 40
"""Moments before and after all others."""


@dataclass(frozen=True)
class Stretch:
    """Moments of one model that are judged with cells of one width: after `start`, up to `end`, and `last` where that is the watermark."""

    width: int
    start: int
    end: float
    last: float | None

    def moments(self) -> Iterator[float]:
        """Yield the ends of whole minutes, or hours, and then the watermark itself."""
        at = self.start + self.width
        while at <= self.end and at != self.last:
            yield float(at)
            at += self.width
        if self.last is not None:
            yield self.last

    @property
    def many(self) -> int:
        """About how many moments."""
        return max(0, int(self.end - self.start) // self.width) + 1


@dataclass(frozen=True)
class _Source:
    """What the pieces are read from."""

    store: Store
    settings: Settings
    facts: ModelFacts


def moments(store: Store, settings: Settings, facts: ModelFacts, stretches: Iterable[Stretch]) -> Iterator[tuple[float, ModelWatch, int]]:
    """Yield each moment of one model, in order, with a watch that can be asked about it and the seconds between two such moments."""
    source = _Source(store, settings, facts)
    for stretch in stretches:
        watch, held = ModelWatch(facts.name, judged_by(settings, stretch.width), store), NOTHING
        for at in stretch.moments():
            if at > held:
                held = _load(source, watch, stretch, at, held)
            yield at, watch, stretch.width


def _load(source: _Source, watch: ModelWatch, stretch: Stretch, at: float, held: int) -> int:
    """Take the next piece of history into memory, and return up to which moment it is enough."""
    begin = int(at) // MINUTE * MINUTE - stretch.width
    oldest = begin - max(source.settings.windows.widths) - HOUR
    until = begin + PIECE
    since = oldest if held == NOTHING else held
    # The newest row may lie on the stroke of a minute, and then belongs to the window that ends with it.
    everything = stretch.last is not None and stretch.end <= until
    cells = source.store.cells(source.facts.name, stretch.width, since, EVER if everything else until)
    watch.replay(source.facts, cells, since, oldest)
    return EVER if everything else until


def judged_by(settings: Settings, width: int) -> Settings:
    """Return the settings with the windows that cells of this width can fill."""
    widths = tuple(each for each in settings.windows.widths if each % width == 0)
    return replace(settings, windows=replace(settings.windows, widths=widths))


def stretches_of(
    store: Store,
    facts: ModelFacts,
    settings: Settings,
    start: float | None = None,
    end: float | None = None,
    fine: float = math.inf,
) -> list[Stretch]:
    """Return what is stored of a model between two moments, None for all: by the hour what has no minutes any more, then by the minute.

    What is further back than `fine` seconds before the watermark is gone through by the hour in any case.
    """
    watermark = facts.watermark or 0.0
    hours, minutes = (store.first_cell(facts.name, width) for width in (HOUR, MINUTE))
    by_minute = int(watermark) if minutes is None else minutes
    latest = max(by_minute, int(max(watermark - fine, 0.0)))
    by_hour = hours is not None and hours < latest // HOUR * HOUR and bool(judged_by(settings, HOUR).windows.widths)
    if by_hour:
        # A window that reaches back to before the minutes would hold a part of its rows only.
        by_minute = -(-max(by_minute + max(settings.windows.widths), latest) // HOUR) * HOUR
    until = watermark if end is None else min(end, watermark)
    since = -math.inf if start is None else start
    found: list[Stretch] = []
    if by_hour and hours is not None:
        found.append(Stretch(HOUR, int(max(hours, since) // HOUR * HOUR), min(until, by_minute) // HOUR * HOUR, None))
    if minutes is not None:
        found.append(Stretch(MINUTE, int(max(by_minute, since) // MINUTE * MINUTE), until, watermark if until == watermark else None))
    return [stretch for stretch in found if stretch.start <= stretch.end and next(stretch.moments(), None) is not None]
