"""What the `:` line takes: every action by its id, and commands with something to choose."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tuimon.console import formatting
from tuimon.console.board import Board
from tuimon.console.keyboard import Keyboard

HIDDEN = ("up", "down", "top", "bottom", "page-up", "page-down", "next-view", "previous-view", "command", "quit-always")
"""Actions that nobody writes out."""
ALIASES = {"q": "quit", "q!": "quit", "wq": "quit", "h": "help", "w": "export"}
_AGO = re.compile(r"-\s*(\d+(?:\.\d+)?)\s*([smhd])")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_MOMENTS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d")


@dataclass(frozen=True)
class Command:
    """One line that can be run, or the beginning of one."""

    line: str
    help: str
    keys: str = ""
    takes: str = ""
    """What has still to be typed behind it, as an example; empty when the line is whole."""


@dataclass(frozen=True)
class Choices:
    """What can be chosen on the screen as it is."""

    keyboard: Keyboard
    widths: Sequence[int] = ()
    intervals: Sequence[float] = ()
    themes: Sequence[str] = ()
    titles: Sequence[str] = ()
    """Of the table's columns."""
    board: Board | None = None


def commands(choices: Choices) -> list[Command]:
    """Return all that can be run, actions first."""
    keyboard = choices.keyboard
    usual = [Command(one.id, one.help, one.shown) for one in keyboard.actions if one.id not in HIDDEN]
    return [*usual, *_chosen(choices), *_subjects(choices.board)]


def _chosen(choices: Choices) -> Iterator[Command]:
    yield from (Command(f"window {formatting.span(width)}", "show a window of this width") for width in choices.widths)
    yield from (Command(f"every {formatting.interval(seconds)}", "refresh this often") for seconds in choices.intervals)
    yield Command("at", "what the screen showed at a moment, UTC", takes="14:02, 2026-11-22 14:02, -2h")
    yield Command("filter", "show only rows that match", takes="age, re:^a, st:crit, !age")
    yield from (Command(f"sort {title}", "sort by this column") for title in choices.titles)
    yield from (Command(f"theme {name}", "colours") for name in choices.themes)


def _subjects(board: Board | None) -> Iterator[Command]:
    for model in board.snapshot.models if board is not None else ():
        yield from (Command(f"go {model.model}/{kind}", "its detail") for kind in ("latency", "errors", "flow"))
        if model.performance.labels:
            yield Command(f"go {model.model}/performance", "its detail")
        yield from (Command(f"go {model.model}/{drift.column}", "the detail of this column") for drift in model.drift)


def matching(known: Iterable[Command], typed: str) -> list[Command]:
    """Return the commands that what was typed may mean, the likeliest first: those that begin with it, then parts, then words of help."""
    line = " ".join(typed.casefold().split())
    line = ALIASES.get(line, line)
    if not line:
        return list(known)
    ranked = [(rank, command) for command in known if (rank := _rank(command, line)) is not None]
    return [command for _, command in sorted(ranked, key=lambda pair: pair[0])]


def _rank(command: Command, line: str) -> int | None:
    name = command.line.casefold()
    if name == line or (command.takes and line.startswith(name + " ")):
        return 0
    if name.startswith(line):
        return 1
    if any(part.startswith(line) for part in re.split(r"[ /_-]", name)):
        return 2
    if all(part in name for part in line.split()):
        return 3
    return 4 if line in command.help.casefold() else None


def moment(words: str, now: float) -> float | None:
    """Return the time, seconds since 1970, that words mean before `now`: a time of day, a date with or without one, or so long ago."""
    text = words.strip()
    ago = _AGO.fullmatch(text)
    if ago:
        return now - float(ago[1]) * _SECONDS[ago[2]]
    for pattern in ("%H:%M:%S", "%H:%M"):
        try:
            of_day = datetime.strptime(text, pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
        seconds = of_day.hour * 3_600 + of_day.minute * 60 + of_day.second
        midnight = math.floor(now / 86_400) * 86_400
        return midnight + seconds - (86_400 if midnight + seconds > now else 0)
    for pattern in _MOMENTS:
        try:
            return datetime.strptime(text.removesuffix("Z").strip(), pattern).replace(tzinfo=UTC).timestamp()
        except (ValueError, OverflowError):
            continue
    return None
