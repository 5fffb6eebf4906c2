"""The help screen, made from the table of actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tuimon.console.charset import Charset
from tuimon.console.keyboard import Keyboard
from tuimon.console.lines import EMPTY, Line, beside, text
from tuimon.console.panels.picture import Picture
from tuimon.console.status import ORDER, WORDS, glyph
from tuimon.console.widgets.panel import Panel

TOGETHER = "PCA error of all numbers, the baseline's, what is usual"


def help_lines(chars: Charset, keyboard: Keyboard) -> list[Line]:
    """Return all groups of actions and what the signs mean, in one column."""
    out: list[Line] = []
    for group, actions in keyboard.groups().items():
        out += [text(group, "title"), *(((f"  {a.shown:<12}", "accent"), (a.help, "text")) for a in actions)]
    signs: list[Line] = [(("  ", "text"), (f"{glyph(s, chars):<12}", s), (WORDS[s], "text")) for s in ORDER]
    together: Line = ((f"  {'together':<12}", "label"), (TOGETHER, "text"))
    return [*out, text("Signs", "title"), *signs, text("Drift", "title"), together]


def help_columns(chars: Charset, keyboard: Keyboard, width: int) -> list[Line]:
    """Return the help in two columns where there is room, else in one."""
    lines = help_lines(chars, keyboard)
    if width < 128:
        return lines
    half = next(i for i in range(len(lines) // 2 - 2, len(lines)) if lines[i][0][1] == "title")
    return beside(lines[:half], lines[half:], width // 2)


class HelpScreen(ModalScreen[None]):
    """Keys and signs; any of its keys closes it, arrows scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q,enter", "dismiss", "close", show=False),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
        Binding("ctrl+d,pagedown,space", "scroll(10)", "page down", show=False),
        Binding("ctrl+u,pageup", "scroll(-10)", "page up", show=False),
    ]

    def __init__(self, chars: Charset, keyboard: Keyboard) -> None:
        super().__init__()
        self._chars, self._keyboard = chars, keyboard
        self._offset = 0

    def compose(self) -> ComposeResult:
        """Return the one box."""
        yield Panel(id="help")

    def on_mount(self) -> None:
        """Show the lines."""
        self._show()

    def action_scroll(self, step: int) -> None:
        """Move through the lines."""
        panel = self.query_one(Panel)
        lines = help_columns(self._chars, self._keyboard, panel.size.width - 4)
        self._offset = max(0, min(self._offset + step, len(lines) - (panel.size.height - 2)))
        self._show()

    def _show(self) -> None:
        def draw(width: int, height: int) -> Sequence[Line]:
            return (help_columns(self._chars, self._keyboard, width)[self._offset :] or [EMPTY])[:height]

        note = text("j k to scroll · esc to close", "dim")
        self.query_one(Panel).show(Picture(text("Help", "title"), draw, note), self._chars)
