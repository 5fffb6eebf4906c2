"""A threshold is tried where its number stands: history against it, how often it fires, and the file that it is saved in."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tuimon.console.charset import Charset
from tuimon.console.lines import EMPTY, Line, crop, text
from tuimon.console.panels.picture import Picture
from tuimon.console.panels.trial import head, picture, verdict, wrapped_changes
from tuimon.console.widgets.panel import Panel
from tuimon.monitor.feed import TryThreshold
from tuimon.values.trial import Trial, TrialScope

FIELDS = ("rule", "for", "warning", "critical")
DIGITS = 12


@dataclass(frozen=True)
class Tunable:
    """What thresholds can be tried for; names as the screen shows them."""

    model: str
    version: str | None
    column: str | None
    rules: tuple[str, ...]

    @property
    def words(self) -> str:
        return "/".join(part for part in (self.model, self.version, self.column) if part)

    @property
    def scopes(self) -> tuple[tuple[TrialScope, str], ...]:
        """For whom a threshold may be meant, the fewest first."""
        narrow: tuple[tuple[TrialScope, str], ...] = (("series", f"only {self.words}"),) if self.version or self.column else ()
        return (*narrow, ("model", f"all of {self.model}"), ("all", "every model"))


class ThresholdScreen(ModalScreen[None]):
    """Up and down go from line to line, left and right change it, digits type a number, enter saves, escape leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", show=False),
        Binding("enter", "save", show=False),
        Binding("up,k,shift+tab", "go(-1)", show=False),
        Binding("down,j,tab", "go(1)", show=False),
        Binding("left,h,minus", "change(-1)", show=False),
        Binding("right,l,plus", "change(1)", show=False),
        Binding("backspace", "erase", show=False),
        # All keys go one way, or what is typed fast would overtake an arrow.
        *(Binding(digit, f"digit('{digit}')", show=False) for digit in "0123456789"),
        Binding("full_stop", "digit('.')", show=False),
    ]

    def __init__(self, subject: Tunable, chars: Charset, ask: Callable[[TryThreshold], None], save: Callable[[], None]) -> None:
        super().__init__()
        self._subject, self._chars, self._ask, self._save = subject, chars, ask, save
        self._rule = self._scope = 0
        self._at = 2
        self._typed: dict[str, str] = {}
        """What was typed for a limit; a limit that is not here is the present one."""
        self._trial: Trial | None = None

    def compose(self) -> ComposeResult:
        """Return the one box."""
        yield Panel(id="threshold")

    def on_mount(self) -> None:
        """Ask what the present limits come to."""
        self._try()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.call_after_refresh(self._show)

    def take(self, trial: Trial | None) -> None:
        """Show what the engine says about what was asked last."""
        if trial is not None and (trial.rule, trial.model, trial.version, trial.column) == self._series():
            self._trial = trial
            self._show()

    def action_leave(self) -> None:
        """Close; nothing is changed."""
        self.dismiss(None)

    def action_save(self) -> None:
        """Have it written into the file."""
        if self._savable:
            self._save()

    @property
    def _savable(self) -> bool:
        trial = self._trial
        return trial is not None and bool(trial.lines) and not trial.problem and not trial.saved

    def action_go(self, step: int) -> None:
        """Go to the next or previous line."""
        self._at = (self._at + step) % len(FIELDS)
        self._show()

    def action_change(self, step: int) -> None:
        """Take the next rule or scope, or a larger or smaller limit."""
        field = FIELDS[self._at]
        if field == "rule":
            self._rule = max(0, min(len(self._subject.rules) - 1, self._rule + step))
            self._typed, self._trial = {}, None
        elif field == "for":
            self._scope = max(0, min(len(self._subject.scopes) - 1, self._scope + step))
        else:
            self._typed[field] = stepped(self._number(field), step)
        self._try()

    def action_erase(self) -> None:
        """Take the last digit away."""
        self._type(lambda before: before[:-1])

    def action_digit(self, digit: str) -> None:
        """Type a digit."""
        self._type(lambda before: (before + digit)[:DIGITS])

    def _type(self, change: Callable[[str], str]) -> None:
        field = FIELDS[self._at]
        if field in ("warning", "critical"):
            self._typed[field] = change(self._typed.get(field, ""))
            self._try()

    def _series(self) -> tuple[str, str, str | None, str | None]:
        return self._subject.rules[self._rule], self._subject.model, self._subject.version, self._subject.column

    def _number(self, field: str) -> float | None:
        """The limit as typed, else as it is at present."""
        if field in self._typed:
            return number_of(self._typed[field])
        return None if self._trial is None else self._trial.present[0 if field == "warning" else 1]

    def _try(self) -> None:
        rule, model, version, column = self._series()
        warning, critical = (number_of(self._typed[name]) if name in self._typed else None for name in ("warning", "critical"))
        scope = self._subject.scopes[self._scope][0]
        self._ask(TryThreshold(rule, model, version, column, scope, warning, critical))
        if self._trial is not None:
            self._trial = replace(self._trial, lines=(), problem="", saved=False)
        self._show()

    def _show(self) -> None:
        title = text(f"Threshold · {self._subject.words}", "title")
        self.query_one(Panel).show(Picture(title, self._draw), self._chars)

    def _draw(self, width: int, height: int) -> Sequence[Line]:
        trial = self._trial
        fields = [self._field(place, width) for place in range(len(FIELDS))]
        if trial is None:
            return [text("asking...", "dim"), EMPTY, *fields][:height]
        told, wrote = verdict(trial, width), list(wrapped_changes(trial, width, max(2, height // 4)))
        save = "arrows change · digits type · " + ("enter saves · esc leaves" if self._savable else "esc leaves")
        below = [*fields, *told, *wrote, text(save, "dim")]
        above = picture(trial, (width, max(0, height - len(below) - 1)), self._chars)
        blank = [EMPTY] * max(0, height - len(below) - len(above) - 1)
        return [crop(head(trial), width), *above, *blank, *below][:height]

    def _field(self, place: int, width: int) -> Line:
        name, here = FIELDS[place], place == self._at
        value = {"rule": self._subject.rules[self._rule], "for": self._subject.scopes[self._scope][1]}.get(name)
        if value is None:
            value = self._typed.get(name) or _plain(self._number(name))
        mark = self._chars.cursor if here else " "
        left, right = ("< ", " >") if here else ("  ", "")
        parts = (
            (f"{mark} ", "accent"),
            (f"{name:<9}", "label"),
            (left, "accent"),
            (value, "bright" if here else "text"),
            (right, "accent"),
        )
        return crop(parts, width)


def number_of(words: str) -> float | None:
    """Return the number that was typed so far, None for none."""
    try:
        found = float(words)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def stepped(value: float | None, step: int) -> str:
    """Return a limit a little larger or smaller, by about a tenth, as it is typed; never below nothing."""
    if value is None:
        return "0.1"
    size = 10.0 ** (math.floor(math.log10(abs(value))) - 1) if value else 0.01
    return _plain(max(0.0, round(value / size + step) * size))


def _plain(value: float | None) -> str:
    return "none" if value is None else f"{value:.6g}"
