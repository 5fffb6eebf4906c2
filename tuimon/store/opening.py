"""The ladder from "it opens" to "start empty": nothing is ever deleted, and every step is told."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from tuimon.store import faults
from tuimon.store.database import Database, suspicion_of, wal_of
from tuimon.store.errors import StoreDamaged

Adopt = Callable[[Database], None]


def open_database(path: Path, memory_limit: int, adopt: Adopt) -> tuple[str, ...]:
    """Open the database, have it taken up by `adopt`, and return sentences about what had to be put aside.

    Damage that `adopt` comes upon counts like damage at opening. Raises StoreLocked when another process has it, StoreUnwritable when the
    directory is read-only or full, and StoreError when it was written by a newer DuckDB; in all these cases nothing on disk has changed.
    """
    notices: list[str] = []
    for aside in (wal_of(path), path):
        try:
            _open(path, memory_limit, adopt)
            return tuple(notices)
        except StoreDamaged as error:
            if aside.exists():
                notices.append(_put_aside(aside, error))
    if wal_of(path).exists():
        notices.append(_put_aside(wal_of(path), None))
    _open(path, memory_limit, adopt)
    return tuple(notices)


def _open(path: Path, memory_limit: int, adopt: Adopt) -> None:
    database = _connect(path, memory_limit)
    try:
        if suspicion_of(path).exists():
            database.read_everything()
        adopt(database)
    except BaseException:
        database.abandon()
        raise
    suspicion_of(path).unlink(missing_ok=True)


def _connect(path: Path, memory_limit: int) -> Database:
    fresh = not path.exists()
    try:
        return Database(path, memory_limit)
    except duckdb.Error as error:
        # A new file that could not be begun holds nothing; left there, it would look like a damaged store the next time.
        if fresh and path.exists() and path.stat().st_size == 0:
            path.unlink()
        raise faults.of_opening(error, path) from error


def _put_aside(path: Path, error: StoreDamaged | None) -> str:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    target = path.with_name(f"{path.name}.corrupt-{stamp}")
    number = 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.name}.corrupt-{stamp}-{number}")
    try:
        path.rename(target)
    except OSError as problem:
        raise faults.of_system(problem, path.parent) from problem
    what = "The end of the store's log" if path.suffix == ".wal" else "The store"
    cause = error.__cause__ if error is not None else None
    reason = f" ({faults.first_line(cause)})" if cause is not None else ""
    return f"{what} was damaged{reason} and is kept as {target.name}; what is missing is read again from the logs."
