"""A numeric distribution: the window's columns above the baseline's, on one axis."""

from __future__ import annotations

from tuimon.console import formatting
from tuimon.console.charset import Charset
from tuimon.console.draw.bars import known
from tuimon.console.draw.columns import columns
from tuimon.console.lines import Line
from tuimon.values.snapshot import Shape


def draw_shape(shape: Shape, size: tuple[int, int], chars: Charset) -> list[Line]:
    """Return now and baseline as columns of equal scale over size = (width, height) cells, with the edges below."""
    cells, height = size
    if len(shape.edges) < 2 or height < 4 or cells < 12:
        return []
    top = max([known(share) for share in (*shape.current, *shape.baseline)], default=0.0)
    upper = (height - 1) // 2
    room = cells - 5
    now = columns(shape.current, (room, upper), chars, "now", top)
    base = columns(shape.baseline, (room, upper), chars, "base", top)
    lines = [(("now  " if y == 0 else "     ", "label"), *line) for y, line in enumerate(now)]
    lines += [(("base " if y == 0 else "     ", "label"), *line) for y, line in enumerate(base)]
    return [*lines, (("     ", "text"), (edge_labels(shape.edges, room), "dim"))]


def edge_labels(edges: tuple[float, ...], cells: int) -> str:
    """Return the first, middle and last edge spread over `cells` cells."""
    first, middle, last = (formatting.number(edges[i]) for i in (0, len(edges) // 2, -1))
    if len(first) + len(middle) + len(last) + 4 > cells:
        return f"{first} .. {last}"[:cells]
    half = (cells - len(middle)) // 2
    left = first.ljust(half) + middle
    return left + last.rjust(cells - len(left))
