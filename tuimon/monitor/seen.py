"""When the columns of a model had values: by the minute where minutes are held, by the hour for 13 days before."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tuimon.monitor.timeline import Timeline
from tuimon.store import Store

HOUR = 3_600
BACK = 13 * 86_400
"""Seconds before the minutes that are held."""


@dataclass
class Spans:
    """The first and the last minute, or hour, with a value by column number."""

    first: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)

    @property
    def begin(self) -> int | None:
        """Where the first row is that is known of."""
        return min(self.first.values(), default=None)

    def add(self, column: int, first: int, last: int) -> None:
        """Widen the span of a column."""
        self.first[column] = min(first, self.first.get(column, first))
        self.last[column] = max(last, self.last.get(column, last))


class Seen:
    """Looks up when columns had values. Hours are read when somebody asks, and then only those that were not read yet."""

    def __init__(self, store: Store, model: str) -> None:
        self._store, self._model = store, model
        self._older = Spans()
        self._read_until = 0

    def rows_came(self, since: int) -> None:
        """Read hours again at the next question if cells from the minute `since` on belong to them."""
        self._read_until = min(self._read_until, since // HOUR * HOUR)

    def spans(self, timeline: Timeline, until: int) -> Spans:
        """Return what was seen before the minute `until`, which lies among those that are held."""
        begin = timeline.loaded_from
        if begin is None:
            return Spans()
        self._read_on(begin, timeline.left_out)
        found = Spans(dict(self._older.first), dict(self._older.last))
        for slot, first, last in zip(timeline.slots, *(times.tolist() for times in timeline.spans(until)), strict=True):
            if first >= 0 and slot.version != timeline.left_out:
                found.add(slot.column, first, last)
        return found

    def _read_on(self, begin: int, left_out: str | None) -> None:
        """Take the hours before the minutes."""
        since = max(self._read_until, (begin - BACK) // HOUR * HOUR)
        if since >= begin:
            return
        cells = self._store.cells(self._model, HOUR, since, begin)
        mine = cells.n > cells.nulls
        if left_out in cells.versions:
            mine &= cells.version != cells.versions.index(left_out)
        column, start = cells.column[mine], cells.start[mine]
        for number in np.unique(column).tolist():
            own = start[column == number]
            self._older.add(int(number), int(own[0]), int(own[-1]))
        self._read_until = -(-begin // HOUR) * HOUR
