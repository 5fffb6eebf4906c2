"""What an error of DuckDB says about the store: a full disk, a lock, damage and so on are told apart here and nowhere else."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import duckdb

from tuimon.store.errors import StoreDamaged, StoreError, StoreLocked, StoreMemory, StoreUnwritable

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOENT, errno.EISDIR, errno.ELOOP)
_PASSING = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO, errno.ESTALE, errno.EINTR)
_PID = re.compile(r"PID (\d+)")
_TOO_NEW = re.compile(r"version number|newer version|could not be read by this version|built with a newer", re.IGNORECASE)
_DAMAGE = re.compile(
    r"corrupt|checksum|replaying WAL|not a valid DuckDB|does not match database|deseriali|Could not read enough", re.IGNORECASE
)
_ENDED = re.compile(r"database has been invalidated|already (been )?closed")


def of_statement(error: duckdb.Error, path: Path) -> StoreError | None:
    """Return what a failed statement says about the store at `path`, None when it speaks of the statement alone."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return StoreMemory(f"The store {path} needs more memory than its limit: raise memory_limit in [store].")
    if not _speaks_of_the_file(error):
        return None
    text = str(error)
    known = _of_the_system(text, path)
    if known is None and _DAMAGE.search(text):
        known = damaged(path, error)
    if known is None and _ENDED.search(text):
        known = StoreError(
            f"The store {path} closed itself after an error ({first_line(error)}): open it again, nothing committed is lost."
        )
    return known


def of_opening(error: duckdb.Error, path: Path) -> StoreError:
    """Return why a database could not be opened. What speaks of the file and is neither its surroundings nor its version is damage."""
    text = str(error)
    if "lock on file" in text:
        match = _PID.search(text)
        pid = int(match.group(1)) if match else None
        who = f"process {pid}" if pid else "another process"
        return StoreLocked(f"The store {path} is in use by {who}: end it, or choose another --state directory.", pid)
    if _TOO_NEW.search(text):
        return StoreError(f"The store {path} was written by a newer DuckDB than {duckdb.__version__}: update duckdb.")
    if _speaks_of_the_file(error) or isinstance(error, duckdb.OutOfMemoryException):
        return of_statement(error, path) or damaged(path, error)
    return StoreError(f"The store {path} cannot be opened ({first_line(error)}): close what else has it open, or update duckdb.")


def of_system(error: OSError, directory: Path) -> StoreError:
    """Return what an error of the operating system says about the state directory."""
    if error.errno in _FULL:
        return _full(directory)
    return StoreUnwritable(
        f"The state directory {directory} cannot be used ({error.strerror or error})", "make it writable, or choose another with --state."
    )


def damaged(path: Path, error: Exception) -> StoreDamaged:
    """Return that the file at `path` is damaged, with what was found."""
    return StoreDamaged(
        f"The store {path} is damaged ({first_line(error)}): when it is opened next it is put aside, and the logs are read again."
    )


def first_line(error: BaseException) -> str:
    """Return the first line of an error's text, shortened."""
    text = str(error).strip()
    return text.splitlines()[0][:160] if text else "no reason given"


def _speaks_of_the_file(error: duckdb.Error) -> bool:
    """Other errors may quote values, and a value may read like any of the sentences below."""
    ours = (
        duckdb.IOException,
        duckdb.FatalException,
        duckdb.InternalException,
        duckdb.SerializationException,
        duckdb.ConnectionException,
        duckdb.TransactionException,
    )
    return type(error) is duckdb.Error or isinstance(error, ours)


def _of_the_system(text: str, path: Path) -> StoreError | None:
    if _names(text, _FULL):
        return _full(path.parent)
    if found := _names(text, _CLOSED):
        return of_system(OSError(found, os.strerror(found)), path.parent)
    if found := _names(text, _PASSING):
        return StoreError(
            f"The store {path} cannot be read or written: {os.strerror(found)}; look at the system's log, nothing was changed."
        )
    return None


def _names(text: str, numbers: tuple[int, ...]) -> int | None:
    """Return the first of these errors of the operating system that a text names; DuckDB gives them as words only."""
    return next((number for number in numbers if os.strerror(number).lower() in text.lower()), None)


def _full(directory: Path) -> StoreUnwritable:
    return StoreUnwritable(f"The disk of {directory} is full", "reading waits until there is space, and nothing is lost; make room there.")
