"""The ladder from "it opens" to "start empty": nothing is ever deleted, and every step is told."""

from __future__ import annotations

import re
import time
from pathlib import Path

import duckdb

from tuimon.store.database import Database, wal_of
from tuimon.store.errors import StoreError, StoreLocked

_PID = re.compile(r"PID (\d+)")
_TOO_NEW = re.compile(r"version number|newer version|could not be read by this version|built with a newer", re.IGNORECASE)


def open_database(path: Path, memory_limit: int) -> tuple[Database, tuple[str, ...]]:
    """Return the opened database and sentences about what had to be put aside.

    Raises StoreLocked when another process has it, and StoreError when it was written by a newer DuckDB or cannot be reached;
    in both cases nothing on disk has changed.
    """
    notices: list[str] = []
    for aside in (wal_of(path), path):
        try:
            return _open(path, memory_limit), tuple(notices)
        except duckdb.Error as error:
            _raise_if_sound(path, error)
            if aside.exists():
                notices.append(_put_aside(aside, error))
    if wal_of(path).exists():
        notices.append(_put_aside(wal_of(path), None))
    return _open(path, memory_limit), tuple(notices)


def _open(path: Path, memory_limit: int) -> Database:
    database = Database(path, memory_limit)
    try:
        database.rows("SELECT count(*) FROM duckdb_tables()")
    except BaseException:
        database.abandon()
        raise
    return database


def _raise_if_sound(path: Path, error: duckdb.Error) -> None:
    """Raise when the file itself is well, so that no healthy store is ever put aside."""
    text = str(error)
    if "lock on file" in text:
        match = _PID.search(text)
        pid = int(match.group(1)) if match else None
        who = f"process {pid}" if pid else "another process"
        raise StoreLocked(f"The store {path} is in use by {who}: end it, or choose another --state directory.", pid) from error
    if _TOO_NEW.search(text):
        raise StoreError(f"The store {path} was written by a newer DuckDB than {duckdb.__version__}: update duckdb.") from error
    if isinstance(error, duckdb.OutOfMemoryException):
        raise StoreError(f"The store {path} does not fit into its memory limit: raise memory_limit in [store].") from error
    if re.search(r"Permission denied|Read-only file system|No space left", text):
        raise StoreError(f"The store {path} cannot be opened: {_first_line(text)}; check the directory's permissions and space.") from error


def _put_aside(path: Path, error: duckdb.Error | None) -> str:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    target = path.with_name(f"{path.name}.corrupt-{stamp}")
    number = 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.name}.corrupt-{stamp}-{number}")
    path.rename(target)
    what = "The end of the store's log" if path.suffix == ".wal" else "The store"
    reason = f" ({_first_line(str(error))})" if error else ""
    return f"{what} was damaged{reason} and is kept as {target.name}; what is missing is read again from the logs."


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:160] if text.strip() else "no reason given"
