"""The stored rows behind a number: which predictions it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tuimon.console.charset import Charset
from tuimon.console.lines import EMPTY, Line, text
from tuimon.console.panels.picture import Picture
from tuimon.console.panels.witnesses import head_of, table_of
from tuimon.console.widgets.panel import Panel
from tuimon.values.evidence import Behind, Witnesses


class RowsScreen(ModalScreen[None]):
    """The newest rows first; any of its keys closes it, arrows scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,v", "dismiss", "close", show=False),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
        Binding("ctrl+d,pagedown,space", "scroll(10)", "page down", show=False),
        Binding("ctrl+u,pageup", "scroll(-10)", "page up", show=False),
        Binding("g,home", "scroll(-1000)", "first", show=False),
        Binding("G,end", "scroll(1000)", "last", show=False),
    ]

    def __init__(self, asked: Behind, title: str, chars: Charset) -> None:
        super().__init__()
        self._asked, self._title, self._chars = asked, title, chars
        self._found: Witnesses | None = None
        self._offset = 0

    def compose(self) -> ComposeResult:
        """Return the one box."""
        yield Panel(id="rows")

    def on_mount(self) -> None:
        """Say that the rows are looked for."""
        self._show()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._show)

    def take(self, found: Witnesses | None) -> None:
        """Show the answer, if it is one to what was asked."""
        if found is not None and found.asked == self._asked and found != self._found:
            self._found = found
            self._show()

    def action_scroll(self, step: int) -> None:
        """Move through the rows."""
        rows = len(self._found.rows) if self._found is not None else 0
        self._offset = max(0, min(self._offset + step, rows - 1))
        self._show()

    def _show(self) -> None:
        found = self._found

        def draw(width: int, height: int) -> Sequence[Line]:
            if found is None:
                return [text("looking for the stored rows...", "dim")]
            head = head_of(found, width)
            room = height - len(head) - 1
            rows = table_of(found, self._offset, (width, room), self._chars) if found.rows and room > 1 else []
            return [*head, EMPTY, *rows]

        note = text("j k to scroll · esc to close", "dim")
        self.query_one(Panel).show(Picture(text(self._title, "title"), draw, note), self._chars)
