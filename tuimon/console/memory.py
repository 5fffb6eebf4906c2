"""What a console remembers for the next one on the same logs: view, order, filters. Kept beside the store; no matter when it is lost."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

NAME = "screen.json"
LARGEST = 65_536
LONGEST = 200
WIDEST = 366 * 86_400


@dataclass(frozen=True)
class Kept:
    """Of one table: the column it is sorted by, None for its own order, and its filter."""

    column: int | None = None
    reverse: bool = False
    needle: str = ""
    hidden: tuple[str, ...] = ()
    """Names of the columns that are not shown."""


@dataclass(frozen=True)
class Memory:
    """Of a whole console."""

    view: str = "overview"
    timeline: bool = False
    theme: str = ""
    """Empty where nobody chose one."""
    window: int | None = None
    """Seconds of the window that was asked for; None for the configured one."""
    tables: Mapping[str, Kept] = field(default_factory=dict)


def remembered(folder: Path | None) -> Memory:
    """Return what was kept in a folder; what is not there, or not of this kind, is as at the first start."""
    if folder is None:
        return Memory()
    try:
        with (folder / NAME).open("rb") as file:
            found = json.loads(file.read(LARGEST))
        tables = {str(name): _kept(one) for name, one in dict(found["tables"]).items()}
        window = found["window"]
        usable = type(window) is int and 0 < window <= WIDEST
        return Memory(str(found["view"]), found["timeline"] is True, str(found["theme"])[:LONGEST], window if usable else None, tables)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Memory()


def keep(folder: Path | None, memory: Memory) -> None:
    """Replace what is kept; a place that cannot be written keeps what it has."""
    if folder is None:
        return
    fresh = folder / f".{NAME}.new"
    with suppress(OSError):
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(json.dumps(asdict(memory)))
        fresh.replace(folder / NAME)


def _kept(found: Any) -> Kept:
    column = found["column"]
    sort = column if type(column) is int and -1 <= column < 100 else None
    hidden = tuple(str(name)[:LONGEST] for name in list(found["hidden"])[:100])
    return Kept(sort, found["reverse"] is True, str(found["needle"])[:LONGEST], hidden)
