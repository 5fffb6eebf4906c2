"""When alerts of a column were firing: such rows are not what a baseline that moves with the window is made of."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from tuimon.store import MOST_EVENTS, Cells, ColumnFacts, Store
from tuimon.values import safe_text
from tuimon.values.snapshot import Event

EARLIER = 3600.0
"""Seconds before an alert fires that are taken for troubled as well: it needs rows, and is held."""

Stretches = dict[int, tuple[tuple[float, float], ...]]
"""By column number the event times from, to of each stretch; an endless one is still firing."""


class Troubled:
    """Reads the event log for stretches, again only when there are new events."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: tuple[Event, ...] = ()
        self._found: Stretches = {}

    def of(self, model: str, columns: dict[int, ColumnFacts]) -> Stretches:
        """Return the stretches of a model's columns, as far back as the event log goes."""
        events = self._store.events(MOST_EVENTS)
        if events is not self._seen:
            self._seen = events
            by_name = stretches(event for event in events if event.model == safe_text(model))
            self._found = {number: by_name[name] for number, c in columns.items() if (name := safe_text(c.name)) in by_name}
        return self._found


def stretches(events: Iterable[Event]) -> dict[str, tuple[tuple[float, float], ...]]:
    """Return by safe column name when one or more of its alerts were firing, from an hour before; events are oldest first."""
    firing: dict[str, int] = {}
    found: dict[str, list[tuple[float, float]]] = {}
    for event in events:
        if event.kind != "alert" or event.column is None:
            continue
        step = -1 if event.severity == "ok" else int(event.text.startswith("firing: "))
        before = firing.get(event.column, 0)
        now = firing[event.column] = max(0, before + step)
        mine = found.setdefault(event.column, [])
        if now and not before:
            mine.append((event.at - EARLIER, np.inf))
        elif before and not now:
            mine[-1] = (mine[-1][0], event.at)
    return {column: tuple(mine) for column, mine in found.items() if mine}


def calm(cells: Cells, width: int, troubled: Stretches) -> npt.NDArray[np.bool_]:
    """Return which cells of `width` seconds share no second with a stretch of their column."""
    kept = np.ones(len(cells.start), bool)
    for number, some in troubled.items():
        mine = cells.column == number
        for begin, end in some:
            kept &= ~(mine & (cells.start < end) & (cells.start + width > begin))
    return kept
