"""Alerts, incidents and events as screens, receivers and reports know them: frozen, names safe for a screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["warning", "critical"]
AlertPhase = Literal["pending", "firing", "resolved"]
DataState = Literal["ok", "no_data", "insufficient", "stale", "error"]
"""Whether an alert could be judged at the last evaluation: if not, it stays as it was."""


def is_share(rule: str) -> bool:
    """Return whether the values and limits of a rule are shares, which people read in percent."""
    return rule.endswith("_rate") or rule == "traffic_drop"


@dataclass(frozen=True)
class Silenced:
    """Nobody hears of some alerts for a time; texts are safe for a screen."""

    number: int
    until: float
    """Wall time."""
    by: str
    note: str = ""
    what: str = ""
    """Which alerts, such as "model=fraud column=amount"."""


@dataclass(frozen=True)
class Alert:
    """One alert's state."""

    id: str
    rule: str
    model: str
    version: str | None
    column: str | None
    window: str | None
    severity: Severity
    state: AlertPhase
    value: float | None
    threshold: float
    since: float
    """Event time at which this phase began."""
    acknowledged: bool
    message: str
    episode: int = 1
    """Grows each time the alert fires anew; a flash belongs to (id, episode, severity, state)."""
    historic: bool = False
    """True when it changed while old logs were re-read: shown, never flashed, never notified."""
    acknowledged_by: str | None = None
    """Login name, safe for a screen."""
    acknowledged_at: float | None = None
    """Wall time."""
    acknowledged_note: str = ""
    data: DataState = "ok"
    silenced: Silenced | None = None

    @property
    def loud(self) -> bool:
        """Whether it fires and people are to hear of it."""
        return self.state == "firing" and self.silenced is None


@dataclass(frozen=True)
class Incident:
    """Two and more alerts of columns of one model whose drift began together, or of one column; each stays an alert."""

    model: str
    columns: tuple[str, ...]
    """The worst first."""
    alerts: tuple[str, ...]
    """Their ids: those of drift, the worst first, then those of missing, wrong and unseen values of the same columns."""
    since: float
    """Event time at which the first alert of them began."""


@dataclass(frozen=True)
class Event:
    """One line of the event log, newest last."""

    at: float
    kind: Literal["alert", "config", "gap", "ingest", "notify", "store"]
    severity: Literal["info", "warning", "critical", "ok"]
    text: str
    model: str | None = None
    column: str | None = None
