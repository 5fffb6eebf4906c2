"""What the rules are told, and what they remember about one alert."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal
from urllib.parse import quote

from tuimon.config import Direction, Threshold
from tuimon.values.alert import AlertPhase, Severity

ReadingState = Literal["ok", "no_data", "insufficient"]
TransitionKind = Literal["pending", "firing", "escalated", "eased", "resolved"]


@dataclass(frozen=True)
class Reading:
    """One metric of one series in one window, with the limits that hold for it."""

    rule: str
    model: str
    version: str | None
    column: str | None
    window: str | None
    """As people write it, "5m"; None for a rule without one."""
    value: float | None
    threshold: Threshold
    evidence: bool = True
    """False when chance could have put the value over its limit: it then neither raises nor ends an alert."""
    state: ReadingState = "ok"
    unit: str = ""
    baseline: float | None = None
    """The baseline's value where the limits are shares of it."""
    proof: Callable[[float], bool] | None = field(default=None, compare=False, repr=False)
    """Whether the rows prove a value beyond a limit; None where `evidence` does not depend on the limit."""

    @property
    def key(self) -> str:
        """The alert that this reading belongs to, whatever its window."""
        return alert_key(self.rule, self.model, self.version, self.column)


@dataclass(frozen=True)
class Acknowledgement:
    """Who has seen a firing alert, and when."""

    who: str
    """A login name, safe for a screen."""
    at: float
    """Wall time in seconds since 1970."""
    note: str = ""
    """What they had to say, safe for a screen."""


@dataclass(frozen=True)
class AlertState:
    """One alert between two evaluations; times are event time in seconds since 1970. Plain fields, so that it can be stored."""

    key: str
    rule: str
    model: str
    version: str | None
    column: str | None
    window: str | None
    """The worst window."""
    severity: Severity
    phase: AlertPhase
    since: float
    """When this phase began."""
    pending_since: float
    """Start of the clock of the warning limit; it moves on while there is no data, so that only proven time counts."""
    value: float | None
    threshold: float
    """The limit of `severity`."""
    episode: int
    """Which firing this is, or would be, counted from 1."""
    historic: bool
    """The last transition came from old logs."""
    last: float
    """The last evaluation."""
    critical_since: float | None = None
    """Start of the clock of the critical limit; None when it is not exceeded."""
    levels: tuple[tuple[str | None, Severity], ...] = ()
    """What each window said when it last could; windows below their limits are left out."""
    direction: Direction = "above"
    unit: str = ""
    baseline: float | None = None
    ended: float | None = None
    """When the episode before this one was resolved: what a pending alert that vanishes goes back to."""
    ended_severity: Severity | None = None
    began: float = 0.0
    """When this episode became pending; unlike `pending_since` it stays."""
    acknowledged: Acknowledgement | None = None
    """Of this episode while it fires, at this severity."""
    calm_since: float | None = None
    """Start of the clock of `keep_firing_for`: since when a firing alert is clear of its limits; None while it is not."""
    data: ReadingState = "ok"
    """Whether the last evaluation could judge it: without enough rows it stays as it is."""
    held: tuple[str | None, ...] = ()
    """Windows that were between the clear level and the limits when they last could tell."""

    @property
    def calm(self) -> bool:
        """Whether it fires only because it has not been clear of its limits for long enough."""
        return self.phase == "firing" and not self.levels and (self.calm_since is not None or bool(self.held))


@dataclass(frozen=True)
class Transition:
    """A change that people may want to hear of."""

    at: float
    """Event time."""
    kind: TransitionKind
    state: AlertState
    """As it is after the change."""
    message: str


@lru_cache(16_384)
def alert_key(rule: str, model: str, version: str | None, column: str | None) -> str:
    """Return the id of an alert: printable ASCII, different for different series, the same in every run."""
    return "/".join((rule, *(_name(part) for part in (model, version, column))))


def _name(part: str | None) -> str:
    """Nothing for "no name", a lone percent sign for the empty name; no other name is spelled so."""
    if part is None:
        return ""
    return quote(part, safe=" :;,.~-_()[]{}=@+*", errors="surrogatepass") or "%"
