"""Alert states as screens and reports show them."""

from __future__ import annotations

from collections.abc import Mapping

from tuimon.alerts.message import message
from tuimon.alerts.state import AlertState
from tuimon.values import safe_text
from tuimon.values.snapshot import Alert


def as_alerts(states: Mapping[str, AlertState]) -> tuple[Alert, ...]:
    """Return the alerts with names made safe: firing critical, firing warning, pending, resolved; each group newest first."""
    ordered = sorted(states.values(), key=lambda state: (_group(state), -state.since, state.key))
    return tuple(_alert(state) for state in ordered)


def _group(state: AlertState) -> int:
    if state.phase == "firing":
        return 0 if state.severity == "critical" else 1
    return 2 if state.phase == "pending" else 3


def _alert(state: AlertState) -> Alert:
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
    )
