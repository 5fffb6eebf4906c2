"""Which columns a table shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tuimon.console.charset import Charset
from tuimon.console.draw.grid import Column
from tuimon.console.lines import Line, text
from tuimon.console.panels.picture import Picture
from tuimon.console.widgets.panel import Panel


class ColumnsScreen(ModalScreen[None]):
    """Space takes a column out or puts it back, at once; escape closes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,c", "dismiss", "close", show=False),
        Binding("j,down", "go(1)", "down", show=False),
        Binding("k,up", "go(-1)", "up", show=False),
        Binding("space,enter,x", "switch", "switch", show=False),
    ]

    def __init__(
        self, columns: Sequence[Column], hidden: frozenset[str], chars: Charset, changed: Callable[[frozenset[str]], None]
    ) -> None:
        super().__init__()
        self._columns = [column for column in columns if not column.grow and column.width]
        self._hidden, self._chars, self._changed = hidden, chars, changed
        self._at = 0

    def compose(self) -> ComposeResult:
        """Return the one box."""
        yield Panel(id="columns")

    def on_mount(self) -> None:
        """Show the columns."""
        self._show()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._show)

    def action_go(self, step: int) -> None:
        """Go to the next or previous column."""
        self._at = (self._at + step) % max(1, len(self._columns))
        self._show()

    def action_switch(self) -> None:
        """Take the column out, or put it back."""
        if self._columns:
            self._hidden = self._hidden ^ {self._columns[self._at].name}
            self._changed(self._hidden)
            self._show()

    def _show(self) -> None:
        def draw(_width: int, height: int) -> Sequence[Line]:
            first = max(0, min(self._at - height + 1, len(self._columns) - height))
            return [self._line(first + at, one) for at, one in enumerate(self._columns[first : first + height])]

        note = text("space toggles · esc closes", "dim")
        self.query_one(Panel).show(Picture(text("Columns", "title"), draw, note), self._chars)

    def _line(self, place: int, column: Column) -> Line:
        mark = self._chars.cursor if place == self._at else " "
        off = column.name in self._hidden
        return ((f"{mark} ", "accent"), ("[ ] " if off else "[x] ", "dim" if off else "ok"), (column.title, "dim" if off else "text"))
