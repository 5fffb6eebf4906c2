"""Styled text as plain values: a line is a tuple of runs, a run is a text and the role that decides its look."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tuimon.console.charset import Charset
from tuimon.values.text import cell_width, fit

Run = tuple[str, str]
Line = tuple[Run, ...]
Drawing = Callable[[int, int], Sequence[Line]]
"""Draws the inside of a box: (width, height) in cells -> at most `height` lines; too long ones are cut by the box."""

EMPTY: Line = ()


def text(words: str, role: str = "text") -> Line:
    """Return a line of one run."""
    return ((words, role),)


def width(line: Line) -> int:
    """Return the cells that a line takes."""
    return sum(cell_width(run[0]) for run in line)


def plain(line: Line) -> str:
    """Return the characters of a line without their roles."""
    return "".join(run[0] for run in line)


def crop(line: Line, cells: int) -> Line:
    """Return the line cut with an ellipsis or padded with blanks to exactly `cells` cells."""
    kept: list[Run] = []
    left = cells
    for index, (words, role) in enumerate(line):
        used = cell_width(words)
        last = index == len(line) - 1
        if used > left or (used == left and not last and width(line[index + 1 :])):
            return (*kept, (fit(words + "…" if used == left else words, left), role)) if left > 0 else tuple(kept)
        kept.append((words, role))
        left -= used
    return (*kept, (" " * left, "text")) if left > 0 else tuple(kept)


def selected(line: Line) -> Line:
    """Return the line with the mark of a selection on the role of each run."""
    return tuple((words, f"{role}+select") for words, role in line)


def spread(left: Line, right: Line, cells: int) -> Line:
    """Return a line of `cells` cells with one part at each end; the left part gives way."""
    room = cells - width(right)
    return crop(right, cells) if room < 1 else (*crop(left, room), *right)


def pieces(parts: Sequence[Line], cells: int, gap: str = "  ") -> Line:
    """Return the first parts that fit whole into `cells` cells, with a gap between them."""
    out: Line = ()
    for part in parts:
        longer = (*out, (gap, "text"), *part) if out else part
        if width(longer) > cells:
            break
        out = longer
    return out


def flow(parts: Sequence[Line], cells: int, gap: str = "  ") -> list[Line]:
    """Return the parts in as many lines as they need, never cutting one; a part longer than a line has one to itself."""
    out: list[Line] = []
    for part in parts:
        longer = (*out[-1], (gap, "text"), *part) if out else part
        if out and width(longer) <= cells:
            out[-1] = longer
        else:
            out.append(part)
    return out


def beside(left: Sequence[Line], right: Sequence[Line], cells: int, gap: int = 2) -> list[Line]:
    """Return two blocks side by side, the left one `cells` cells wide."""
    height = max(len(left), len(right))
    blank: Line = EMPTY
    return [
        (*crop(left[y] if y < len(left) else blank, cells), (" " * gap, "text"), *(right[y] if y < len(right) else blank))
        for y in range(height)
    ]


def boxed(body: Sequence[Line], size: tuple[int, int], title: Line, note: Line, chars: Charset) -> list[Line]:
    """Return `body` inside a box of exactly size = (width, height) cells, with a title and a note in its upper border."""
    cells, height = size
    if cells < 6 or height < 3:
        return [crop(line, cells) for line in [*body, *([EMPTY] * height)][:height]]
    inner = cells - 4
    rows = [*body[: height - 2], *([EMPTY] * (height - 2 - len(body)))]
    side, end = (chars.vertical + " ", "border"), (" " + chars.vertical, "border")
    bottom = (chars.corners[2] + chars.horizontal * (cells - 2) + chars.corners[3], "border")
    return [_top(cells, title, note, chars), *((side, *crop(row, inner), end) for row in rows), (bottom,)]


def _top(cells: int, title: Line, note: Line, chars: Charset) -> Line:
    room = cells - 6
    head = crop(title, min(width(title), room)) if plain(title) else EMPTY
    space = room - width(head) - 3
    tail = note if note and width(note) <= space else EMPTY
    rule = chars.horizontal * (cells - 4 - (width(head) + 2 if head else 0) - (width(tail) + 2 if tail else 0))
    start: Line = ((chars.corners[0] + chars.horizontal + (" " if head else ""), "border"), *head)
    middle: Line = (((" " if head else "") + rule + (" " if tail else ""), "border"), *tail)
    return (*start, *middle, ((" " if tail else "") + chars.horizontal + chars.corners[1], "border"))
