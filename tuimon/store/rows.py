"""Rows in wide typed segments: one table a stretch of a model's rows, columns named by number."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from tuimon.store.catalogue import Catalogue, Measured
from tuimon.store.cells import Int32s, Ints
from tuimon.store.database import Database
from tuimon.values.batch import Records

MOST_ROWS = 2_000_000
_FIRST, _LAST = -62_135_596_800.0, 253_402_300_800.0
"""The years 1 to 9999 in seconds since 1970."""
_BASE = (
    "generation BIGINT, line BIGINT, ts TIMESTAMP, ts_estimated BOOLEAN, version INTEGER, id VARCHAR, id_hash UBIGINT, latency_ms DOUBLE,"
    " error BOOLEAN, future BOOLEAN, read_at DOUBLE"
)
SQL_TYPES = {"numeric": "DOUBLE", "category": "VARCHAR"}


@dataclass
class Segment:
    """One table of rows; an open one still takes rows."""

    number: int
    model: int
    row_count: int = 0
    open: bool = True
    columns: set[int] = field(default_factory=set)

    @property
    def table(self) -> str:
        """The name of its table."""
        return f"rows_{self.number}"


class Rows:
    """All segments. A feature that is new, or too many rows, starts a new one: altering a large table is slow."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self._database, self._catalogue = database, catalogue
        self.segments: dict[int, Segment] = {}
        for number, model, opened in database.rows("SELECT number, model, open FROM segments ORDER BY number"):
            self.segments[number] = Segment(number, model, database.number(f"SELECT count(*) FROM rows_{number}"), opened)
        for number, column in database.rows("SELECT segment, measured FROM segment_columns"):
            self.segments[number].columns.add(column)
        self._next = max(self.segments, default=0) + 1

    def append(self, generations: Ints, model: int, versions: Int32s, columns: list[Measured], records: Records, now: float) -> None:
        """Store rows, each with the number of its generation; to be called inside a transaction."""
        if not records.base.num_rows:
            return
        segment = self._segment_for(model, columns)
        self._database.insert(segment.table, _table(generations, versions, columns, records, now))
        segment.row_count += records.base.num_rows

    def of_model(self, model: int) -> list[Segment]:
        """Return a model's segments, oldest first."""
        return [segment for segment in self.segments.values() if segment.model == model]

    def read(self, model: int, start: float, end: float, limit: int) -> pa.Table:
        """Return stored rows of a model with event time in [start, end) seconds, in order of it; columns that a segment lacks are NULL."""
        parts = [
            f"SELECT * FROM {segment.table} WHERE ts >= make_timestamp(?) AND ts < make_timestamp(?)" for segment in self.of_model(model)
        ]
        if not parts:
            return pa.table({})
        bounds = [micros(start), micros(end)] * len(parts)
        return self._database.table(f"{' UNION ALL BY NAME '.join(parts)} ORDER BY ts, generation, line LIMIT {int(limit)}", bounds)

    def span(self, model: int) -> tuple[float, float, int] | None:
        """Return (first, last event time in seconds, rows) of a model's stored rows; None without one."""
        parts = [f"SELECT ts FROM {segment.table}" for segment in self.of_model(model)]
        if not parts:
            return None
        sql = f"SELECT epoch_us(min(ts)), epoch_us(max(ts)), count(*) FROM ({' UNION ALL '.join(parts)})"
        first, last, count = self._database.rows(sql)[0]
        return (first / 1e6, last / 1e6, count) if count else None

    def drop(self, segment: Segment) -> None:
        """Drop a segment with all its rows; to be called inside a transaction."""
        self._database.run(f"DROP TABLE {segment.table}")
        self._database.run("DELETE FROM segments WHERE number = ?", [segment.number])
        self._database.run("DELETE FROM segment_columns WHERE segment = ?", [segment.number])
        del self.segments[segment.number]

    def move(self, segment: Segment, where: str) -> None:
        """Put the rows that match into a new segment in the place of this one; to be called inside a transaction."""
        fresh = self._create(segment.model, set(segment.columns))
        self._database.run(f"INSERT INTO {fresh.table} BY NAME SELECT * FROM {segment.table} WHERE {where} ORDER BY rowid")
        self.recount(fresh)
        self.drop(segment)

    def recount(self, segment: Segment) -> None:
        """Take over how many rows a segment has after some were deleted."""
        segment.row_count = self._database.number(f"SELECT count(*) FROM {segment.table}")

    def _segment_for(self, model: int, columns: list[Measured]) -> Segment:
        wanted = {column.number for column in columns}
        current = next((segment for segment in reversed(self.of_model(model)) if segment.open), None)
        if current is not None and wanted <= current.columns and current.row_count < MOST_ROWS:
            return current
        if current is not None:
            current.open = False
            self._database.run("UPDATE segments SET open = false WHERE number = ?", [current.number])
        return self._create(model, wanted if current is None else wanted | current.columns)

    def _create(self, model: int, columns: set[int]) -> Segment:
        segment = Segment(self._next, model, columns=columns)
        self._next += 1
        own = "".join(f", f_{number} {SQL_TYPES[self._catalogue.columns[number].kind]}" for number in sorted(columns))
        self._database.run(f"CREATE TABLE {segment.table} ({_BASE}{own})")
        self._database.run("INSERT INTO segments VALUES (?, ?, true)", [segment.number, model])
        owner = pa.array(np.full(len(columns), segment.number, np.int32))
        self._database.insert("segment_columns", pa.table({"segment": owner, "measured": pa.array(sorted(columns), pa.int32())}))
        self.segments[segment.number] = segment
        return segment


def micros(seconds: float) -> int:
    """Return a time as microseconds that SQL can hold: those before the year 1 or after 9999 become these."""
    return round(min(max(seconds, _FIRST), _LAST) * 1e6)


def _table(generations: Ints, versions: Int32s, columns: list[Measured], records: Records, now: float) -> pa.Table:
    base, rows = records.base, records.base.num_rows
    own = {
        "generation": pa.array(generations),
        "version": pa.array(versions),
        "read_at": pa.array(np.full(rows, now)),
    }
    names = ("line", "ts", "ts_estimated", "id", "id_hash", "latency_ms", "error", "future")
    kept = {name: base.column(name) for name in names}
    values = {f"f_{column.number}": array for column, array in zip(columns, records.values, strict=True)}
    return pa.table({**own, **kept, **values})
