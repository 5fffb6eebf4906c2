"""An in-memory DuckDB that only reads what it is handed: no files, no network, no settings to change."""

from __future__ import annotations

from contextlib import ExitStack

import duckdb
import pyarrow as pa

LineError = (duckdb.Error, UnicodeDecodeError)
"""What a query over lines raises when one of them is no JSON; DuckDB's message can hold the line, which may be no UTF-8."""


class Engine:
    """One private DuckDB for bulk decoding. Not for two threads at once; decoders of one thread may share it."""

    def __init__(self, threads: int = 2, memory_limit: str = "256MB") -> None:
        """Open it; `memory_limit` is DuckDB's spelling of a size."""
        self.threads = threads
        # Without a directory to spill to, no byte of a log can be left on a disk.
        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": threads,
            "memory_limit": memory_limit,
            "enable_external_access": False,
            "temp_directory": "",
        }
        self._connection = duckdb.connect(":memory:", config=config)
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.execute("SET lock_configuration = true")

    def query(self, sql: str, **tables: pa.Table) -> pa.Table:
        """Return a query's result over Arrow tables known by these names; raises duckdb.Error."""
        with ExitStack() as held:
            for name, table in tables.items():
                self._connection.register(name, self._spread(table))
                held.callback(self._connection.unregister, name)
            return self._connection.sql(sql).to_arrow_table()

    def _spread(self, table: pa.Table) -> pa.Table:
        """One record batch is scanned by one thread, so cut the table into as many as there are threads."""
        size = -(-table.num_rows // self.threads)
        if table.num_rows < 4096:
            return table
        return pa.Table.from_batches([batch for part in range(0, table.num_rows, size) for batch in table.slice(part, size).to_batches()])

    def close(self) -> None:
        """Free its memory."""
        self._connection.close()


def quote(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(text: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + text.replace('"', '""') + '"'
