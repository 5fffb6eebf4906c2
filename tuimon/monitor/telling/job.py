"""What a courier is handed, and what it brings back."""

from __future__ import annotations

from dataclasses import dataclass

from tuimon.alerts.telling import Letter
from tuimon.config import Receiver
from tuimon.monitor.telling.outcome import Outcome


@dataclass(frozen=True)
class Job:
    """Letters for one receiver, in order."""

    receiver: Receiver
    letters: tuple[Letter, ...]
    at: float
    """Wall time."""


@dataclass(frozen=True)
class Delivery:
    """What became of some letters of a job; the last one of a job says so."""

    receiver: Receiver
    letters: tuple[Letter, ...]
    outcome: Outcome
    last: bool
