"""One connection to one DuckDB file: opened safely, used from one thread, with Arrow in and out."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

WAL_LIMIT = 64_000_000
"""Bytes of write-ahead log after which a checkpoint is due."""

_INCOMING = "incoming"


class Database:
    """A thin adapter over the client: only what behaves alike in every supported DuckDB version is used here."""

    def __init__(self, path: Path, memory_limit: int) -> None:
        """Open the file at `path`; raises duckdb.Error as the client does."""
        self._path = path
        self._thread = threading.get_ident()
        self._connection = duckdb.connect(str(path), config=_options(path, memory_limit))
        self._connection.execute("SET enable_external_access=false")
        self._connection.execute("SET lock_configuration=true")

    def run(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Execute one statement."""
        self._check_thread()
        self._connection.execute(sql, list(parameters))

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query as Python values; for small results."""
        self._check_thread()
        return self._connection.execute(sql, list(parameters)).fetchall()

    def number(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Return the one integer that a query yields, 0 for NULL."""
        return int(self.rows(sql, parameters)[0][0] or 0)

    def table(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """Return all rows of a query as an Arrow table."""
        self._check_thread()
        return self._connection.sql(sql, params=list(parameters)).to_arrow_table()

    def insert(self, table: str, rows: pa.Table) -> None:
        """Append Arrow rows to a table, by column name."""
        if rows.num_rows:
            with self.lent({_INCOMING: rows}):
                self.run(f"INSERT INTO {table} BY NAME SELECT * FROM {_INCOMING}")

    def put(self, table: str, names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Append a few Python rows to a table; for more than a handful `insert` is faster."""
        if rows:
            row = f"({', '.join('?' * len(names))})"
            sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([row] * len(rows))}"
            self.run(sql, [value for values in rows for value in values])

    @contextmanager
    def lent(self, tables: Mapping[str, pa.Table]) -> Iterator[None]:
        """Make Arrow tables readable by SQL under their names for the length of a `with` block."""
        self._check_thread()
        for name, table in tables.items():
            self._connection.register(name, table)
        try:
            yield
        finally:
            for name in tables:
                self._connection.unregister(name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what the block does, or roll all of it back when it raises."""
        self.run("BEGIN TRANSACTION")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def checkpoint(self, limit: int = 0) -> None:
        """Fold the write-ahead log into the file when it is larger than `limit` bytes."""
        if self.wal_bytes() > limit:
            self.run("CHECKPOINT")

    def wal_bytes(self) -> int:
        """Return the size of the write-ahead log."""
        return _size(wal_of(self._path))

    def size_bytes(self) -> int:
        """Return the bytes that the store takes on disk, write-ahead log included."""
        return _size(self._path) + self.wal_bytes()

    def used_bytes(self) -> int:
        """Return the bytes of blocks in use: free ones inside the file are reused before it grows."""
        row = self.rows("SELECT block_size * used_blocks FROM pragma_database_size()")[0]
        return int(row[0]) + self.wal_bytes()

    def close(self) -> None:
        """Checkpoint if possible and let the file go."""
        self._check_thread()
        # Should it fail, what is committed is in the write-ahead log, and the next opening replays it.
        with suppress(duckdb.Error):
            self._connection.execute("CHECKPOINT")
        self._connection.close()

    def abandon(self) -> None:
        """Let the file go without a checkpoint, from a state in which statements may fail."""
        self._connection.close()

    def _roll_back(self) -> None:
        # It may be gone already; the error that ended it is on its way.
        with suppress(duckdb.Error):
            self._connection.execute("ROLLBACK")

    def _check_thread(self) -> None:
        if threading.get_ident() != self._thread:
            raise RuntimeError("the store is used from a thread that did not open it")


def wal_of(path: Path) -> Path:
    """Return where DuckDB keeps the write-ahead log of a database file."""
    return path.with_name(path.name + ".wal")


def _options(path: Path, memory_limit: int) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": f"{max(memory_limit, 64_000_000) // 1_000_000}MB",
        "threads": 2,
        "storage_compatibility_version": "v1.5.0",
        "temp_directory": str(path.parent / "spill"),
        "max_temp_directory_size": "2GB",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        # Checkpoints come from the engine between two commits: an automatic one would hit a commit at any moment.
        "checkpoint_threshold": "1GB",
        "preserve_insertion_order": True,
    }


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
