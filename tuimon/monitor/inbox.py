"""What is asked of the tuimon that holds a store, by a command that finds it held: one small file for each request."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tuimon.monitor.feed import Hush, Unhush

FOLDER = "requests"
_LONGEST = 65_536


@dataclass(frozen=True)
class Request:
    """One of the two, and who asks. Plain fields, so that it can be stored."""

    by: str
    hush: Hush | None = None
    unhush: Unhush | None = None


def put(state: Path, request: Request) -> None:
    """Leave a request for whoever holds the store of a state directory; it is there whole or not at all. Raises OSError."""
    folder = state / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(request))
        file.flush()
        os.fsync(file.fileno())
    os.rename(name, folder / f"{time.time_ns():020d}{Path(name).name}.json")


def take(state: Path) -> Iterator[Request]:
    """Yield the requests in the order they were left in; each is removed when the next is asked for, so what fails is tried again.

    What is no request is removed and passed over; a folder that nothing can be removed from has none.
    """
    folder = state / FOLDER
    try:
        found = [entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)]
    except OSError:
        return
    if not os.access(folder, os.W_OK):
        return
    for name in sorted(name for name in found if name.endswith(".json")):
        path = folder / name
        try:
            request = msgspec.json.decode(path.read_bytes()[:_LONGEST], type=Request)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            request = None
        if request is not None:
            yield request
        path.unlink(missing_ok=True)
