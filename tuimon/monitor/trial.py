"""What a threshold would have come to: one rule of one series over the stored history, gone through in slices."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import get_args

from tuimon.alerts import AlertState, Reading, step
from tuimon.config import Method, Override, Settings, Threshold, threshold_for
from tuimon.monitor.alarms import drifting_since
from tuimon.monitor.episodes import Episodes
from tuimon.monitor.judge import Budget, held
from tuimon.monitor.rates import under
from tuimon.monitor.replay import MINUTE, moments, stretches_of
from tuimon.store import ModelFacts, Store
from tuimon.values.trial import Count, Trial

FINE = 86_400.0
"""Seconds before the watermark that are gone through by the minute; what is older by the hour."""
DRAWN = 360
"""Minutes that are drawn."""
FAR = 1e300
"""A limit that nothing passes: a rule without one is not read at all."""


@dataclass(frozen=True)
class Series:
    """Which rule of what; names as the logs have them."""

    rule: str
    model: str
    version: str | None
    column: str | None


@dataclass(frozen=True)
class Proposal:
    """Limits that somebody tries; None is what holds at present."""

    warning: float | None
    critical: float | None

    def on(self, present: Threshold) -> Threshold:
        """Return the present limits with the proposed ones in their places."""
        warning = present.warning if self.warning is None else self.warning
        critical = present.critical if self.critical is None else self.critical
        return replace(present, warning=warning, critical=critical)


@dataclass(frozen=True)
class Moment:
    """What was read at one moment."""

    at: float
    grain: int
    readings: tuple[Reading, ...]


@dataclass
class Tally:
    """The alert under one threshold, up to the moments that were counted."""

    limits: Callable[[Reading], Threshold]
    states: dict[str, AlertState] = field(default_factory=dict)
    episodes: Episodes = field(default_factory=Episodes)
    counted: int = 0

    def take(self, moment: Moment) -> None:
        """Judge one more moment."""
        judged = [under(reading, self.limits(reading)) for reading in moment.readings]
        self.states, changes = step(self.states, judged, moment.at, historic=True)
        self.episodes.take(moment.at, self.states, changes, moment.grain)
        self.counted += 1

    def count(self) -> Count:
        """Return how often and for how long it fired."""
        found = self.episodes.all()
        return Count(len(found), sum(one.seconds for one in found))


class History:
    """One series of a model that has rows, with present and proposed limits."""

    def __init__(self, store: Store, settings: Settings, facts: ModelFacts, budget: Budget, series: Series) -> None:
        self.series = series
        self.present = threshold_for(settings, series.rule, series.model, series.version, series.column)
        self._budget = budget
        # Limits that nothing passes: readings are there, and are judged by others afterwards.
        far = FAR if self.present.direction == "above" else -FAR
        asked = () if self.present.is_set else (Override(series.rule, None, None, None, far, far),)
        self._relative = self.present.warning_factor is not None or self.present.critical_factor is not None
        read = replace(settings, overrides=(*settings.overrides, *asked))
        stretches = stretches_of(store, facts, settings, fine=FINE)
        self._all = sum(stretch.many for stretch in stretches)
        self._covered = (float(stretches[0].start), stretches[-1].end) if stretches else (None, None)
        fine = [float(stretch.start) for stretch in stretches if stretch.width == MINUTE]
        self._minutes_from = fine[0] if fine else None
        self._coming = moments(store, read, facts, stretches)
        self._read: list[Moment] = []
        self._ended = False
        self._proposal = Proposal(None, None)
        self._before, self._after = Tally(self._judged_by(self._proposal)), Tally(self._judged_by(self._proposal))

    def propose(self, proposal: Proposal) -> None:
        """Try other limits; what was read stays."""
        if proposal != self._proposal:
            self._after = Tally(self._judged_by(proposal))
        self._proposal = proposal

    @property
    def done(self) -> bool:
        """Whether everything is read and counted."""
        return self._ended and self._after.counted == len(self._read)

    def go_on(self, until: Callable[[], bool]) -> None:
        """Read and count until `until()` or the end."""
        while not self.done and not until():
            if not self._ended:
                self._next()
            for moment in islice(self._read, self._after.counted, self._after.counted + 64):
                self._after.take(moment)

    def _next(self) -> None:
        found = next(self._coming, None)
        if found is None:
            self._ended = True
            return
        at, watch, grain = found
        watch.begun = drifting_since(self._before.states)
        readings = tuple(reading for reading in watch.readings_of(self.series.rule, at, self._budget) if self._mine(reading))
        moment = Moment(at, grain, readings)
        self._read.append(moment)
        self._before.take(moment)

    def _mine(self, reading: Reading) -> bool:
        return (reading.version, reading.column) == (self.series.version, self.series.column)

    def _judged_by(self, proposal: Proposal) -> Callable[[Reading], Threshold]:
        """Return what gives each reading its limits: those that go by the baseline are known as numbers once they were read."""
        fixed, drift = proposal.on(self.present), self.series.rule in get_args(Method)
        if self._relative:
            return lambda reading: proposal.on(reading.threshold)
        return lambda _: held(fixed) if drift else fixed

    def shown(self, answer: Trial) -> Trial:
        """Return the answer with what is known so far of the history."""
        start, values = self._drawn()
        return replace(
            self._in_numbers(answer) if self._relative else answer,
            value=next((value for value in reversed(values) if value is not None), None),
            done=1.0 if self.done else min(0.99, len(self._read) / max(1, self._all)),
            since=self._covered[0],
            minutes_from=self._minutes_from,
            until=self._covered[1],
            before=self._before.count(),
            after=self._after.count(),
            start=start,
            values=values,
        )

    def _in_numbers(self, answer: Trial) -> Trial:
        """The limits that go by the baseline as the newest reading has them."""
        present = next((one.readings[-1].threshold for one in reversed(self._read) if one.readings), self.present)
        limits = self._proposal.on(present)
        return replace(answer, present=(present.warning, present.critical), proposed=(limits.warning, limits.critical))

    def _drawn(self) -> tuple[float, tuple[float | None, ...]]:
        """The last minutes, one place each; a minute that was not read is a gap."""
        latest = [moment for moment in self._read[-DRAWN:] if moment.grain == MINUTE]
        if not latest:
            return 0.0, ()
        known = {math.ceil(moment.at / MINUTE): _worst(moment.readings, self.present.direction) for moment in latest}
        first, last = min(known), max(known)
        return float(first * MINUTE), tuple(known.get(minute) for minute in range(first, last + 1))


def _worst(readings: Sequence[Reading], direction: str) -> float | None:
    values = list(_told(readings))
    if not values:
        return None
    return max(values) if direction == "above" else min(values)


def _told(readings: Sequence[Reading]) -> Iterator[float]:
    return (reading.value for reading in readings if reading.state == "ok" and reading.value is not None)
