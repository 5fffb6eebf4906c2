"""Alert states and letters for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tuimon.alerts import AlertState, Transition, TransitionKind, alert_key
from tuimon.alerts.telling import Letter, episode_of
from tuimon.config import Receiver

START = 1_774_000_000.0


def state(column: str | None = "amount", model: str = "fraud", **changes: Any) -> AlertState:
    """A PSI alert that fires as a warning in its first episode."""
    made = AlertState(
        key=alert_key("psi", model, None, column),
        rule="psi",
        model=model,
        version=None,
        column=column,
        window="1h",
        severity="warning",
        phase="firing",
        since=START,
        pending_since=START - 300,
        value=0.15,
        threshold=0.1,
        episode=1,
        historic=False,
        last=START,
    )
    return replace(made, **changes)


def transition(kind: TransitionKind, found: AlertState) -> Transition:
    """What the rules hand over with a state."""
    return Transition(found.last, kind, found, "")


def letter(receiver: str = "ops", told: Any = None, ended: float | None = None, **changes: Any) -> Letter:
    """A letter about one firing."""
    return Letter(receiver, 1, replace(episode_of(state(**changes)), ended=ended), START, told)


def receiver(kind: Any = "webhook", name: str = "ops", **changes: Any) -> Receiver:
    """A receiver on this machine."""
    return replace(Receiver(name, kind, url="http://127.0.0.1:9/hook"), **changes)
