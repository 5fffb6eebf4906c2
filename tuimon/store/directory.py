"""The state directory: private to its user, with a secret of its own."""

from __future__ import annotations

import os
import secrets
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


def read_secret(directory: Path) -> bytes:
    """Return the 32 random bytes of this state directory, made at the first call; the file has mode 0600."""
    path = directory / "secret"
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        found = b""
    if len(found) == 32:
        return found
    fresh = secrets.token_bytes(32)
    partial = path.with_name(f"secret.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(fresh)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    return fresh
