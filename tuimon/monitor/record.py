"""The snapshot on disk: what a second process may read while this one holds the store."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import msgspec

from tuimon.values.snapshot import Snapshot

NAME = "snapshot.json"


def save_snapshot(state: Path, snapshot: Snapshot) -> None:
    """Replace the saved snapshot atomically; a full disk leaves the old one."""
    target, fresh = state / NAME, state / f".{NAME}.new"
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(snapshot))
        fresh.replace(target)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def load_snapshot(state: Path, now: float) -> Snapshot | None:
    """Return the saved snapshot if it is younger than three refreshes, else None."""
    try:
        snapshot = msgspec.json.decode((state / NAME).read_bytes(), type=Snapshot)
    except (OSError, msgspec.DecodeError):
        return None
    age = now - snapshot.at
    return snapshot if -60.0 <= age <= 3 * max(snapshot.engine.refresh, 1.0) else None
