"""Readings and a clock for the simulators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tuimon.alerts import AlertState, Reading, Transition, step
from tuimon.config import Threshold

LIMITS = Threshold(0.1, 0.2, 60.0)


def reading(value: float | None, limits: Threshold = LIMITS, **more: Any) -> Reading:
    """Return a PSI reading of `amount` in the 5m window, unless `more` says otherwise."""
    fields: dict[str, Any] = {"rule": "psi", "model": "fraud", "version": None, "column": "amount", "window": "5m"} | more
    return Reading(value=value, threshold=limits, **fields)


class Simulator:
    """States carried from one evaluation to the next."""

    def __init__(self) -> None:
        self.states: dict[str, AlertState] = {}
        self.transitions: list[Transition] = []

    def at(self, at: float, *readings: Reading, historic: bool = False) -> Sequence[Transition]:
        """Evaluate and return the transitions of this evaluation."""
        self.states, transitions = step(self.states, readings, at, historic)
        self.transitions.extend(transitions)
        return transitions

    @property
    def only(self) -> AlertState:
        """The one state there is."""
        (state,) = self.states.values()
        return state
