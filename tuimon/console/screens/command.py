"""The `:` line: commands are offered while typing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import Input

from tuimon.console.charset import Charset
from tuimon.console.commands import Command, matching
from tuimon.console.lines import EMPTY, Line, crop, selected, spread, text
from tuimon.console.panels.picture import Picture
from tuimon.console.widgets.panel import Panel

LONGEST = 200


class CommandScreen(ModalScreen[str | None]):
    """Up and down choose, tab completes, enter runs what is chosen, escape leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("up,shift+tab,ctrl+p", "go(-1)", show=False, priority=True),
        Binding("down,ctrl+n", "go(1)", show=False, priority=True),
        Binding("tab", "complete", show=False, priority=True),
    ]

    def __init__(self, known: Sequence[Command], chars: Charset) -> None:
        super().__init__()
        self._known, self._chars = known, chars
        self._found = list(known)
        self._at = 0

    def compose(self) -> ComposeResult:
        """Return the line and the box of what it may mean."""
        line = Input(id="command-line", placeholder="a command, a column, a time", compact=True, max_length=LONGEST)
        line.cursor_blink = False
        with Container(id="command"):
            yield line
            yield Panel(id="commands")

    def on_mount(self) -> None:
        """Let typing go to the line."""
        self.query_one(Input).focus()
        self._show()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._show)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what matches."""
        self._found, self._at = matching(self._known, event.value), 0
        self._show()

    def action_go(self, step: int) -> None:
        """Choose the next or previous one, round the end."""
        if self._found:
            self._at = (self._at + step) % len(self._found)
            self._show()

    def action_complete(self) -> None:
        """Write out the chosen one."""
        if self._found:
            chosen = self._found[self._at]
            line = self.query_one(Input)
            line.value = f"{chosen.line} " if chosen.takes else chosen.line
            line.cursor_position = len(line.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close with the chosen line; where something has still to be typed, write it out."""
        typed = " ".join(event.value.split())
        chosen = self._found[self._at] if self._found else None
        if chosen is None:
            self.dismiss(typed or None)
        elif chosen.takes and not typed.casefold().startswith(f"{chosen.line} "):
            self.action_complete()
        else:
            self.dismiss(typed if chosen.takes else chosen.line)

    def action_leave(self) -> None:
        """Close without one."""
        self.dismiss(None)

    def _show(self) -> None:
        def draw(width: int, height: int) -> Sequence[Line]:
            if not self._found:
                return [text("no command matches", "dim")]
            first = max(0, min(self._at - height + 1, len(self._found) - height))
            shown = self._found[first : first + height]
            return [self._line(one, first + at == self._at, width) for at, one in enumerate(shown)]

        note = text(f"{len(self._found)} · enter runs · tab completes · esc leaves", "dim")
        self.query_one(Panel).show(Picture(text("Commands", "title"), draw, note), self._chars)

    def _line(self, command: Command, here: bool, width: int) -> Line:
        room = min(34, max(16, width // 3))
        mark = (f"{self._chars.cursor if here else ' '} ", "accent")
        words = command.help + (f": {command.takes}" if command.takes else "")
        left: Line = (mark, *crop(text(command.line, "bright" if here else "text"), room), ("  ", "text"), (words, "dim"))
        line = spread(left, text(f" {command.keys}", "accent") if command.keys else EMPTY, width)
        return selected(line) if here else line
