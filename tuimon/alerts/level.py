"""What the readings of one alert say together: the worst window counts, and one that cannot tell keeps what it said."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tuimon.alerts.state import AlertState, Reading
from tuimon.config import Threshold
from tuimon.values.alert import Severity

Weighed = tuple[Reading, Severity | None]
"""A reading that tells something, and the limit that it is over."""
RANK: dict[Severity | None, int] = {None: 0, "warning": 1, "critical": 2}


@dataclass(frozen=True)
class Judgement:
    """One alert's readings of one evaluation, weighed."""

    worst: Reading | None
    """The reading over its limit by the most, of those at the highest level; without one, the best known; None without data."""
    proven: Severity | None
    """The highest level that a window shows now."""
    believed: Severity | None
    """The highest level when windows that cannot tell now still count as they last did."""
    levels: tuple[tuple[str | None, Severity], ...]
    held: tuple[str | None, ...]
    """Windows that are between the clear level and the limits, or were when they last could tell."""


def judge(readings: Sequence[Reading], before: AlertState | None) -> Judgement:
    """Return the weighed readings; windows that are not read any more are forgotten, unless none is read."""
    usable = [weighed for reading in readings if (weighed := _weighed(reading)) is not None]
    now = {reading.window: level for reading, level in usable}
    read = {reading.window for reading in readings}
    silent = [window for window in (_known(before) if before else ()) if window not in now and (not read or window in read)]
    kept = [(window, level) for window, level in (before.levels if before else ()) if window in silent]
    levels = (*kept, *((window, level) for window, level in now.items() if level is not None))
    worst, its_level = max(usable, key=_badness, default=(None, None))
    if worst is not None and its_level is None and before is not None:
        worst = next((reading for reading, _ in usable if reading.window == before.window), worst)
    held = (
        *(window for window in (before.held if before else ()) if window in silent),
        *(reading.window for reading, level in usable if level is None and _above_clear(reading)),
    )
    return Judgement(worst, _highest(now.values()), _highest(level for _, level in levels), levels, held)


def limit(threshold: Threshold, severity: Severity) -> float:
    """Return the limit of `severity`, or the other one where only that is set; NaN without any."""
    own, other = (threshold.critical, threshold.warning) if severity == "critical" else (threshold.warning, threshold.critical)
    return own if own is not None else other if other is not None else math.nan


def _weighed(reading: Reading) -> Weighed | None:
    """Return the reading if it tells something, with its level; an infinite value becomes the largest number, which can be stored.

    Over a limit by chance perhaps is neither "over" nor "back to normal": such a reading cannot tell.
    """
    if reading.state != "ok" or reading.value is None or math.isnan(reading.value):
        return None
    level = _level(reading)
    if not reading.evidence and level is not None:
        return None
    if math.isinf(reading.value):
        reading = replace(reading, value=math.copysign(sys.float_info.max, reading.value))
        level = _level(reading)
    return reading, level


def _level(reading: Reading) -> Severity | None:
    if _over(reading, reading.threshold.critical):
        return "critical"
    return "warning" if _over(reading, reading.threshold.warning) else None


def _known(state: AlertState) -> Iterator[str | None]:
    yield from (window for window, _ in state.levels)
    yield from state.held


def _above_clear(reading: Reading) -> bool:
    """Whether a reading that is under its limits has not reached the level at which an alert may end."""
    return reading.threshold.is_set and _over(reading, reading.threshold.clear)


def _over(reading: Reading, bound: float | None) -> bool:
    if bound is None or reading.value is None:
        return False
    return reading.value < bound if reading.threshold.direction == "below" else reading.value > bound


def _badness(weighed: Weighed) -> tuple[int, float]:
    reading, level = weighed
    bound = limit(reading.threshold, level or "warning")
    value = reading.value or 0.0
    over, under = (bound, value) if reading.threshold.direction == "below" else (value, bound)
    ratio = over / under if under > 0 else math.inf if over > 0 else 0.0
    return RANK[level], -1.0 if math.isnan(ratio) else ratio


def _highest(levels: Iterable[Severity | None]) -> Severity | None:
    return max(levels, key=RANK.__getitem__, default=None)
