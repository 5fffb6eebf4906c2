"""A heat map: time to the right, slower upwards, denser is more rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from tuimon.console import formatting
from tuimon.console.charset import Charset
from tuimon.console.draw.axis import times
from tuimon.console.lines import Line, text
from tuimon.values.snapshot import Heat

Limits = Sequence[tuple[float, str]]
MARGIN = 7
"""Cells of the labels."""
ROLES = ("low", "spark", "middle", "bright")
"""From few rows to many."""


def draw_heat(heat: Heat, axis: tuple[float, float], limits: Limits, size: tuple[int, int], chars: Charset) -> list[Line]:
    """Return the map over size = (width, height) cells, one line of them for the times; as many neighbouring buckets share each line.

    The density goes by the square root of the rows, so that a few slow ones are seen beside many fast ones.
    """
    width, height = size
    cells, rows = width - MARGIN - 1, height - 1
    if cells < 12 or rows < 2:
        return [text("too small for a heat map", "dim")][:height]
    each = -(-(len(heat.edges) - 1) // rows)
    counts = [_cells(heat, low, low + each, cells) for low in range(0, len(heat.edges) - 1, each)]
    most = max(map(max, counts))
    lines = [_line(heat, row * each, each, counts[row], most, limits, chars) for row in reversed(range(len(counts)))]
    blank: Line = ((" " * MARGIN + chars.vertical, "border"),)
    below: Line = ((" " * MARGIN, "text"), (chars.corner, "border"), (times(*axis, cells), "dim"))
    return [*([blank] * (rows - len(lines))), *lines, below]


def _cells(heat: Heat, low: int, high: int, cells: int) -> list[int]:
    """Rows of the log in each cell of a line: a stretch of time is drawn out over several, or the fullest of several is taken."""
    summed, stretches = [sum(stretch[low:high]) for stretch in heat.rows], len(heat.rows)
    spans = [(cell * stretches // cells, max(cell * stretches // cells + 1, (cell + 1) * stretches // cells)) for cell in range(cells)]
    return [max(summed[first:last]) for first, last in spans]


def _line(heat: Heat, low: int, each: int, counts: list[int], most: int, limits: Limits, chars: Charset) -> Line:
    lower, upper = heat.edges[low], heat.edges[min(low + each, len(heat.edges) - 1)]
    passed = [role for value, role in limits if lower <= value < upper]
    labelled = bool(passed) or low // each % 2 == 0
    label = (formatting.bare_ms(lower) if labelled else "").rjust(MARGIN)
    levels = [_level(n, most) for n in counts]
    drawn = [(chars.heat[level - 1] if level else " ", ROLES[level - 1] if level else "text") for level in levels]
    runs = tuple(("".join(char for char, _ in part), role) for role, part in groupby(drawn, key=lambda cell: cell[1]))
    return ((label, passed[-1] if passed else "dim"), (chars.axis if labelled else chars.vertical, "border"), *runs)


def _level(rows: int, most: int) -> int:
    """0 for no row, then 1 to 4."""
    return 0 if rows <= 0 else max(1, min(len(ROLES), math.ceil(len(ROLES) * math.sqrt(rows / most))))
