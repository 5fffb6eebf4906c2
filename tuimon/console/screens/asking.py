"""A question with a few choices and a note, answered with the keyboard in a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import Input

from tuimon.console.charset import Charset
from tuimon.console.lines import EMPTY, Line, crop, text
from tuimon.console.panels.picture import Picture, wrapped
from tuimon.console.widgets.panel import Panel

LONGEST_NOTE = 200


@dataclass(frozen=True)
class Choice:
    """One thing to choose: its name, what there is, and which of it stands there first."""

    name: str
    options: tuple[str, ...]
    first: int = 0


@dataclass(frozen=True)
class Answer:
    """Which option of each choice, and the note."""

    chosen: tuple[int, ...]
    note: str


@dataclass(frozen=True)
class Question:
    """What is asked."""

    title: str
    choices: tuple[Choice, ...]
    words: str
    """What it will do, in a sentence."""
    verb: str


class AskScreen(ModalScreen[Answer | None]):
    """Up and down go from choice to choice, left and right choose, all else is the note; enter answers, escape does not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("up,shift+tab", "go(-1)", show=False, priority=True),
        Binding("down,tab", "go(1)", show=False, priority=True),
        Binding("left", "choose(-1)", show=False, priority=True),
        Binding("right", "choose(1)", show=False, priority=True),
    ]

    def __init__(self, question: Question, chars: Charset) -> None:
        super().__init__()
        self._question, self._chars = question, chars
        self._chosen = [choice.first for choice in question.choices]
        self._at = 0

    def compose(self) -> ComposeResult:
        """Return the box and the line for the note."""
        line = Input(id="note", placeholder="a note for the others; may stay empty", compact=True, max_length=LONGEST_NOTE)
        line.cursor_blink = False
        with Container(id="ask"):
            yield Panel(id="asked")
            yield line

    def on_mount(self) -> None:
        """Let typing go to the note."""
        self.query_one("#note", Input).focus()
        self._show()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._show)

    def action_go(self, step: int) -> None:
        """Go to the next or previous choice."""
        if self._chosen:
            self._at = (self._at + step) % len(self._chosen)
            self._show()

    def action_choose(self, step: int) -> None:
        """Take the next or previous option; the ends are ends."""
        if self._chosen:
            last = len(self._question.choices[self._at].options) - 1
            self._chosen[self._at] = max(0, min(last, self._chosen[self._at] + step))
            self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close with the answer: all that was typed before has arrived by now."""
        self.dismiss(Answer(tuple(self._chosen), event.value.strip()))

    def action_leave(self) -> None:
        """Close without one."""
        self.dismiss(None)

    def _show(self) -> None:
        def draw(width: int, height: int) -> Sequence[Line]:
            lines = [self._line(place, width) for place in range(len(self._chosen))]
            hints = text(f"enter to {self._question.verb} · esc to leave", "dim")
            return [*lines, *wrapped(self._question.words, width)[: max(0, height - len(lines) - 1)], hints][:height]

        hint = text("arrows choose", "dim") if self._chosen else EMPTY
        self.query_one("#asked", Panel).show(Picture(text(self._question.title, "title"), draw, hint), self._chars)

    def _line(self, place: int, width: int) -> Line:
        choice, here = self._question.choices[place], place == self._at
        at = self._chosen[place]
        before, after = ("<" if at else " "), (">" if at < len(choice.options) - 1 else " ")
        mark = self._chars.cursor if here else " "
        return crop(
            (
                (f"{mark} ", "accent"),
                (f"{choice.name:<5} ", "label"),
                (f"{before} ", "accent"),
                (choice.options[at], "bright" if here else "text"),
                (f" {after}", "accent"),
            ),
            width,
        )
