"""The help screen: the view in words, then keys and signs from their tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tuimon.console.charset import Charset
from tuimon.console.keyboard import Keyboard
from tuimon.console.lessons import LESSONS, Lesson
from tuimon.console.lines import EMPTY, Line, beside, text
from tuimon.console.panels.picture import Picture, wrapped
from tuimon.console.state import TABS, ViewName
from tuimon.console.status import ORDER, WORDS, glyph
from tuimon.console.widgets.panel import Panel

TOGETHER = "PCA error of all numbers, the baseline's, what is usual"
INDENT = 4
WIDE = 128


def help_lines(view: ViewName, keyboard: Keyboard, chars: Charset, width: int) -> list[Line]:
    """Return what the view shows in words, then all keys and signs; two columns of those where there is room. No line is cut."""
    named = dict(TABS).get(view, "Detail")
    about = [text(f"{named} in words", "title"), *_lesson(LESSONS[view], keyboard, width), EMPTY]
    if width < WIDE:
        return [*about, *_keys(keyboard, width), *_signs(chars, width)]
    half = width // 2 - 2
    keys = _keys(keyboard, half)
    cut = next(at for at in range(len(keys) // 2 - 2, len(keys)) if keys[at][0][1] == "title")
    return [*about, *beside(keys[:cut], [*keys[cut:], *_signs(chars, half)], half)]


def _lesson(lesson: Lesson, keyboard: Keyboard, width: int) -> list[Line]:
    lines = _indented(_said(lesson.shows, keyboard), width, "text")
    for heading, pairs in (("Words", lesson.words), ("What now", lesson.next)):
        lines.append(text(heading, "title"))
        lines += [line for term, words in pairs for line in _term(term, _said(words, keyboard), width)]
    return lines


def _said(words: str, keyboard: Keyboard) -> str:
    """Put in the keys; an action without one is a command."""
    return words.format_map({name: keyboard.first(name) or f":{name}" for name in keyboard.by_id})


def _term(term: str, words: str, width: int) -> list[Line]:
    """A term with its meaning behind it, going on below, indented."""
    lead = f"  {term}: "
    first, *rest = wrapped(f"{term}: {words}", width - INDENT, "text")
    words_of_first = first[0][0].removeprefix(f"{term}: ")
    head: Line = ((lead, "accent"), (words_of_first, "text")) if first[0][0].startswith(f"{term}: ") else ((f"  {first[0][0]}", "accent"),)
    return [head, *(((" " * INDENT, "text"), *line) for line in rest)]


def _indented(words: str, width: int, role: str) -> list[Line]:
    return [(("  ", "text"), *line) for line in wrapped(words, width - INDENT, role)]


def _keys(keyboard: Keyboard, width: int) -> list[Line]:
    out: list[Line] = []
    for group, actions in keyboard.groups().items():
        out.append(text(group, "title"))
        for action in actions:
            out += _named((action.shown, "accent"), action.help, width)
    return out


def _signs(chars: Charset, width: int) -> list[Line]:
    signs = [line for status in ORDER for line in _named((glyph(status, chars), status), WORDS[status], width)]
    return [text("Signs", "title"), *signs, *_named(("together", "label"), TOGETHER, width)]


def _named(name: tuple[str, str], words: str, width: int) -> list[Line]:
    first, *rest = wrapped(words, width - 14, "text")
    return [((f"  {name[0]:<12}", name[1]), *first), *(((" " * 14, "text"), *line) for line in rest)]


class HelpScreen(ModalScreen[None]):
    """The view, keys and signs; any of its keys closes it, arrows scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q,enter", "dismiss", "close", show=False),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
        Binding("ctrl+d,pagedown,space", "scroll(10)", "page down", show=False),
        Binding("ctrl+u,pageup", "scroll(-10)", "page up", show=False),
        Binding("g,home", "scroll(-1000)", "first", show=False),
        Binding("G,end", "scroll(1000)", "last", show=False),
    ]

    def __init__(self, view: ViewName, keyboard: Keyboard, chars: Charset) -> None:
        super().__init__()
        self._view, self._keyboard, self._chars = view, keyboard, chars
        self._offset = 0

    def compose(self) -> ComposeResult:
        """Return the one box."""
        yield Panel(id="help")

    def on_mount(self) -> None:
        """Show the lines."""
        self._show()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._show)

    def action_scroll(self, step: int) -> None:
        """Move through the lines."""
        panel = self.query_one(Panel)
        lines = help_lines(self._view, self._keyboard, self._chars, panel.size.width - 4)
        self._offset = max(0, min(self._offset + step, len(lines) - (panel.size.height - 2)))
        self._show()

    def _show(self) -> None:
        def draw(width: int, height: int) -> Sequence[Line]:
            lines = help_lines(self._view, self._keyboard, self._chars, width)
            return (lines[self._offset :] or [EMPTY])[:height]

        note = text("j k to scroll · esc to close", "dim")
        self.query_one(Panel).show(Picture(text("Help", "title"), draw, note), self._chars)
