"""The secret of a state directory: a file of its own, and the only one with which its store can be read on."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from tuimon.store import faults
from tuimon.store.database import Database
from tuimon.store.errors import StoreError
from tuimon.store.schema import read_meta, write_meta

_SIZE = 32


def passing_secret() -> bytes:
    """Return 32 random bytes for a store that is not kept."""
    return secrets.token_bytes(_SIZE)


def secret_of(directory: Path, database: Database) -> bytes:
    """Return the 32 random bytes of a state directory, made for a new store; the file has mode 0600.

    Raises StoreError when they are not those with which the store was filled: no known file would be recognised, and all be counted
    again.
    """
    path = directory / "secret"
    known, found = read_meta(database, "secret"), _read(path)
    if known is None:
        found = found or _make(path)
        with database.transaction():
            write_meta(database, "secret", _mark(found))
    if found is None or known not in (None, _mark(found)):
        raise StoreError(f"{path} is missing or not the one that its store was filled with: put it back, or choose another --state.")
    return found


def _mark(secret: bytes) -> str:
    """What the store knows of its secret."""
    return hashlib.blake2b(digest_size=8, key=secret, person=b"which secret").hexdigest()


def _read(path: Path) -> bytes | None:
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise faults.of_system(error, path.parent) from error
    return found if len(found) == _SIZE else None


def _make(path: Path) -> bytes:
    fresh = secrets.token_bytes(_SIZE)
    partial = path.with_name(f"secret.{os.getpid()}")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise faults.of_system(error, path.parent) from error
    return fresh
