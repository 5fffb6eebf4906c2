"""Stored rows in order of time, a page at a time: however many there are, memory holds one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from tuimon.store.catalogue import Measured
from tuimon.store.cells import Ints
from tuimon.store.database import Database
from tuimon.store.rows import SQL_TYPES, Rows, Segment

MOST_ROWS = 65_536
_VALUES = 4_000_000
"""Values of a page at most, however many columns there are."""
_MINUTE = 60_000_000
_BASE = "ts, generation, line, version, id_hash"
_WITHIN = "ts >= make_timestamp(?) AND ts < make_timestamp(?)"


class Pages:
    """Reads the rows of one model in the order (time, generation, line, place in the table), which is total."""

    def __init__(self, database: Database, rows: Rows) -> None:
        self._database, self._rows = database, rows

    def minutes(self, model: int, start: int, end: int) -> tuple[Ints, Ints]:
        """Return (microseconds at which each minute with rows begins, rows in it), rising, for event time in [start, end) microseconds."""
        parts = [f"SELECT ts FROM {segment.table} WHERE {_WITHIN}" for segment in self._rows.of_model(model)]
        if not parts:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        sql = (
            f"SELECT epoch_us(ts) - (epoch_us(ts) % {_MINUTE} + {_MINUTE}) % {_MINUTE} AS begins, count(*) AS held"
            f" FROM ({' UNION ALL '.join(parts)}) GROUP BY begins ORDER BY begins"
        )
        found = self._database.table(sql, [start, end] * len(parts))
        return found.column("begins").to_numpy(), found.column("held").to_numpy()

    def each(self, model: int, start: int, end: int, columns: Sequence[Measured]) -> Iterator[pa.Table]:
        """Yield rows with event time in [start, end) microseconds, oldest first; columns that a segment lacks are NULL."""
        size = max(1, min(MOST_ROWS, _VALUES // (len(columns) + 5)))
        for first, last in _slices(*self.minutes(model, start, end), size):
            yield from self._slice(model, max(first, start), min(last, end), columns, size)

    def _slice(self, model: int, start: int, end: int, columns: Sequence[Measured], size: int) -> Iterator[pa.Table]:
        """Whole minutes, in one page where they fit into it."""
        parts = [self._select(segment, columns) for segment in self._rows.of_model(model)]
        bounds: list[object] = [start, end] * len(parts)
        key: tuple[int, ...] | None = None
        while True:
            after = "" if key is None else "WHERE (ts, generation, line, place) > (make_timestamp(?), ?, ?, ?)"
            sql = f"SELECT * FROM ({' UNION ALL '.join(parts)}) {after} ORDER BY ts, generation, line, place LIMIT {size}"
            page = self._database.table(sql, [*bounds, *(key or ())])
            if page.num_rows:
                last = page.slice(page.num_rows - 1)
                key = tuple(last.column(name).cast(pa.int64())[0].as_py() for name in ("ts", "generation", "line", "place"))
                yield page.drop_columns(["place"])
            if page.num_rows < size:
                return

    def _select(self, segment: Segment, columns: Sequence[Measured]) -> str:
        own = [
            f"f_{column.number}" if column.number in segment.columns else f"CAST(NULL AS {SQL_TYPES[column.kind]}) AS f_{column.number}"
            for column in columns
        ]
        return f"SELECT {', '.join([_BASE, 'rowid AS place', *own])} FROM {segment.table} WHERE {_WITHIN}"


def _slices(begins: Ints, held: Ints, size: int) -> Iterator[tuple[int, int]]:
    """Yield stretches of whole minutes with up to `size` rows together; a minute with more is a stretch of its own."""
    first, total = 0, 0
    for place, rows in enumerate(held.tolist()):
        if total and total + rows > size:
            yield int(begins[first]), int(begins[place - 1]) + _MINUTE
            first, total = place, 0
        total += rows
    if total:
        yield int(begins[first]), int(begins[-1]) + _MINUTE
