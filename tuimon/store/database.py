"""One connection to one DuckDB file: opened safely, used from one thread, with Arrow in and out."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tuimon.store import faults
from tuimon.store.errors import StoreDamaged, StoreGone

WAL_LIMIT = 64_000_000
"""Bytes of write-ahead log after which a checkpoint is due."""

_INCOMING = "incoming"
_OLD = int(duckdb.__version__.split(".")[0]) < 2


class Database:
    """A thin adapter over the client: only what behaves alike in every supported DuckDB version is used here.

    A statement that fails by the state of file, disk or memory raises the StoreError that says so, and duckdb.Error otherwise.
    """

    def __init__(self, path: Path | None, memory_limit: int) -> None:
        """Open the file at `path`, or one that is kept in memory alone; raises duckdb.Error as the client does."""
        self._path = path
        self._thread = threading.get_ident()
        self._connection = duckdb.connect(":memory:" if path is None else str(path), config=_options(path, memory_limit))
        try:
            # The end of the instance folds no log in: its name may lead to another file by then. `close` does it, after a look.
            self._connection.execute("PRAGMA disable_checkpoint_on_shutdown")
            self._connection.execute("SET enable_external_access=false")
            self._connection.execute("SET lock_configuration=true")
        except duckdb.Error:
            self._connection.close()
            raise
        self._identity = _identity(path)

    def run(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Execute one statement."""
        with self._watched():
            self._connection.execute(sql, list(parameters))

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query as Python values; for small results."""
        with self._watched():
            return self._connection.execute(sql, list(parameters)).fetchall()

    def number(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Return the one integer that a query yields, 0 for NULL."""
        return int(self.rows(sql, parameters)[0][0] or 0)

    def table(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """Return all rows of a query as an Arrow table."""
        with self._watched():
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
        with self._watched():
            for name, table in tables.items():
                self._connection.register(name, table)
        try:
            yield
        finally:
            # An instance that has ended has lost the names too; the error that ended it is on its way.
            with suppress(duckdb.Error):
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

    def read_everything(self) -> None:
        """Read every value of every table once; raises StoreDamaged for a block that is not what was written."""
        for schema, name in self.rows("SELECT schema_name, table_name FROM duckdb_tables()"):
            self.rows(f"SELECT bit_xor(hash(whole)) FROM {_quoted(schema)}.{_quoted(name)} AS whole")

    def check_place(self) -> None:
        """Raise StoreGone when the file's name no longer leads to the file that was opened."""
        if self._identity is not None and _identity(self._path) != self._identity:
            raise StoreGone(
                f"The store {self._path} was removed or replaced while it was open: it is begun anew, and the logs are read again."
            )

    def wal_bytes(self) -> int:
        """Return the size of the write-ahead log."""
        return 0 if self._path is None else _size(wal_of(self._path))

    def size_bytes(self) -> int:
        """Return the bytes that the store takes on disk, write-ahead log included."""
        return 0 if self._path is None else _size(self._path) + self.wal_bytes()

    def used_bytes(self) -> int:
        """Return the bytes of blocks in use: free ones inside the file are reused before it grows."""
        row = self.rows("SELECT block_size * used_blocks FROM pragma_database_size()")[0]
        return int(row[0]) + self.wal_bytes()

    def close(self) -> None:
        """Checkpoint if possible and let the file go."""
        self._check_thread()
        # Should it fail, what is committed is in the write-ahead log, and the next opening replays it. A file that took this one's place
        # has a log of its own under the same name.
        with suppress(duckdb.Error, StoreGone):
            self.check_place()
            self._connection.execute("CHECKPOINT")
        self._connection.close()

    def abandon(self) -> None:
        """Let the file go without a checkpoint, from a state in which statements may fail."""
        self._connection.close()

    def _roll_back(self) -> None:
        # It may be gone already; the error that ended it is on its way.
        with suppress(duckdb.Error):
            self._connection.execute("ROLLBACK")

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Say what an error of a statement means for the store; damage is noted for whoever opens the file next."""
        self._check_thread()
        try:
            yield
        except duckdb.Error as error:
            known = faults.of_statement(error, self._path or Path(":memory:"))
            if isinstance(known, StoreDamaged) and self._path is not None:
                with suppress(OSError):
                    suspicion_of(self._path).touch(mode=0o600)
            if known is None:
                raise
            raise known from error

    def _check_thread(self) -> None:
        if threading.get_ident() != self._thread:
            raise RuntimeError("the store is used from a thread that did not open it")


def wal_of(path: Path) -> Path:
    """Return where DuckDB keeps the write-ahead log of a database file."""
    return path.with_name(path.name + ".wal")


def suspicion_of(path: Path) -> Path:
    """Return the mark of a database in which damage was found: all of it is read before it is trusted again."""
    return path.with_name(path.name + ".suspect")


def _options(path: Path | None, memory_limit: int) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": f"{max(memory_limit, 64_000_000) // 1_000_000}MB",
        "threads": 2,
        "storage_compatibility_version": "v1.5.0",
        "temp_directory": "" if path is None else str(path.parent / "spill"),
        "max_temp_directory_size": "2GB",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        # Checkpoints come from the engine between two commits: an automatic one would hit a commit at any moment.
        "checkpoint_threshold": "1GB",
        "preserve_insertion_order": True,
        # Before 2.0 a join hands bounds of a UBIGINT to Arrow as Python integers, which fails from 2^63 on.
        "disabled_optimizers": "join_filter_pushdown" if _OLD else "",
    }


def _identity(path: Path | None) -> tuple[int, int] | None:
    """The device and inode that a name leads to."""
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
