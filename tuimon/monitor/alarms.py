"""Alert states over event time: every whole minute since the last look is gone through, then the present moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import get_args

from tuimon.alerts import (
    Acknowledgement,
    AlertState,
    Matcher,
    Reading,
    Remembered,
    Silence,
    Transition,
    acknowledge,
    as_alerts,
    as_silenced,
    muted,
    step,
    unacknowledged,
)
from tuimon.alerts.telling import Outbox
from tuimon.config import OF_ALL_LOGS, Method, Settings, threshold_for
from tuimon.monitor import rates
from tuimon.monitor.alertbook import AlertBook
from tuimon.monitor.feed import Acknowledge, Hush
from tuimon.monitor.flow import FLOW_RULES
from tuimon.monitor.judge import Budget
from tuimon.monitor.watch import ModelWatch
from tuimon.values.alert import Alert, Silenced
from tuimon.values.text import safe_text

LONGEST_CATCH_UP = 86_400.0
"""Event seconds that are gone through minute by minute; older history is shown, not judged."""
HISTORIC_AFTER = 3600.0
"""A transition this many seconds behind the wall clock belongs to old logs: shown, never flashed."""
LONGEST_SILENCE = 366 * 86_400.0
LONGEST_NOTE = 200
"""Cells of what somebody has to say."""
SILENT = 60.0
"""Seconds without a new row from which on the absence of rows is judged."""
BY_CLOCK = ("stale", *OF_ALL_LOGS)
"""Rules that go by the wall clock."""


class Alarms:
    """Holds the alert states of all models and steps them forward."""

    def __init__(self, settings: Settings, book: AlertBook, outbox: Outbox | None = None) -> None:
        """`outbox` is the one of the book: where to write what others are told, None to tell nobody."""
        self._settings, self._book, self._outbox = settings, book, outbox

    def evaluated(self, model: str) -> float | None:
        """Return the last whole event minute that was gone through for a model."""
        return self._book.evaluated.get(model)

    def judge(self, watches: Sequence[ModelWatch], budget: Budget, now: float, until: Callable[[], bool]) -> bool:
        """Step all states to the present or until `until()`, keep them, log what changed, and return whether the present was reached."""
        self._tidy(now)
        transitions: list[Transition] = []
        for watch in watches:
            transitions += self._judge_model(watch, budget, now, until)
        transitions += self._judge_staleness(watches, now)
        self._settle(transitions, now)
        return not until()

    def judge_arrivals(self, readings: Sequence[Reading], now: float) -> None:
        """Step the alerts about how lines arrive, which have no event time; nothing where nobody asks."""
        mine, others = self._split(lambda state: state.rule in OF_ALL_LOGS)
        if not readings and not mine:
            return
        mine, changed = step(mine, readings, now, historic=False)
        self._book.states = {**others, **unacknowledged(mine, changed)}
        self._settle(changed, now)

    def _settle(self, transitions: Sequence[Transition], now: float) -> None:
        """Log and tell what changed, and keep it."""
        for item in transitions:
            self._book.changed(item, now)
        if self._outbox is not None:
            every = {**{item.state.key: item.state for item in transitions}, **self._book.states}
            self._outbox.note(transitions, self._book.states, now, self._book.muted(every, now))
        self._book.save()

    def left(self, watches: Sequence[ModelWatch]) -> float:
        """Return the event seconds that are still to be gone through, over all models."""
        every = (watch.facts for watch in watches)
        known = [(facts.name, facts.first, facts.watermark) for facts in every if facts is not None]
        return sum(
            watermark - _begin(self._book.evaluated.get(name), first, watermark)
            for name, first, watermark in known
            if first is not None and watermark is not None
        )

    def acknowledge(self, asked: Acknowledge, who: str, now: float) -> None:
        """Keep and log that somebody has seen a firing alert, or does not stand by it; nothing when it has changed since."""
        by = None if asked.withdrawn else Acknowledgement(who, now, safe_text(asked.note, LONGEST_NOTE))
        state = acknowledge(self._book.states.get(asked.alert), asked.episode, asked.severity, by)
        if state is not None:
            self._book.acknowledged(state, who, by.note if by else "", now)
            self._book.save()

    def silence(self, asked: Hush, who: str, now: float) -> None:
        """Keep and log that nobody is to hear of some alerts for a time."""
        matcher = Matcher(asked.alert, asked.rule, asked.model, asked.version, asked.column)
        ends = now + min(max(asked.seconds, 0.0), LONGEST_SILENCE)
        self._book.silence(Silence(0, matcher, now, ends, who, safe_text(asked.note, LONGEST_NOTE)))
        self._book.save()

    def unsilence(self, number: int, who: str, now: float) -> None:
        """End a silence before its time."""
        self._book.unsilenced(number, who, now)
        self._book.save()

    def alerts(self, now: float) -> tuple[Alert, ...]:
        """Return every alert, worst first."""
        return as_alerts(self._book.states, self._book.muted(self._book.states, now))

    def as_of(self, at: float) -> Remembered:
        """Return the alerts and the silences of an event moment as the journal knows them."""
        return self._book.as_of(at)

    def silences(self, now: float) -> tuple[Silenced, ...]:
        """Return every silence that holds, the one that ends first first."""
        return _shown(self._book.silences.values(), now)

    def _tidy(self, now: float) -> None:
        """End silences whose time has come, and what the settings do not ask for any more: without a reading it would stay for ever."""
        for number in [number for number, silence in self._book.silences.items() if silence.ends <= now]:
            self._book.unsilenced(number, None, now)
        for state in [state for state in self._book.states.values() if not _asked(self._settings, state)]:
            self._book.dropped(state, now)

    def _judge_model(self, watch: ModelWatch, budget: Budget, now: float, until: Callable[[], bool]) -> list[Transition]:
        facts = watch.facts
        if facts is None or facts.watermark is None or facts.first is None:
            return []
        transitions: list[Transition] = []
        mine, others = self._split(lambda state: state.model == facts.name and state.rule not in BY_CLOCK)
        for at in moments(self._book.evaluated.get(facts.name), facts.first, facts.watermark):
            if until():
                break
            watch.begun = drifting_since(mine)
            mine, changed = step(mine, watch.readings(at, budget), at, historic=now - at > HISTORIC_AFTER)
            mine = unacknowledged(mine, changed)
            transitions += changed
            self._book.evaluated[facts.name] = at // 60 * 60
        self._book.states = {**others, **mine}
        return transitions if until() else [*transitions, *self._judge_silence(watch, budget, now)]

    def _judge_silence(self, watch: ModelWatch, budget: Budget, now: float) -> tuple[Transition, ...]:
        """Without rows event time stands still: limits on traffic are judged as if it went on since the last row came."""
        facts = watch.facts
        if facts is None or facts.historic or facts.watermark is None or facts.last_arrival is None or now - facts.last_arrival < SILENT:
            return ()
        at = facts.watermark + now - facts.last_arrival
        readings = watch.flow(at, budget)
        if not readings:
            return ()
        mine, others = self._split(lambda state: state.model == facts.name and state.rule in FLOW_RULES)
        mine, changed = step(mine, readings, at, historic=now - at > HISTORIC_AFTER)
        self._book.states = {**others, **unacknowledged(mine, changed)}
        return changed

    def _judge_staleness(self, watches: Sequence[ModelWatch], now: float) -> list[Transition]:
        readings: list[Reading] = []
        for watch in watches:
            if watch.facts is not None:
                readings += rates.staleness(self._settings, watch.facts, now)
        mine, others = self._split(lambda state: state.rule == "stale")
        mine, changed = step(mine, readings, now, historic=False)
        self._book.states = {**others, **unacknowledged(mine, changed)}
        return list(changed)

    def _split(self, belongs: Callable[[AlertState], bool]) -> tuple[dict[str, AlertState], dict[str, AlertState]]:
        mine = {key: state for key, state in self._book.states.items() if belongs(state)}
        return mine, {key: state for key, state in self._book.states.items() if key not in mine}


def _shown(silences: Iterable[Silence], now: float) -> tuple[Silenced, ...]:
    return tuple(as_silenced(one) for one in sorted(silences, key=lambda one: one.ends) if one.ends > now)


def shown_as_of(then: Remembered, at: float, readings: Sequence[Reading]) -> tuple[tuple[Alert, ...], tuple[Silenced, ...]]:
    """Return the alerts and silences of an event moment for a screen, with the values that were read for it."""
    values = {(reading.key, reading.window): reading.value for reading in readings if reading.value is not None}
    states = {
        key: state if state.phase == "resolved" else replace(state, value=values.get((key, state.window), state.value))
        for key, state in then.states.items()
    }
    return as_alerts(states, muted(states, then.silences.values(), at)), _shown(then.silences.values(), at)


def drifting_since(states: Mapping[str, AlertState]) -> dict[str, float]:
    """Return when the drift of each column that is pending or firing became so."""
    active = [state for state in states.values() if state.phase != "resolved" and state.rule in get_args(Method)]
    return {state.column: state.began for state in sorted(active, key=lambda state: -state.began) if state.column is not None}


def _asked(settings: Settings, state: AlertState) -> bool:
    return threshold_for(settings, state.rule, state.model, state.version, state.column).is_set


def moments(evaluated: float | None, first: float, watermark: float) -> Iterator[float]:
    """Yield the event moments to look at: whole minutes after `evaluated` (24 h at most), then the watermark itself."""
    minute = _begin(evaluated, first, watermark) // 60 * 60 + 60
    while minute < watermark:
        yield minute
        minute += 60
    yield watermark


def _begin(evaluated: float | None, first: float, watermark: float) -> float:
    return max(first // 60 * 60, watermark - LONGEST_CATCH_UP, evaluated if evaluated is not None else 0.0)
