"""The characters that pictures are drawn with: full Unicode, or ASCII for terminals without it."""

from __future__ import annotations

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


UNICODE = Charset("╭╮╰╯", "─", "│", "┤", "└", "▁▂▃▄▅▆▇█", "█", "░", "┄", True, "▸", "◷", "▲", "▼", "≤", "→", "━")
ASCII = Charset("++++", "-", "|", "|", "+", ".:-=+*%#", "#", ".", "-", False, ">", ":", "^", "v", "<=", "->", "=")
