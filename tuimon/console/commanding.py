"""The `:` line, and what its commands do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tuimon.console import formatting
from tuimon.console.board import Subject
from tuimon.console.commands import Choices, commands, matching, moment
from tuimon.console.draw.grid import Sort
from tuimon.console.driving import INTERVALS, Driving
from tuimon.console.screens.columns import ColumnsScreen
from tuimon.console.screens.command import CommandScreen
from tuimon.console.theme import THEMES
from tuimon.console.travel import WIDTHS
from tuimon.console.views.detail import DetailView
from tuimon.values.text import safe_text

KINDS = ("latency", "errors", "flow", "performance")


class Commanding(Driving):
    """The stage with the `:` line."""

    def action_command(self) -> None:
        """Open the line; run what comes back."""
        self.push_screen(CommandScreen(commands(self._choices()), self.chars), lambda line: self.perform(line) if line else None)

    def action_columns(self) -> None:
        """Choose the columns of the table."""
        table = self.page.table
        if self.view == "detail" or not table.content.columns:
            self.tell("columns are chosen where there is a table")
            return
        self.push_screen(ColumnsScreen(table.content.columns, table.hidden, self.chars, self._hide))

    def _hide(self, hidden: frozenset[str]) -> None:
        self.page.table.hidden = hidden
        self.show()

    def _choices(self) -> Choices:
        names = [theme.name.removeprefix("tuimon-") for theme in THEMES]
        titles = [column.title for column in self.page.table.content.columns if column.width] if self.view != "detail" else []
        return Choices(self.keyboard, WIDTHS, INTERVALS, names, titles, self.board)

    def perform(self, line: str) -> None:
        """Do what a line says; say so when it means nothing."""
        name, _, rest = line.partition(" ")
        action = self.keyboard.by_id.get(line)
        found = self._with_words.get(name)
        if action is not None:
            self.call_next(self.run_action, action.action)
        elif found is not None and rest:
            found(rest)
        else:
            near = next(iter(matching(commands(self._choices()), name)), None)
            self.tell(f"no command is called {safe_text(line, 40)}" + (f"; did you mean {near.line}?" if near else ""))

    @property
    def _with_words(self) -> Mapping[str, Callable[[str], None]]:
        return {
            "window": self._window,
            "every": self._every,
            "at": self._at,
            "filter": self._filter,
            "sort": self._sort,
            "theme": self._theme,
            "go": self._go_to,
        }

    def _window(self, words: str) -> None:
        found = next((width for width in WIDTHS if formatting.span(width) == words), None)
        if found is None:
            self.tell(f"windows are {', '.join(map(formatting.span, WIDTHS))}")
        else:
            self.show_width(found)

    def _every(self, words: str) -> None:
        found = next((seconds for seconds in INTERVALS if formatting.interval(seconds) == words), None)
        if found is None:
            self.tell(f"intervals are {', '.join(map(formatting.interval, INTERVALS))}")
        else:
            self.refresh_every(found)

    def _at(self, words: str) -> None:
        now = self.live.at if self.live is not None else None
        found = moment(words, now) if now is not None else None
        if found is None:
            self.tell("a moment is 14:02, 2026-11-22 14:02 or -2h, in UTC")
        else:
            self.go_to_moment(found)

    def _filter(self, words: str) -> None:
        self.page.table.filter(words)
        self.show()

    def _sort(self, words: str) -> None:
        titles = [column.title for column in self.page.table.content.columns]
        if words not in titles:
            self.tell(f"there is no column {safe_text(words, 40)} here")
            return
        self.page.table.sort = Sort(titles.index(words))
        self.show()

    def _theme(self, words: str) -> None:
        if words not in [theme.name.removeprefix("tuimon-") for theme in THEMES]:
            self.tell(f"there is no theme {safe_text(words, 40)}")
        else:
            self.chosen_theme = self.theme = f"tuimon-{words}"

    def _go_to(self, words: str) -> None:
        subject = self._subject(words)
        if subject is None:
            self.tell(f"there is no {safe_text(words, 60)} on this screen")
            return
        if self.view != "detail":
            self.origin = self.view
        self.base.query_one(DetailView).subject = subject
        self.action_view("detail")

    def _subject(self, words: str) -> Subject | None:
        for name, model in self.board.models.items() if self.board is not None else ():
            if not words.startswith(f"{name}/"):
                continue
            rest = words.removeprefix(f"{name}/")
            if any(drift.column == rest for drift in model.drift):
                return Subject("column", name, rest)
            kind = next((kind for kind in KINDS if kind == rest), None)
            if kind is not None:
                return Subject(kind, name)  # type: ignore[arg-type]
        return None
