"""The state directory: private to its user, and trusted only if it and what is in it are theirs."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tuimon.store import faults
from tuimon.store.errors import StoreError

DATABASE = "tuimon.duckdb"
JOURNAL = "alerts.jsonl"
_OPENED = (DATABASE, DATABASE + ".wal", "secret", JOURNAL)
"""What is read by its name: a database file that somebody else has planted is as good as their program."""


def prepare(directory: Path) -> Path:
    """Make the state directory with mode 0700 and return the path of its database.

    Raises StoreUnwritable when it cannot be made or written, and StoreError when it or a file in it is not this user's own.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.stat()
        _refuse_others(directory, found)
        if found.st_mode & 0o077:
            directory.chmod(stat.S_IMODE(found.st_mode) & 0o700)
        for name in _OPENED:
            _refuse_planted(directory / name)
    except OSError as error:
        raise faults.of_system(error, directory) from error
    return directory / DATABASE


def protect(directory: Path) -> None:
    """Take the database's files away from everyone but their owner."""
    for path in directory.glob(DATABASE + "*"):
        try:
            if path.stat().st_mode & 0o077:
                path.chmod(0o600)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise faults.of_system(error, directory) from error


def _refuse_planted(path: Path) -> None:
    """Raise StoreError for what is there under this name and is no file of this user."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(found.st_mode):
        kind = "a symbolic link" if stat.S_ISLNK(found.st_mode) else "no regular file"
        raise StoreError(f"{path} is {kind} and is not opened: remove it, or choose another --state directory.")
    _refuse_others(path, found)


def _refuse_others(path: Path, found: os.stat_result) -> None:
    if found.st_uid != os.geteuid():
        raise StoreError(f"{path} belongs to user {found.st_uid}, and this is user {os.geteuid()}: choose another --state directory.")
