"""What one receiver is told of one firing of one alert, and how far it has been told."""

from __future__ import annotations

from dataclasses import dataclass

from tuimon.alerts.message import message
from tuimon.alerts.state import AlertState
from tuimon.values.alert import Severity
from tuimon.values.text import safe_text

Key = tuple[str, str, int]
"""Receiver, alert, episode."""

RANK: dict[Severity | None, int] = {None: 0, "warning": 1, "critical": 2}
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Episode:
    """One firing of one alert as others are told of it; texts are safe, times are event time in seconds since 1970."""

    alert: str
    number: int
    rule: str
    model: str
    version: str | None
    column: str | None
    window: str | None
    severity: Severity
    """The worst so far: who was told "critical" is not told that it eased."""
    text: str
    value: float | None
    threshold: float
    began: float
    ended: float | None = None


@dataclass(frozen=True)
class Letter:
    """One episode for one receiver. Plain fields, so that it can be stored."""

    receiver: str
    order: int
    """Letters are sent in this order."""
    episode: Episode
    written: float
    """Wall time of its last change: what waits too long is given up."""
    told: Severity | None = None
    """What the receiver has taken so far; None is nothing."""
    given_up: bool = False
    """The receiver refused it for good, or it was too old: the end of the episode is not told either."""

    @property
    def key(self) -> Key:
        """Which receiver and episode this is about."""
        return self.receiver, self.episode.alert, self.episode.number

    @property
    def waiting(self) -> bool:
        """Whether the receiver does not know all of it yet."""
        return not self.given_up and (self.episode.ended is not None or RANK[self.episode.severity] > RANK[self.told])


def episode_of(state: AlertState) -> Episode:
    """Return the firing that a state is in."""
    return Episode(
        state.key,
        state.episode,
        state.rule,
        safe_text(state.model, _LONGEST_NAME),
        None if state.version is None else safe_text(state.version, _LONGEST_NAME),
        None if state.column is None else safe_text(state.column, _LONGEST_NAME),
        state.window,
        state.severity,
        message(state),
        state.value,
        state.threshold,
        state.since,
    )
