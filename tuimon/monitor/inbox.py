"""What is asked of the tuimon that holds a store, by a command that finds it held: one small file for each errand."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tuimon.monitor.feed import Hush, Unhush

FOLDER = "errands"
_LONGEST = 65_536


@dataclass(frozen=True)
class Errand:
    """Something to be done with silences, and who asks for it. Plain fields, so that it can be stored."""

    by: str
    hush: Hush | None = None
    unhush: Unhush | None = None


def put(state: Path, errand: Errand) -> None:
    """Leave an errand for whoever holds the store of a state directory; it is there whole or not at all. Raises OSError."""
    folder = state / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(errand))
        file.flush()
        os.fsync(file.fileno())
    os.rename(name, folder / f"{time.time_ns():020d}{Path(name).name}.json")


def take(state: Path) -> Iterator[Errand]:
    """Yield the errands in the order they were left in; each is removed when the next is asked for, so what fails is tried again.

    What is no errand is removed and passed over; a folder that nothing can be removed from has none.
    """
    folder = state / FOLDER
    try:
        found = [entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)]
    except OSError:
        return
    if not os.access(folder, os.W_OK):
        return
    for name in sorted(name for name in found if name.endswith(".json")):
        errand = _read(folder / name)
        if errand is not None:
            yield errand
        (folder / name).unlink(missing_ok=True)


def _read(path: Path) -> Errand | None:
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(_LONGEST), type=Errand)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
