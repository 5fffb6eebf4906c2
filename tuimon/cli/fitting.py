"""Tables and sentences that fit the terminal: what matters least is left out, and named."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from tuimon.values.text import cell_width, fit

GAP = 2
WIDEST = 40
"""Cells of a column of a table at most."""
NARROWEST = 8
"""Cells to which a column that gives way is cut at most."""


@dataclass(frozen=True)
class Head:
    """One column of a table: its title, how it is aligned, and when it gives way."""

    title: str
    right: bool = False
    rank: int = 0
    """0 stays always; of the others the lowest are taken first while there is room."""
    shrinks: bool = False
    """Is cut with an ellipsis where even the columns that stay are too wide."""


def terminal_width() -> int:
    """Return the cells of a line of standard output: `COLUMNS`, the terminal's width, or 80 where there is none."""
    return max(40, shutil.get_terminal_size((80, 24)).columns) if os.environ.get("COLUMNS") or _is_terminal() else 80


def _is_terminal() -> bool:
    try:
        return os.isatty(1)
    except OSError:
        return False


def fitted(heads: Sequence[Head], rows: Sequence[Sequence[str]], room: int) -> tuple[list[str], list[str]]:
    """Return the lines of a table, the titles first, in at most `room` cells where that can be, and the titles of what was left out."""
    every = [tuple(head.title for head in heads), *rows]
    widths = [min(WIDEST, max(cell_width(row[place]) for row in every)) for place in range(len(heads))]
    kept = [place for place, head in enumerate(heads) if head.rank == 0]
    for place in sorted((place for place, head in enumerate(heads) if head.rank), key=lambda place: (heads[place].rank, place)):
        if _total(widths, [*kept, place]) <= room:
            kept.append(place)
    kept.sort()
    _shrink(heads, widths, kept, room)
    lines = []
    for row in every:
        cells = [fit(row[place], widths[place], "right" if heads[place].right else "left") for place in kept]
        lines.append((" " * GAP).join(cells).rstrip())
    return lines, [head.title for place, head in enumerate(heads) if place not in kept]


def _total(widths: list[int], kept: list[int]) -> int:
    return sum(widths[place] for place in kept) + GAP * (len(kept) - 1)


def _shrink(heads: Sequence[Head], widths: list[int], kept: list[int], room: int) -> None:
    for place in kept:
        if heads[place].shrinks:
            widths[place] = max(min(NARROWEST, widths[place]), widths[place] - max(0, _total(widths, kept) - room))


def sentence(text: str, room: int, indent: int) -> list[str]:
    """Return a line, wrapped between words where it is longer than `room`, all lines after the first indented."""
    return textwrap.wrap(text, max(room, indent + 20), subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False)
