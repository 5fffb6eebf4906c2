"""Which stretch of event time a panel speaks of, and how far it can be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tuimon.config import Settings, duration_text
from tuimon.store import ModelFacts
from tuimon.values.snapshot import WindowState


@dataclass(frozen=True)
class Window:
    """Whole minutes of event time, [start, end) in seconds, that end with the minute of `at`."""

    width: int
    end: int
    at: float
    """The moment the window speaks for: the watermark, or a whole minute when history is gone through."""
    known_from: int
    """The minute of the model's first row: nothing is known before."""

    @property
    def start(self) -> int:
        """The first minute."""
        return self.end - self.width

    @property
    def span(self) -> float:
        """Seconds of the window that have passed and are known, at least one minute."""
        return max(60.0, min(self.at, self.end) - max(self.start, self.known_from))

    @property
    def name(self) -> str:
        """The width as it is written in the configuration."""
        return duration_text(self.width)


@dataclass(frozen=True)
class Axis:
    """The time that charts show up to the end of a window: `points` stretches of `step` seconds."""

    step: int
    points: int

    @property
    def span(self) -> int:
        """Seconds from the first to the end of the last."""
        return self.step * self.points


LAST_HOUR = Axis(60, 60)
_AXES = (LAST_HOUR, Axis(300, 72), Axis(900, 96), Axis(3_600, 168))
"""One hour, six, a day and a week."""


def axis_for(width: int, grain: int) -> Axis:
    """Return the axis for charts beside a window of `width` seconds, made of cells of `grain` seconds."""
    fine = [axis for axis in _AXES if axis.step >= grain] if grain <= 60 else [Axis(3_600, 24), _AXES[-1]]
    return next((axis for axis in fine if axis.span >= width), _AXES[-1])


def window_at(facts: ModelFacts, width: int, at: float) -> Window:
    """Return the window of `width` seconds that ends with the minute of `at`.

    A whole minute is the end of the one before, but the newest row belongs to its window even when it came on the stroke.
    """
    end = int(at // 60) * 60 + 60 if at == facts.watermark else math.ceil(at / 60) * 60
    first = facts.first if facts.first is not None else at
    return Window(width, end, at, int(first // 60) * 60)


def state_of(settings: Settings, facts: ModelFacts, rows: int, stale_after: float | None, now: float) -> WindowState:
    """Return what the window's numbers are worth, the first state that holds."""
    if not facts.rows or not rows:
        return "no_data"
    if facts.historic:
        return "historic"
    if stale_after is not None and facts.last_arrival is not None and now - facts.last_arrival > stale_after:
        return "stale"
    return "ok" if rows >= settings.windows.min_rows else "insufficient"


def advice(settings: Settings, width: int, rows: dict[int, int], rows_per_second: float) -> str:
    """Return what would give the window enough rows, "" when it has them."""
    least = settings.windows.min_rows
    have = rows.get(width, 0)
    if have >= least:
        return ""
    if rows_per_second <= 0:
        return f"{have:,} rows in {duration_text(width)}, {least:,} needed"
    hours = math.ceil(least / rows_per_second / 3600)
    return f"{have:,} rows in {duration_text(width)}, {least:,} needed: at this traffic a window of {hours}h would do"
