"""Readings about how lines arrive, of all logs together and by the wall clock: rejected, late, from the future, lost, not yet read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass

from tuimon.alerts import Reading
from tuimon.config import OF_ALL_LOGS, Settings
from tuimon.monitor.judge import Budget
from tuimon.monitor.panels import share
from tuimon.monitor.rates import Scope
from tuimon.monitor.windows import Window
from tuimon.store import MOST_EVENTS, Store
from tuimon.values.snapshot import Ingest

ALL_LOGS = ""
"""The model of alerts that are about no model: a line that was not taken has none."""
SHARES = {"rejected_rate": ("rejected", "lines"), "late_rate": ("late", "rows"), "future_rate": ("future", "rows")}
NOTE = "arrivals"
HOUR = 3_600.0


@dataclass(frozen=True)
class _Point:
    """The books of all files at one moment of wall time."""

    at: float
    lines: int
    rejected: int
    rows: int
    late: int
    future: int

    @staticmethod
    def of(books: Ingest, at: float) -> _Point:
        return _Point(at, books.lines, books.rejected, books.rows, books.late, books.future)

    def since(self, before: _Point, name: str) -> int:
        return max(0, int(getattr(self, name)) - int(getattr(before, name)))


class Arrivals:
    """Remembers the books of the past day, in the store as well: a restart in the middle of a window changes nothing."""

    def __init__(self, settings: Settings, store: Store, now: float) -> None:
        """Begin before the first line is read: what is read from then on counts. Nothing is kept when nobody asks for a share."""
        self._settings, self._store = settings, store
        every = Scope(settings, ALL_LOGS, Window(60, 0, 0.0, 0), 1.0)
        self._rules = [rule for rule in OF_ALL_LOGS if every.has_limits(rule)]
        self._kept: list[_Point] = []
        if any(rule in SHARES for rule in self._rules):
            text = store.load_note(NOTE)
            self._kept = [_Point(*row) for row in json.loads(text)] if text else [_Point.of(store.totals(), now)]
            if not text:
                self._save()

    @property
    def asked(self) -> bool:
        """Whether any of these rules has a limit."""
        return bool(self._rules)

    def readings(self, books: Ingest, now: float, budget: Budget) -> list[Reading]:
        """Return the readings of this moment, of the rules that have limits."""
        found = list(self._shares(_Point.of(books, now), budget)) if self._kept else []
        return found + [self._count(rule, books, now) for rule in self._rules if rule not in SHARES]

    def _shares(self, point: _Point, budget: Budget) -> Iterator[Reading]:
        for rule in self._rules:
            if rule not in SHARES:
                continue
            part, whole = SHARES[rule]
            width, before = self._window(point, whole)
            some, all_ = point.since(before, part), point.since(before, whole)
            scope = Scope(self._settings, ALL_LOGS, _window(width, point.at), budget.p_star(width))
            yield scope.reading(rule, share(some, all_), all_, _more(scope, some, all_))
        self._keep(point)

    def _window(self, point: _Point, whole: str) -> tuple[int, _Point]:
        """The window as panels choose theirs, and the books at its beginning."""
        windows = self._settings.windows
        for width in windows.widths if windows.current is None else (windows.current,):
            before = next((kept for kept in reversed(self._kept) if kept.at <= point.at - width), self._kept[0])
            if point.since(before, whole) >= windows.min_rows:
                break
        return width, before

    def _keep(self, point: _Point) -> None:
        """Remember the books once a minute, of what lies more than an hour back twice an hour."""
        if 0 <= point.at - self._kept[-1].at < 60:
            return
        oldest = point.at - max(self._settings.windows.widths)
        begin = max((i for i, kept in enumerate(self._kept) if kept.at <= oldest), default=0)
        thinned: list[_Point] = []
        for kept in self._kept[begin:]:
            if not thinned or kept.at > point.at - HOUR or kept.at - thinned[-1].at >= HOUR / 2:
                thinned.append(kept)
        self._kept = [*(kept for kept in thinned if kept.at < point.at), point]
        self._save()

    def _save(self) -> None:
        self._store.save_note(NOTE, json.dumps([astuple(kept) for kept in self._kept]))

    def _count(self, rule: str, books: Ingest, now: float) -> Reading:
        """Lost files stay said for the widest window; what is not read yet is about this moment."""
        scope = Scope(self._settings, ALL_LOGS, _window(max(self._settings.windows.widths), now), 1.0)
        if rule == "lag_bytes":
            return Reading(rule, ALL_LOGS, None, None, None, float(books.lag_bytes), scope.limits(rule))
        lost = sum(event.kind == "gap" and event.at > now - scope.window.width for event in self._store.events(MOST_EVENTS))
        return Reading(rule, ALL_LOGS, None, None, scope.window.name, float(lost), scope.limits(rule))


def _window(width: int, now: float) -> Window:
    return Window(width, int(now), now, 0)


def _more(scope: Scope, part: int, whole: int) -> Callable[[float], bool]:
    return lambda limit: scope.more(part, whole, limit)
