"""Somebody has seen a firing alert and says so: for this episode, and no further than the severity that was seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tuimon.alerts.level import RANK
from tuimon.alerts.state import Acknowledgement, AlertState, Transition
from tuimon.values.alert import Severity


def acknowledge(state: AlertState | None, episode: int, seen: Severity, by: Acknowledgement | None) -> AlertState | None:
    """Return the state acknowledged `by` somebody, or not any more with None; None where there is nothing to change.

    There is not when it is not firing in `episode`, has become worse than the severity that was `seen`, or is so already. Who was first
    stays.
    """
    if state is None or state.phase != "firing" or state.episode != episode or RANK[state.severity] > RANK[seen]:
        return None
    if (state.acknowledged is None) == (by is None):
        return None
    return replace(state, acknowledged=by)


def unacknowledged(states: Mapping[str, AlertState], transitions: Iterable[Transition]) -> dict[str, AlertState]:
    """Return the states after these transitions: one that grew worse or ended is news, whoever had seen what was before."""
    news = {item.state.key for item in transitions if item.kind in ("firing", "escalated", "resolved")}
    return {key: replace(state, acknowledged=None) if key in news and state.acknowledged else state for key, state in states.items()}
