"""An in-memory DuckDB that only reads what it is handed: no files, no network, no settings to change."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa

LineError = (duckdb.Error, UnicodeDecodeError)
"""What a query over lines raises when one of them is no JSON; DuckDB's message can hold the line, which may be no UTF-8."""

TooMuch = duckdb.OutOfMemoryException
"""What a query raises when it needs more than the engine's memory."""

THREADS = 2
LEAST_MEMORY = 64_000_000

QUERIES = 10_000
"""Queries after which the database is made anew: each leaves some kilobytes behind, in a week hundreds of megabytes."""

VECTOR = 2_048
"""Rows that DuckDB works on at a time."""
SHARE = 2 * VECTOR
"""Rows that a thread takes on at a time: few enough that both end at about the same moment."""
PIECE = 1 << 20
"""Bytes of text that are handed over at a time where a vector of rows would hold more: about 2,000 usual lines."""


class Engine:
    """One private DuckDB for bulk decoding. Not for two threads at once; decoders of one thread may share it."""

    def __init__(self, memory_limit: int = 256_000_000) -> None:
        """Open it; `memory_limit` in bytes."""
        self._memory_limit = memory_limit
        self._connection, self._left = self._opened(), QUERIES

    def _opened(self) -> duckdb.DuckDBPyConnection:
        # Without a directory to spill to, no byte of a log can be left on a disk.
        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": THREADS,
            "memory_limit": f"{max(self._memory_limit, LEAST_MEMORY) // 1_000_000}MB",
            "enable_external_access": False,
            "temp_directory": "",
        }
        connection = duckdb.connect(":memory:", config=config)
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET lock_configuration = true")
        return connection

    def query(self, sql: str, **tables: pa.Table) -> pa.Table:
        """Return a query's result over Arrow tables known by these names; raises duckdb.Error."""
        if not self._left:
            self._connection.close()
            self._connection, self._left = self._opened(), QUERIES
        self._left -= 1
        with ExitStack() as held:
            for name, table in tables.items():
                self._connection.register(name, self._spread(table))
                held.callback(self._connection.unregister, name)
            return self._connection.sql(sql).to_arrow_table()

    def _spread(self, table: pa.Table) -> pa.Table:
        """Cut a table into pieces for the threads, since one record batch is scanned by one, and into pieces of few bytes.

        What a JSON function needs for one vector of lines is many times their size, and a vector never spans two record batches.
        """
        size = SHARE if table.num_rows >= 2 * SHARE else table.num_rows
        edges = {0, table.num_rows, *range(0, table.num_rows, max(size, 1))}
        for column in table.columns:
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                edges.update(_edges(whole(column)))
        if len(edges) <= 2:
            return table
        pieces = [table.slice(low, high - low) for low, high in pairwise(sorted(edges))]
        return pa.Table.from_batches([batch for piece in pieces for batch in piece.to_batches()])

    def close(self) -> None:
        """Free its memory."""
        self._connection.close()


def whole(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _edges(texts: pa.Array) -> list[int]:
    """Return the rows before which the texts so far fill another piece; none where no vector of them fills more than two."""
    kind = np.int32 if pa.types.is_string(texts.type) else np.int64
    ends = np.frombuffer(texts.buffers()[1] or b"", kind)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    if not len(ends) or ends[-1] - ends[0] <= PIECE or (len(ends) > VECTOR and (ends[VECTOR:] - ends[:-VECTOR]).max() <= 2 * PIECE):
        return []
    found = np.searchsorted(ends, np.arange(int(ends[0]) + PIECE, int(ends[-1]), PIECE))
    return [row for row in found.tolist() if row < len(texts)]


def quote(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(text: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + text.replace('"', '""') + '"'
