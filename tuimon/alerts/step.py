"""One evaluation: old states and new readings give new states and the transitions between them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tuimon.alerts.level import Judgement, judge, limit
from tuimon.alerts.message import message
from tuimon.alerts.state import AlertState, Reading, ReadingState, Transition, TransitionKind
from tuimon.values.alert import Severity

KEEP_RESOLVED = 86400.0
"""Seconds of event time that a resolved alert is still shown."""


def step(
    states: Mapping[str, AlertState], readings: Sequence[Reading], at: float, historic: bool
) -> tuple[dict[str, AlertState], tuple[Transition, ...]]:
    """Return the states after the readings of one model at event time `at`, and what changed.

    States of models that have no reading here are handed on as they are; a series of this model without a reading counts as
    "no data", and so does every state when there is no reading at all. A state that was evaluated at a later time is handed on;
    one evaluated at the same time is judged anew, with no time gone by.
    """
    series: dict[str, list[Reading]] = {}
    for reading in readings:
        series.setdefault(reading.key, []).append(reading)
    models = {reading.model for reading in readings}
    new: dict[str, AlertState] = {}
    transitions: list[Transition] = []
    for key in dict.fromkeys((*states, *series)):
        old = states.get(key)
        if old is not None and (at < old.last or (models and old.model not in models)):
            new[key] = old
            continue
        asked = series.get(key, ())
        state, kind = _evaluate(old, asked, at, historic)
        if state is not None:
            state = new[key] = replace(state, data=_data(asked))
            if kind is not None:
                transitions.append(Transition(at, kind, state, message(state)))
    return new, tuple(transitions)


def _evaluate(
    old: AlertState | None, readings: Sequence[Reading], at: float, historic: bool
) -> tuple[AlertState | None, TransitionKind | None]:
    if old is not None and old.phase == "resolved":
        old = _aged(old, at)
    judged = judge(readings, old)
    reading = judged.worst
    fresh = old is None or old.phase == "resolved"
    if reading is None or judged.proven is None:
        if old is None or fresh:
            return old, None
        if reading is None or judged.levels:
            return replace(_frozen(old, at), levels=judged.levels, held=judged.held), None
        calmed = _calmed(old, judged, reading, at)
        return (calmed, None) if calmed is not None else _below(old, reading, at, historic)
    state = _timed(_begun(old, reading, at, historic) if old is None or fresh else old, judged, at)
    if state.phase == "pending":
        return _pending(state, judged, reading, historic, fresh)
    return _firing(state, judged, reading, historic)


def _data(readings: Sequence[Reading]) -> ReadingState:
    """Return what the window that knows most knows; a value that chance could explain is data."""
    found = {reading.state for reading in readings}
    return "ok" if "ok" in found else "insufficient" if "insufficient" in found else "no_data"


def _aged(old: AlertState, at: float) -> AlertState | None:
    """Return a resolved alert until it is too old to be shown."""
    return None if at - old.since >= KEEP_RESOLVED else replace(old, last=at)


def _begun(old: AlertState | None, reading: Reading, at: float, historic: bool) -> AlertState:
    return AlertState(
        reading.key,
        reading.rule,
        reading.model,
        reading.version,
        reading.column,
        reading.window,
        "warning",
        "pending",
        since=at,
        pending_since=at,
        value=reading.value,
        threshold=0.0,
        episode=old.episode + 1 if old else 1,
        historic=historic,
        last=at,
        ended=old.since if old else None,
        ended_severity=old.severity if old else None,
        began=at,
    )


def _frozen(old: AlertState, at: float) -> AlertState:
    """Return the state with its clocks stopped: the time since the last evaluation does not count."""
    gone = at - old.last
    critical = None if old.critical_since is None else old.critical_since + gone
    calm = None if old.calm_since is None else old.calm_since + gone
    return replace(old, pending_since=old.pending_since + gone, critical_since=critical, calm_since=calm, last=at)


def _calmed(old: AlertState, judged: Judgement, reading: Reading, at: float) -> AlertState | None:
    """Return a firing alert that no window is over the limits of, if it goes on firing all the same.

    Between the clear level and the limits the clock of `keep_firing_for` stands: that is neither "over" nor "back to normal".
    """
    if old.phase != "firing":
        return None
    calm = _frozen(old, at)
    if not judged.held:
        since = at if old.calm_since is None else old.calm_since
        if at - since >= reading.threshold.keep_firing:
            return None
        calm = replace(calm, calm_since=since)
    return _shown(replace(calm, critical_since=None, levels=(), held=judged.held), judged, reading, old.severity)


def _below(old: AlertState, reading: Reading, at: float, historic: bool) -> tuple[AlertState | None, TransitionKind | None]:
    """End the alert: a firing one is resolved, a pending one goes back to what was before it."""
    calm = replace(
        old, phase="resolved", since=at, last=at, critical_since=None, levels=(), ended=None, ended_severity=None, calm_since=None, held=()
    )
    calm = replace(calm, window=reading.window, value=reading.value, threshold=_bound(reading, "warning", old.threshold))
    if old.phase == "firing":
        return replace(calm, historic=historic), "resolved"
    if old.ended is None:
        return None, None
    return _aged(replace(calm, since=old.ended, severity=old.ended_severity or old.severity, episode=old.episode - 1), at), None


def _timed(old: AlertState, judged: Judgement, at: float) -> AlertState:
    """Return the state with the clock of the critical limit started, going, stopped or cleared."""
    critical: float | None = None
    if judged.proven == "critical":
        critical = at if old.critical_since is None else old.critical_since
    elif judged.believed == "critical" and old.critical_since is not None:
        critical = old.critical_since + at - old.last
    return replace(old, critical_since=critical, levels=judged.levels, calm_since=None, held=judged.held, last=at)


def _pending(
    state: AlertState, judged: Judgement, reading: Reading, historic: bool, fresh: bool
) -> tuple[AlertState, TransitionKind | None]:
    due = _due(state, reading)
    if due is None:
        level = judged.proven if judged.proven == judged.believed else None
        return _shown(state, judged, reading, level or state.severity), "pending" if fresh else None
    fired = replace(state, phase="firing", since=state.last, historic=historic)
    return _shown(fired, judged, reading, due), "firing"


def _firing(state: AlertState, judged: Judgement, reading: Reading, historic: bool) -> tuple[AlertState, TransitionKind | None]:
    if state.severity == "warning" and _due(state, reading) == "critical":
        return _shown(replace(state, historic=historic), judged, reading, "critical"), "escalated"
    if state.severity == "critical" and judged.believed == "warning":
        return _shown(replace(state, historic=historic), judged, reading, "warning"), "eased"
    return _shown(state, judged, reading, state.severity), None


def _shown(state: AlertState, judged: Judgement, reading: Reading, severity: Severity) -> AlertState:
    """Return the state with severity and limit, and with the worst window's value unless a worse one cannot tell at present."""
    state = replace(
        state, severity=severity, threshold=_bound(reading, severity, state.threshold), unit=reading.unit, baseline=reading.baseline
    )
    if judged.proven != judged.believed:
        return state
    return replace(state, window=reading.window, value=reading.value, direction=reading.threshold.direction)


def _due(state: AlertState, reading: Reading) -> Severity | None:
    """Return the highest severity whose limit has been exceeded for as long as it must be."""
    hold = reading.threshold.hold
    if state.critical_since is not None and _held(state.critical_since, state.last, reading, "critical") >= hold:
        return "critical"
    if reading.threshold.warning is not None and _held(state.pending_since, state.last, reading, "warning") >= hold:
        return "warning"
    return None


def _held(since: float, at: float, reading: Reading, severity: Severity) -> float:
    """Return for how long a limit has been exceeded.

    Without rows event time stands still, but the value of `stale` is itself a time: it says how long it has been over.
    """
    if reading.rule == "stale" and reading.value is not None:
        return reading.value - limit(reading.threshold, severity)
    return at - since


def _bound(reading: Reading, severity: Severity, otherwise: float) -> float:
    """Return the limit of `severity`; `otherwise` when a change of the configuration has taken the limits away."""
    bound = limit(reading.threshold, severity)
    return otherwise if math.isnan(bound) else bound
