"""The state directory: private to its user."""

from __future__ import annotations

from pathlib import Path

from tuimon.store.errors import StoreError

DATABASE = "tuimon.duckdb"


def prepare(directory: Path) -> Path:
    """Make the state directory with mode 0700 and return the path of its database; raises StoreError."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.chmod(0o700)
    except OSError as error:
        raise StoreError(f"The state directory {directory} cannot be used: {error.strerror}; choose another with --state.") from error
    return directory / DATABASE


def protect(directory: Path) -> None:
    """Take the database's files away from everyone but their owner."""
    for path in directory.glob(DATABASE + "*"):
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
