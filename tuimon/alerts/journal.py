"""The journal: one line for each change of an alert and each thing that somebody did; the states can be made from it again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from tuimon.alerts.silencing import Silence
from tuimon.alerts.state import AlertState, TransitionKind
from tuimon.alerts.step import KEEP_RESOLVED
from tuimon.values.text import rfc3339

Deed = Literal["acknowledged", "unacknowledged", "silenced", "unsilenced", "dropped"]
"""What people and settings do; an alert is dropped when the settings do not ask for it any more."""
MOST = 1 << 53
"""A number of a line beyond this was not counted up to."""


@dataclass(frozen=True)
class Entry:
    """One line. Plain fields, so that it can be stored."""

    seq: int
    """Counts from 1 without a gap."""
    written: float
    """Wall time in seconds since 1970."""
    event: TransitionKind | Deed
    message: str
    by: str | None = None
    """Login name, safe for a screen; None for what happened by itself."""
    note: str = ""
    state: AlertState | None = None
    """The alert after the change; None when it is about a silence."""
    silence: Silence | None = None


def encoded(entry: Entry) -> str:
    """Return the line: one JSON object in ASCII, so that no name in it does anything to a terminal."""
    plain = msgspec.to_builtins(entry)
    return json.dumps({"seq": entry.seq, "time": rfc3339(entry.written, "milliseconds"), **plain}, separators=(",", ":"))


def decoded(line: str | bytes) -> Entry | None:
    """Return the entry of a line, None for one that is none."""
    try:
        found = msgspec.json.decode(line, type=Entry)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return found if 0 < found.seq < MOST else None


@dataclass(frozen=True)
class Remembered:
    """What entries leave behind."""

    states: dict[str, AlertState]
    silences: dict[int, Silence]


def replayed(states: Mapping[str, AlertState], silences: Mapping[int, Silence], entries: Iterable[Entry]) -> Remembered:
    """Return what holds after the entries, oldest first, on top of what held before them."""
    found, hushed, newest = dict(states), dict(silences), 0.0
    for entry in entries:
        if entry.silence is not None:
            hushed[entry.silence.number] = entry.silence
            if entry.event == "unsilenced":
                del hushed[entry.silence.number]
        if entry.state is not None:
            found[entry.state.key] = entry.state
            newest = max(newest, entry.state.last)
            if entry.event == "dropped":
                del found[entry.state.key]
    kept = {key: state for key, state in found.items() if state.phase != "resolved" or newest - state.since < KEEP_RESOLVED}
    return Remembered(kept, hushed)
