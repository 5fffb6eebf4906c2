"""From transitions to episodes: one alert from when it fired until it was resolved, with the worst that was seen of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tuimon.alerts import AlertState, Transition
from tuimon.config import Direction
from tuimon.values.alert import Severity
from tuimon.values.text import safe_text


@dataclass(frozen=True)
class Fired:
    """One episode of an alert; names are safe for a screen, times are event time in seconds since 1970."""

    key: str
    rule: str
    model: str
    version: str | None
    column: str | None
    severity: Severity
    """The worst that it was."""
    start: float
    end: float
    """Where it was resolved, or the last moment that was judged."""
    over: bool
    """Whether it was resolved."""
    value: float | None
    """The worst while it fired."""
    window: str | None
    threshold: float
    """The limit of `severity`."""
    direction: Direction
    grain: int
    """Seconds between two moments that were judged when it fired: a minute or an hour."""

    @property
    def seconds(self) -> float:
        """For how long it fired."""
        return self.end - self.start


class Episodes:
    """Collects what fires while moments are gone through in order."""

    def __init__(self) -> None:
        self._open: dict[str, Fired] = {}
        self._closed: list[Fired] = []

    def take(self, at: float, states: Mapping[str, AlertState], changes: Sequence[Transition], grain: int) -> None:
        """Note one evaluation: what ended, what fires now, and how bad it is."""
        for change in changes:
            found = self._open.pop(change.state.key, None) if change.kind == "resolved" else None
            if found is not None:
                self._closed.append(replace(found, end=at, over=True))
        for key, state in states.items():
            if state.phase == "firing":
                self._open[key] = _grown(self._open[key], state, at) if key in self._open else _begun(state, at, grain)

    def all(self) -> list[Fired]:
        """Return every episode; those that are not over end with the last moment."""
        return [*self._closed, *self._open.values()]


def _begun(state: AlertState, at: float, grain: int) -> Fired:
    return Fired(
        key=state.key,
        rule=state.rule,
        model=safe_text(state.model),
        version=None if state.version is None else safe_text(state.version),
        column=None if state.column is None else safe_text(state.column),
        severity=state.severity,
        start=at,
        end=at,
        over=False,
        value=state.value,
        window=state.window,
        threshold=state.threshold,
        direction=state.direction,
        grain=grain,
    )


def _grown(before: Fired, state: AlertState, at: float) -> Fired:
    now = replace(before, end=at)
    if state.severity == "critical" and before.severity == "warning":
        now = replace(now, severity="critical", threshold=state.threshold)
    if state.value is None or (before.value is not None and not _worse(state.value, before.value, state.direction)):
        return now
    return replace(now, value=state.value, window=state.window, direction=state.direction)


def _worse(value: float, than: float, direction: Direction) -> bool:
    return value < than if direction == "below" else value > than
