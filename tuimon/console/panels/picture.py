"""What a box shows: a title, a note at the other end of its border, and a drawing of its inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuimon.console.lines import EMPTY, Drawing, Line, text


@dataclass(frozen=True)
class Picture:
    """The content of one box."""

    title: Line
    draw: Drawing
    note: Line = EMPTY


def lines_of(title: str, lines: Sequence[Line], note: str = "") -> Picture:
    """Return a picture of fixed lines."""
    return Picture(text(title, "title"), lambda _width, height: lines[:height], text(note, "dim") if note else EMPTY)


def message(title: str, words: str) -> Picture:
    """Return a picture with a sentence, wrapped to the box."""
    return Picture(text(title, "title"), lambda width, height: wrapped(words, width)[:height])


def wrapped(words: str, cells: int, role: str = "dim") -> list[Line]:
    """Return a sentence as lines of at most `cells` cells."""
    out, current = [], ""
    for word in words.split():
        if current and len(current) + 1 + len(word) > cells:
            out.append(text(current, role))
            current = word
        else:
            current = f"{current} {word}".strip()
    return [*out, text(current, role)]
