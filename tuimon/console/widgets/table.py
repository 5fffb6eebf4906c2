"""A live table: rows known by key, the selection stays with its key, changed cells alone are repainted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual import events
from textual.message import Message

from tuimon.console.charset import UNICODE, Charset
from tuimon.console.draw.filter import parsed
from tuimon.console.draw.grid import Column, Row, Sort, head_line, ordered, row_line, widths
from tuimon.console.flash import DARK, Glow
from tuimon.console.lines import EMPTY, Line, boxed, crop, selected, text
from tuimon.console.panels.picture import wrapped
from tuimon.console.widgets.canvas import Canvas


@dataclass(frozen=True)
class Content:
    """What a table shows."""

    title: str
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    empty: str = ""
    """The sentence shown when there is no row."""
    glow: Glow = DARK
    chars: Charset = UNICODE


class Table(Canvas):
    """A boxed table with selection, sort and filter of its own."""

    class Moved(Message):
        """Another row is selected."""

    class Opened(Message):
        """The selected row was clicked again."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.content = Content("")
        self.sort = Sort()
        self.needle = ""
        self.hidden: frozenset[str] = frozenset()
        """Names of columns that are not shown even where there is room."""
        self.rows: list[Row] = []
        self.selected: tuple[str, ...] | None = None
        self._place = 0
        self._offset = 0
        self._problem = ""

    def show(self, content: Content) -> None:
        """Show other rows; the selection follows its key, or keeps its place when the key is gone."""
        self.content = content
        if content.rows and self.sort.column is not None and self.sort.column >= len(content.columns):
            self.sort = Sort()
        self._arrange()

    def filter(self, needle: str) -> None:
        """Show only rows that match; all with an empty text."""
        self.needle = needle
        self._arrange()

    def sort_next(self) -> None:
        """Sort by the next column in sight, after the last by the given order again."""
        sizes = widths(self.content.columns, max(0, self.size.width - 4), self.hidden)
        shown = [i for i, cells in enumerate(sizes) if cells]
        at = self.sort.column
        following = [i for i in shown if at is None or i > at]
        self.sort = Sort(following[0]) if following else Sort()
        self._arrange()

    def sort_reverse(self) -> None:
        """Turn the order round."""
        self.sort = replace(self.sort, reverse=not self.sort.reverse)
        self._arrange()

    def move(self, step: int) -> None:
        """Move the selection by rows, stopping at the ends."""
        self.select(self._place + step)

    def select(self, place: int) -> None:
        """Select the row at a place, clamped to those there are."""
        if not self.rows:
            return
        self._place = max(0, min(len(self.rows) - 1, place))
        self.selected = self.rows[self._place].key
        self.repaint()
        self.post_message(self.Moved())

    def find(self, status: str, step: int) -> bool:
        """Select the next row of a status in a direction, round the end; return whether there is one."""
        count = len(self.rows)
        for i in range(1, count + 1):
            place = (self._place + step * i) % count
            if self.rows[place].status == status:
                self.select(place)
                return True
        return False

    @property
    def row(self) -> Row | None:
        """The selected row."""
        return self.rows[self._place] if self.rows else None

    @property
    def page(self) -> int:
        """How many rows are in sight."""
        return max(1, self.size.height - 3)

    def _arrange(self) -> None:
        kept = parsed(self.needle, self.content.chars)
        self._problem = kept.problem
        self.rows = ordered([row for row in self.content.rows if kept.holds(row)], self.sort)
        places = {row.key: i for i, row in enumerate(self.rows)}
        if self.selected in places:
            self._place = places[self.selected]
        else:
            self._place = max(0, min(self._place, len(self.rows) - 1))
            if self.rows:
                self.selected = self.rows[self._place].key
        self.repaint()

    def draw(self, width: int, height: int) -> Sequence[Line]:
        """Return the box with the head and the rows in sight."""
        content, inner = self.content, max(0, width - 4)
        if height < 4:
            return [crop(text(content.title, "title"), width)][:height]
        if not self.rows:
            words = f"nothing matches {self.needle}" if self.needle and content.rows else content.empty
            return boxed(
                [EMPTY, *wrapped(words, max(8, inner))], (width, height), text(content.title, "title"), self._note(0), content.chars
            )
        in_sight = height - 3
        self._offset = max(0, min(self._offset, self._place, len(self.rows) - in_sight))
        self._offset = max(self._offset, self._place - in_sight + 1)
        sizes = widths(content.columns, inner, self.hidden)
        lines = [self._line(i, sizes, inner) for i in range(self._offset, min(len(self.rows), self._offset + in_sight))]
        head = head_line(content.columns, sizes, self.sort, content.chars)
        title = text(f"{self._problem}: all rows", "warning") if self._problem else text(content.title, "title")
        return boxed([head, *lines], (width, height), title, self._note(in_sight), content.chars)

    def _line(self, place: int, sizes: list[int], inner: int) -> Line:
        row = self.rows[place]
        line = crop(row_line(row, self.content.columns, sizes, place == self._place, self.content.chars), inner)
        if place == self._place:
            line = selected(line)
        return self.content.glow.on(line, row.alerts)

    def _note(self, in_sight: int) -> Line:
        found, out = len(self.rows), []
        if self.needle:
            out.append((f"/{self.needle}", "accent"))
        if found > in_sight > 0:
            out.append((f"{' · ' if out else ''}{self._offset + 1}-{min(found, self._offset + in_sight)} of {found}", "dim"))
        elif self.needle:
            out.append((f" · {found} of {len(self.content.rows)}", "dim"))
        return tuple(out)

    def on_click(self, event: events.Click) -> None:
        """Select the row under the pointer; open it when it is selected already."""
        place = self._offset + event.y - 2
        if event.y >= 2 and place < len(self.rows):
            again = place == self._place
            self.select(place)
            if again:
                self.post_message(self.Opened())

    def on_mouse_scroll_down(self) -> None:
        """Move down."""
        self.move(1)

    def on_mouse_scroll_up(self) -> None:
        """Move up."""
        self.move(-1)
