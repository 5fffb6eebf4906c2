"""The characters that pictures are drawn with: full Unicode, or ASCII for terminals without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Charset:
    """One way to draw boxes, columns, bars and lines."""

    corners: str
    """Upper left, upper right, lower left, lower right."""
    horizontal: str
    vertical: str
    axis: str
    corner: str
    levels: str
    """A column of a sparkline from nearly empty to full."""
    full: str
    shade: str
    threshold: str
    braille: bool
    cursor: str
    pending: str
    up: str
    down: str
    at_most: str
    arrow: str
    stretch: str
    """Draws how long something lasted."""
    heat: str
    """From few to many."""


UNICODE = Charset("╭╮╰╯", "─", "│", "┤", "└", "▁▂▃▄▅▆▇█", "█", "░", "┄", True, "▸", "◷", "▲", "▼", "≤", "→", "━", "░▒▓█")
ASCII = Charset("++++", "-", "|", "|", "+", ".:-=+*%#", "#", ".", "-", False, ">", ":", "^", "v", "<=", "->", "=", ".:*#")

PLAIN_TERMINALS = ("linux", "dumb", "vt100", "vt102", "vt220", "ansi")
"""Values of TERM whose fonts have no braille and hardly any blocks."""


def needs_ascii(environment: Mapping[str, str]) -> bool:
    """Return whether a terminal is said to know no more than ASCII: by a locale that is not UTF-8, or by its kind."""
    locale = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := environment.get(name, ""))), "")
    spoken = locale.casefold().replace("-", "")
    return environment.get("TERM", "") in PLAIN_TERMINALS or bool(spoken and "utf8" not in spoken)
