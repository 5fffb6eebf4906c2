"""When alerts of a column were firing: such rows are not what a baseline that moves with the window is made of."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from tuimon.alerts import AlertState, decoded
from tuimon.store import Cells, ColumnFacts, Store

EARLIER = 3600.0
"""Seconds before an alert fires that are taken for troubled as well: it needs rows, and is held."""

ByName = dict[str, tuple[tuple[float, float], ...]]
Stretches = dict[int, tuple[tuple[float, float], ...]]
"""By column number the event times from, to of each stretch; an endless one is still firing."""


class Troubled:
    """Reads the alert journal for stretches, its new lines only."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen = 0
        self._states: list[AlertState] = []
        self._found: dict[str, ByName] = {}
        """Of each model that was asked for since the last new line."""

    def of(self, model: str, columns: dict[int, ColumnFacts]) -> Stretches:
        """Return the stretches of a model's columns, as far back as the store's journal goes."""
        lines = self._store.journal_after(self._seen)
        if lines:
            self._seen = lines[-1][0]
            self._states += [entry.state for _, line in lines if (entry := decoded(line)) is not None and entry.state is not None]
            self._found.clear()
        if model not in self._found:
            self._found[model] = stretches(state for state in self._states if state.model == model)
        by_name = self._found[model]
        return {number: by_name[column.name] for number, column in columns.items() if column.name in by_name}


def stretches(states: Iterable[AlertState]) -> ByName:
    """Return by column when one or more of its alerts were firing, from an hour before; states are as after each change, in order."""
    firing: dict[str, set[str]] = {}
    found: dict[str, list[tuple[float, float]]] = {}
    for state in states:
        if state.column is None:
            continue
        mine, some = firing.setdefault(state.column, set()), found.setdefault(state.column, [])
        before = bool(mine)
        (mine.add if state.phase == "firing" else mine.discard)(state.key)
        if mine and not before:
            some.append((state.since - EARLIER, np.inf))
        elif before and not mine:
            some[-1] = (some[-1][0], state.last)
    return {column: tuple(some) for column, some in found.items() if some}


def calm(cells: Cells, width: int, troubled: Stretches) -> npt.NDArray[np.bool_]:
    """Return which cells of `width` seconds share no second with a stretch of their column."""
    kept = np.ones(len(cells.start), bool)
    for number, some in troubled.items():
        mine = cells.column == number
        for begin, end in some:
            kept &= ~(mine & (cells.start < end) & (cells.start + width > begin))
    return kept
