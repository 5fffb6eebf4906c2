"""What a console may know of the engine: it is started, it publishes snapshots, it takes requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tuimon.values.alert import Severity
from tuimon.values.evidence import Behind
from tuimon.values.looking import Look
from tuimon.values.snapshot import Against, Snapshot
from tuimon.values.trial import TrialScope


@dataclass(frozen=True)
class RefreshNow:
    """Ingest and evaluate at once instead of at the next tick."""


@dataclass(frozen=True)
class SetRefresh:
    """Change the refresh interval, in seconds, until the program ends."""

    seconds: float


@dataclass(frozen=True)
class CompareWith:
    """Show a model's columns against something else, until the program ends; None is the configured baseline. Alerts never change by it."""

    model: str
    against: Against | None


@dataclass(frozen=True)
class Acknowledge:
    """Somebody has seen an alert as it is on the screen, or takes that back; without effect when it has become another or worse."""

    alert: str
    episode: int
    severity: Severity
    withdrawn: bool = False
    note: str = ""


@dataclass(frozen=True)
class Hush:
    """Nobody is to hear of alerts that match for a time: each part that is given must be equal, or match as a pattern."""

    seconds: float
    alert: str | None = None
    """The id of one; else the parts below."""
    rule: str | None = None
    model: str | None = None
    version: str | None = None
    column: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Unhush:
    """A silence is to end now."""

    number: int


@dataclass(frozen=True)
class TryThreshold:
    """Say what a threshold would have come to over the stored history; names as the screen shows them."""

    rule: str
    model: str
    version: str | None = None
    column: str | None = None
    scope: TrialScope = "series"
    warning: float | None = None
    """None, as for `critical`, leaves what holds at present."""
    critical: float | None = None


@dataclass(frozen=True)
class SaveThreshold:
    """Write the threshold that was tried last into the configuration file."""


@dataclass(frozen=True)
class StopTrying:
    """Nobody looks at the threshold that was tried any more."""


@dataclass(frozen=True)
class LookAt:
    """Publish the picture of another moment or window beside the present one; None is enough of it. Alerts never change by it."""

    look: Look | None


@dataclass(frozen=True)
class ShowRows:
    """Publish the stored rows behind a number; None when nobody looks at them any more."""

    asked: Behind | None


Request = (
    RefreshNow | SetRefresh | CompareWith | Acknowledge | Hush | Unhush | TryThreshold | SaveThreshold | StopTrying | LookAt | ShowRows
)


class Feed(Protocol):
    """The engine as the console sees it."""

    def start(self, publish: Callable[[Snapshot], None], refused: Callable[[], None]) -> None:
        """Begin; `publish` is called from another thread with each new snapshot, `refused` when there will never be one."""

    def request(self, request: Request) -> None:
        """Hand over a request; returns at once."""

    def stop(self, timeout: float) -> bool:
        """End the work cleanly and return whether it ended within `timeout` seconds."""

    @property
    def failure(self) -> str | None:
        """One sentence when the engine has stopped by an error, else None."""
