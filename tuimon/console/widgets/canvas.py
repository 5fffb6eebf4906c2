"""The base of all widgets: lines drawn by a function, kept, compared, and repainted only where they differ."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from tuimon.console.filters import clean
from tuimon.console.lines import Line, Run, crop
from tuimon.console.theme import SOLID, kind_of, style
from tuimon.values.text import cell_width

JOIN = 4
"""Changed stretches at most this many cells apart are sent as one."""


class Canvas(Widget, can_focus=False):
    """A widget whose subclasses say what its lines are; it sends the terminal only the runs that differ from the last drawing."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._lines: list[Line] = []
        self._strips: list[Strip] = []
        self._drawn: tuple[Size, str] = (Size(0, 0), "")

    def draw(self, width: int, height: int) -> Sequence[Line]:
        """Return the lines for the widget's size in cells."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Draw again and mark the regions of the lines that changed; nothing when nothing did."""
        size, kind = self.size, kind_of(self.app.current_theme)
        if not size.area:
            return
        if self._drawn != (size, kind):
            self._redraw(size, kind)
            self.refresh()
            return
        new = self._finished(size)
        regions = [region for y, line in enumerate(new) if line != self._lines[y] for region in changed(self._lines[y], line, y)]
        for y, line in enumerate(new):
            if line != self._lines[y]:
                self._strips[y] = _strip(line, size.width, kind)
        self._lines = new
        if regions:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        """Return one line as last drawn; everything is drawn first when the size or the theme is new."""
        size, kind = self.size, kind_of(self.app.current_theme)
        if self._drawn != (size, kind):
            self._redraw(size, kind)
        return self._strips[y] if y < len(self._strips) else Strip.blank(size.width)

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.repaint()

    def _redraw(self, size: Size, kind: str) -> None:
        self._lines = self._finished(size)
        self._strips = [_strip(line, size.width, kind) for line in self._lines]
        self._drawn = (size, kind)

    def _finished(self, size: Size) -> list[Line]:
        lines = [_cleaned(line) for line in list(self.draw(size.width, size.height))[: size.height]]
        lines += [()] * (size.height - len(lines))
        return [crop(line, size.width) for line in lines]


def _cleaned(line: Line) -> Line:
    return line if all(words.isprintable() for words, _ in line) else tuple((clean(words), role) for words, role in line)


def _strip(line: Line, width: int, kind: str) -> Strip:
    return Strip([Segment(words, style(role, kind)) for words, role in joined(line)]).adjust_cell_length(width)


def joined(line: Line) -> list[Run]:
    """Return the runs with neighbours of one look as one; blanks take the look before them. Each run costs a colour sequence."""
    out: list[Run] = []
    for words, role in line:
        mark = role.partition("+")[2]
        if out and (role == out[-1][1] or (not words.strip(" ") and mark == out[-1][1].partition("+")[2] and out[-1][1] not in SOLID)):
            out[-1] = (out[-1][0] + words, out[-1][1])
        elif words:
            out.append((words, role))
    return out


def changed(old: Line, new: Line, y: int) -> list[Region]:
    """Return the stretches of line `y` whose runs differ, near ones as one: each costs a cursor movement."""
    before = set(_placed(old))
    spans: list[list[int]] = []
    for start, words, role in _placed(new):
        end = start + cell_width(words)
        if (start, words, role) in before or end == start:
            continue
        if spans and start - spans[-1][1] <= JOIN:
            spans[-1][1] = end
        else:
            spans.append([start, end])
    return [Region(start, y, end - start, 1) for start, end in spans]


def _placed(line: Line) -> list[tuple[int, str, str]]:
    out, at = [], 0
    for words, role in line:
        out.append((at, words, role))
        at += cell_width(words)
    return out
