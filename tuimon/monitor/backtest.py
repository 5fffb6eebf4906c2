"""Stored history gone through with other settings: which alerts would have fired. Nothing is saved, logged or told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from tuimon.alerts import AlertState, step
from tuimon.config import Settings
from tuimon.monitor.alarms import drifting_since
from tuimon.monitor.drift import COMPARED
from tuimon.monitor.episodes import Episodes, Fired
from tuimon.monitor.judge import Budget
from tuimon.monitor.references import differing
from tuimon.monitor.replay import HOUR, MINUTE, Stretch, moments, stretches_of
from tuimon.store import ModelFacts, Store
from tuimon.values.text import rfc3339, safe_text

Status = Literal["ok", "warning", "critical"]
Told = Callable[[float], None]
"""Is called with the share of all moments that is behind, 0 to 1."""


class BacktestError(Exception):
    """The history cannot be replayed; one sentence says why."""


@dataclass(frozen=True)
class Asked:
    """Which history; times are seconds since 1970, None for all that there is."""

    model: str | None = None
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class Covered:
    """What of one model was replayed, seconds since 1970."""

    model: str
    start: float
    end: float
    hours_from: float | None
    """Where it begins to be known by the hour alone; None when that is nowhere."""
    minutes_from: float | None
    """Where it begins to be known by the minute; None when that is nowhere."""


@dataclass(frozen=True)
class Replayed:
    """What would have happened."""

    alerts: tuple[Fired, ...]
    """In order of time."""
    models: tuple[Covered, ...]

    @property
    def status(self) -> Status:
        """The worst that would have fired."""
        severities = {alert.severity for alert in self.alerts}
        return "critical" if "critical" in severities else "warning" if severities else "ok"


def replayed(store: Store, settings: Settings, asked: Asked, told: Told = lambda _: None) -> Replayed:
    """Return which alerts the settings would have raised over the stored history. Raises BacktestError."""
    problem = differing(settings, store)
    if problem is not None:
        raise BacktestError(problem)
    known = [facts for facts in store.models() if facts.watermark is not None]
    budget = Budget(settings, _series(store, known))
    plan = [(facts, found) for facts in _chosen(known, asked) if (found := stretches_of(store, facts, settings, asked.start, asked.end))]
    if not plan:
        raise BacktestError(_nothing(known))
    progress = _Progress(told, sum(stretch.many for _, stretches in plan for stretch in stretches))
    alerts: list[Fired] = []
    for facts, stretches in plan:
        alerts += _Replay(store, settings, facts, budget, progress).run(stretches)
    covered = tuple(_covered(facts.name, stretches) for facts, stretches in plan)
    return Replayed(tuple(sorted(alerts, key=lambda alert: (alert.start, alert.key))), covered)


@dataclass
class _Progress:
    told: Told
    all: int
    done: int = 0

    def one(self) -> None:
        """One moment is judged."""
        self.done += 1
        self.told(min(1.0, self.done / self.all))


class _Replay:
    """One model, from the first moment to the last."""

    def __init__(self, store: Store, settings: Settings, facts: ModelFacts, budget: Budget, progress: _Progress) -> None:
        self._store, self._settings, self._facts, self._budget, self._progress = store, settings, facts, budget, progress
        self._states: dict[str, AlertState] = {}
        self._episodes = Episodes()

    def run(self, stretches: Iterable[Stretch]) -> list[Fired]:
        """Return what fired."""
        for at, watch, grain in moments(self._store, self._settings, self._facts, stretches):
            watch.begun = drifting_since(self._states)
            self._states, changes = step(self._states, watch.readings(at, self._budget), at, historic=True)
            self._episodes.take(at, self._states, changes, grain)
            self._progress.one()
        return self._episodes.all()


def _covered(model: str, stretches: list[Stretch]) -> Covered:
    begins = {stretch.width: float(stretch.start) for stretch in stretches}
    return Covered(safe_text(model), min(begins.values()), stretches[-1].end, begins.get(HOUR), begins.get(MINUTE))


def _nothing(known: list[ModelFacts]) -> str:
    if not known:
        return "nothing is stored: read the logs with `tuimon ingest` first, or name another store with --state"
    first, last = (rfc3339(found) for found in (min(facts.first or 0.0 for facts in known), max(facts.watermark or 0.0 for facts in known)))
    return f"no stored history lies in that range: it goes from {first} to {last}"


def _series(store: Store, known: Iterable[ModelFacts]) -> int:
    """How many drift series the console has: all models share its budget of false alarms, whichever of them are replayed."""
    return sum(column.role in COMPARED for facts in known for column in store.columns(facts.name))


def _chosen(known: list[ModelFacts], asked: Asked) -> list[ModelFacts]:
    if asked.model is None:
        return known
    found = [facts for facts in known if facts.name == asked.model]
    if found:
        return found
    near = get_close_matches(asked.model, [facts.name for facts in known], 1)
    hint = f"; did you mean '{safe_text(near[0])}'?" if near else ""
    raise BacktestError(f"nothing is stored of a model '{safe_text(asked.model)}'{hint}")
