"""One series as a strip over a time axis that it shares with others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from tuimon.console.charset import Charset
from tuimon.console.draw.columns import Values, columns, resample
from tuimon.console.lines import Line

Limits = Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Mark:
    """Something at a moment, or from one to another: words that begin there, or a sign in each cell of the stretch."""

    start: float
    end: float
    words: str
    role: str


def strip(values: Values, size: tuple[int, int], limits: Limits, chars: Charset, falls: bool = False) -> list[Line]:
    """Return columns over size = (width, height) cells, in the role of the worst limit that each passes; gaps stay open.

    Where the value `falls`, a limit is passed by what lies below it.
    """
    cells, height = size
    picked = resample(values, cells)
    known = [value for value in picked if value is not None]
    near = [value for value, _ in limits if value <= 3 * max(known, default=0.0)]
    drawn = columns(values, size, chars, top=max([*known, *near], default=0.0))
    roles = [_role(value, limits, falls) for value in picked]
    return [_coloured(line[0][0], roles) for line in drawn[:height]]


def _role(value: float | None, limits: Limits, falls: bool) -> str:
    if value is None:
        return "spark"
    passed = [role for limit, role in sorted(limits, reverse=falls) if (value < limit if falls else value > limit)]
    return passed[-1] if passed else "spark"


def _coloured(words: str, roles: Sequence[str]) -> Line:
    parts = groupby(zip(words, roles, strict=True), key=lambda cell: cell[1])
    return tuple(("".join(char for char, _ in part), role) for role, part in parts)


def marked(marks: Sequence[Mark], axis: tuple[float, float], cells: int) -> Line:
    """Return a line of `cells` cells over axis = (start, end) seconds with the marks on it; later ones lie on top."""
    start, end = axis
    found = [(" ", "text")] * cells
    for mark in marks:
        if end <= start or mark.end < start or mark.start > end:
            continue
        first, last = (min(cells - 1, max(0, int((at - start) / (end - start) * cells))) for at in (mark.start, mark.end))
        words = mark.words if len(mark.words) > 1 else mark.words * (last - first + 1)
        first = max(0, min(first, cells - len(words)))
        found[first : first + len(words)] = [(char, mark.role) for char in words[: cells - first]]
    return tuple(("".join(char for char, _ in part), role) for role, part in groupby(found, key=lambda cell: cell[1]))
