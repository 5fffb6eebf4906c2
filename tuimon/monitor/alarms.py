"""Alert states over event time: every whole minute since the last look is gone through, then the present moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import get_args

import msgspec

from tuimon.alerts import Acknowledgement, AlertState, Reading, Transition, acknowledge, as_alerts, message, step, unacknowledged
from tuimon.alerts.telling import Outbox
from tuimon.config import Method, Settings, threshold_for
from tuimon.monitor import rates
from tuimon.monitor.judge import Budget
from tuimon.monitor.telling import letterbox
from tuimon.monitor.watch import ModelWatch
from tuimon.store import Store
from tuimon.values import safe_text
from tuimon.values.snapshot import Alert, Event, Severity

LONGEST_CATCH_UP = 86_400.0
"""Event seconds that are gone through minute by minute; older history is shown, not judged."""
HISTORIC_AFTER = 3600.0
"""A transition this many seconds behind the wall clock belongs to old logs: shown, never flashed."""


class Alarms:
    """Holds the alert states of all models and steps them forward."""

    def __init__(self, settings: Settings, store: Store, outbox: Outbox | None = None) -> None:
        """`outbox` is where to write what others are told, None to tell nobody."""
        self._settings, self._store, self._outbox = settings, store, outbox
        text, self._evaluated = store.load_states()
        self._saved = (text, dict(self._evaluated))
        stored = msgspec.json.decode(text, type=dict[str, AlertState]) if text else {}
        self._states: dict[str, AlertState] = {key: state for key, state in stored.items() if _asked(settings, state)}
        # Whoever reads the log for when a column was in trouble must find the end.
        gone = [state for key, state in stored.items() if key not in self._states and state.phase == "firing"]
        self._store.add_events([_ended(state) for state in gone])

    def evaluated(self, model: str) -> float | None:
        """Return the last whole event minute that was gone through for a model."""
        return self._evaluated.get(model)

    def judge(self, watches: Sequence[ModelWatch], budget: Budget, now: float, until: Callable[[], bool]) -> bool:
        """Step all states to the present or until `until()`, keep them, log what changed, and return whether the present was reached."""
        transitions: list[Transition] = []
        for watch in watches:
            transitions += self._judge_model(watch, budget, now, until)
        transitions += self._judge_staleness(watches, now)
        self._store.add_events([_event(item) for item in transitions if item.kind != "pending"])
        if self._outbox is not None:
            self._outbox.note(transitions, self._states, now)
        self._save()
        return not until()

    def left(self, watches: Sequence[ModelWatch]) -> float:
        """Return the event seconds that are still to be gone through, over all models."""
        every = (watch.facts for watch in watches)
        known = [(facts.name, facts.first, facts.watermark) for facts in every if facts is not None]
        return sum(
            watermark - _begin(self._evaluated.get(name), first, watermark)
            for name, first, watermark in known
            if first is not None and watermark is not None
        )

    def acknowledge(self, alert: str, episode: int, seen: Severity, who: str, now: float, withdrawn: bool = False) -> None:
        """Keep and log that somebody has seen a firing alert at a severity, or does not stand by it; nothing when it has changed since."""
        state = acknowledge(self._states.get(alert), episode, seen, None if withdrawn else Acknowledgement(who, now))
        if state is not None:
            self._states[alert] = state
            self._save((_by_hand(state, who, now),))

    def _save(self, events: Sequence[Event] = ()) -> None:
        """Write the states, with the letters about them, if they changed: a commit costs more than all of the judging."""
        now = (msgspec.json.encode(self._states).decode(), dict(self._evaluated))
        letters = letterbox.changes(self._outbox) if self._outbox is not None else {}
        if now != self._saved or letters:
            self._store.save_states(*now, letters, events)
            self._saved = now

    def alerts(self) -> tuple[Alert, ...]:
        """Return every alert, worst first."""
        return as_alerts(self._states)

    def _judge_model(self, watch: ModelWatch, budget: Budget, now: float, until: Callable[[], bool]) -> list[Transition]:
        facts = watch.facts
        if facts is None or facts.watermark is None or facts.first is None:
            return []
        transitions: list[Transition] = []
        mine, others = self._split(lambda state: state.model == facts.name and state.rule != "stale")
        for at in moments(self._evaluated.get(facts.name), facts.first, facts.watermark):
            if until():
                break
            watch.begun = drifting_since(mine)
            mine, changed = step(mine, watch.readings(at, budget), at, historic=now - at > HISTORIC_AFTER)
            mine = unacknowledged(mine, changed)
            transitions += changed
            self._evaluated[facts.name] = at // 60 * 60
        self._states = {**others, **mine}
        return transitions

    def _judge_staleness(self, watches: Sequence[ModelWatch], now: float) -> list[Transition]:
        readings: list[Reading] = []
        for watch in watches:
            if watch.facts is not None:
                readings += rates.staleness(self._settings, watch.facts, now)
        mine, others = self._split(lambda state: state.rule == "stale")
        mine, changed = step(mine, readings, now, historic=False)
        self._states = {**others, **unacknowledged(mine, changed)}
        return list(changed)

    def _split(self, belongs: Callable[[AlertState], bool]) -> tuple[dict[str, AlertState], dict[str, AlertState]]:
        mine = {key: state for key, state in self._states.items() if belongs(state)}
        return mine, {key: state for key, state in self._states.items() if key not in mine}


def drifting_since(states: Mapping[str, AlertState]) -> dict[str, float]:
    """Return when the drift of each column that is pending or firing became so."""
    active = (state for state in states.values() if state.phase != "resolved" and state.rule in get_args(Method))
    return {state.column: state.began for state in active if state.column is not None}


def _asked(settings: Settings, state: AlertState) -> bool:
    """Whether the settings still ask for this alert: without a reading it would stay as it is for ever."""
    limits = threshold_for(settings, state.rule, state.model, state.version, state.column)
    judged = state.rule not in get_args(Method) or state.rule == settings.drift.method
    return judged and (limits.warning is not None or limits.critical is not None)


def _ended(state: AlertState) -> Event:
    """The settings took a firing alert away."""
    column = None if state.column is None else safe_text(state.column)
    return Event(state.last, "alert", "ok", f"not asked for any more: {message(state)}", safe_text(state.model), column)


def _by_hand(state: AlertState, who: str, now: float) -> Event:
    """What somebody did with an alert."""
    words = f"acknowledged by {who}" if state.acknowledged else f"acknowledgement taken back by {who}"
    column = None if state.column is None else safe_text(state.column)
    return Event(now, "alert", "info", f"{words}: {message(state)}", safe_text(state.model), column)


def moments(evaluated: float | None, first: float, watermark: float) -> Iterator[float]:
    """Yield the event moments to look at: whole minutes after `evaluated` (24 h at most), then the watermark itself."""
    minute = _begin(evaluated, first, watermark) // 60 * 60 + 60
    while minute < watermark:
        yield minute
        minute += 60
    yield watermark


def _begin(evaluated: float | None, first: float, watermark: float) -> float:
    return max(first // 60 * 60, watermark - LONGEST_CATCH_UP, evaluated if evaluated is not None else 0.0)


def _event(transition: Transition) -> Event:
    state = transition.state
    severity = "ok" if transition.kind == "resolved" else state.severity
    column = None if state.column is None else safe_text(state.column)
    return Event(transition.at, "alert", severity, f"{transition.kind}: {message(state)}", safe_text(state.model), column)
