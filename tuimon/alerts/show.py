"""Alert states as screens and reports show them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tuimon.alerts.message import message
from tuimon.alerts.silencing import Silence
from tuimon.alerts.state import AlertState
from tuimon.values.alert import Alert, Silenced
from tuimon.values.text import safe_text


def as_alerts(states: Mapping[str, AlertState], muted: Mapping[str, Silence] = MappingProxyType({})) -> tuple[Alert, ...]:
    """Return the alerts with names made safe: firing critical, firing warning, pending, silenced, resolved; each group newest first.

    `muted` has the silence of each silenced alert by its key. Alerts of a model that is stale stay as they were when the rows ended.
    """
    ordered = sorted(states.values(), key=lambda state: (_group(state, state.key in muted), -state.since, state.key))
    still = {state.model for state in states.values() if state.rule == "stale" and state.phase == "firing"}
    return tuple(_alert(state, muted.get(state.key), state.model in still and state.rule != "stale") for state in ordered)


def as_silenced(silence: Silence) -> Silenced:
    """Return a silence as screens and reports show it."""
    return Silenced(silence.number, silence.ends, silence.by, silence.note, safe_text(silence.matcher.words))


def _group(state: AlertState, muted: bool) -> int:
    if state.phase == "resolved" or muted:
        return 4 if state.phase == "resolved" else 3
    return 2 if state.phase == "pending" else 0 if state.severity == "critical" else 1


def _alert(state: AlertState, muted: Silence | None, stale: bool) -> Alert:
    seen = state.acknowledged
    return Alert(
        state.key,
        state.rule,
        safe_text(state.model),
        None if state.version is None else safe_text(state.version),
        None if state.column is None else safe_text(state.column),
        state.window,
        state.severity,
        state.phase,
        state.value,
        state.threshold,
        state.since,
        seen is not None,
        message(state),
        state.episode,
        state.historic,
        seen.who if seen else None,
        seen.at if seen else None,
        seen.note if seen else "",
        "stale" if stale else state.data,
        None if muted is None else as_silenced(muted),
    )
