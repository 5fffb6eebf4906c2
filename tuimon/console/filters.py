"""The last guard before the terminal: nothing that is not plainly printable leaves a line."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

REPLACEMENT = "\ufffd"


@lru_cache(4096)
def clean(text: str) -> str:
    """Return the text with one visible mark for each unprintable (control, bidirectional, invisible, surrogate) character."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if unicodedata.category(char) == "Zs" else REPLACEMENT for char in text)


class PrintableOnly(LineFilter):
    """Cleans every segment of every widget, whoever drew it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the segments with unprintable characters replaced; control segments are left out."""
        return [
            segment if segment.text.isprintable() else Segment(clean(segment.text), segment.style)
            for segment in segments
            if not segment.control
        ]


class Colourless(LineFilter):
    """Takes every colour out and leaves bold and reverse: for NO_COLOR, and a ground that is the terminal's."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the segments without a colour."""
        return [Segment(segment.text, segment.style and segment.style.without_color, segment.control) for segment in segments]


COLOURLESS = Colourless()
