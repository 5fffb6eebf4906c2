"""A threshold while somebody looks at it: what it would have come to, what saving it changes in the file, and the saving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tuimon.config import ConfigError, Settings, ThresholdEdit, difference, parse, table_of, threshold_for
from tuimon.monitor.feed import TryThreshold
from tuimon.monitor.following import Following
from tuimon.monitor.session import Session
from tuimon.monitor.trial import History, Proposal, Series
from tuimon.values.alert import Event
from tuimon.values.text import safe_text
from tuimon.values.trial import Trial

UNPLAYABLE = ("stale",)
"""Rules about the wall clock: stored history says nothing of them."""


class Tuning:
    """At most one threshold at a time."""

    def __init__(self, following: Following) -> None:
        self._following = following
        self._asked: TryThreshold | None = None
        self._history: History | None = None
        self._series: Series | None = None
        self._answer: Trial | None = None

    @property
    def busy(self) -> bool:
        """Whether there is history to be gone through."""
        return self._history is not None and not self._history.done

    def ask(self, session: Session, asked: TryThreshold) -> None:
        """Begin to try a threshold, or other limits for the one that is tried."""
        if self._asked is None or _subject(self._asked) != _subject(asked) or self._history is None:
            self._series = session.series(asked)
            playable = self._series is not None and asked.rule not in UNPLAYABLE
            self._history = session.history(self._series) if self._series is not None and playable else None
        self._asked = asked
        self._answer = self._previewed(_named(asked), session.settings)
        if self._history is not None:
            self._history.propose(Proposal(asked.warning, asked.critical))
            self._answer = self._history.shown(self._answer)

    def go_on(self, until: Callable[[], bool]) -> None:
        """Go through more of the history."""
        if self._history is not None and self._answer is not None:
            self._history.go_on(until)
            self._answer = self._history.shown(self._answer)

    def shown(self) -> Trial | None:
        """Return what is known; None when nobody looks."""
        return self._answer

    def stop(self) -> None:
        """Nobody looks any more."""
        self._asked = self._history = self._answer = None

    def let_go(self) -> None:
        """Keep nothing of a session that ends; the answer stays on the screen."""
        self._history = None

    def save(self, who: str, now: float) -> list[Event]:
        """Write the limits into the file and return what is to be logged; what is wrong is the answer's problem."""
        edit = self._edit()
        if edit is None or self._answer is None:
            return []
        try:
            old, new = self._following.with_threshold(edit)
            self._following.save(old, new)
        except ConfigError as error:
            self._answer = replace(self._answer, problem=safe_text(str(error) if error.line else error.message))
            return []
        lines = tuple(safe_text(line) for line in difference(old, new))
        self._answer = replace(self._answer, lines=lines, saved=True, problem="")
        written = "; ".join(line.removeprefix("+ ").strip() for line in lines if line.startswith("+") and line.strip("+ "))
        return [Event(now, "config", "info", f"saved by {who}: {written}")]

    def _previewed(self, answer: Trial, settings: Settings) -> Trial:
        """Return the answer with the present limits, where they come from, and what saving would change or why it cannot."""
        series, edit = self._series, self._edit()
        if series is None:
            return replace(answer, problem="nothing is stored of it yet", done=1.0)
        limits = threshold_for(settings, series.rule, series.model, series.version, series.column)
        proposed = Proposal(*answer.proposed).on(limits)
        answer = replace(answer, present=(limits.warning, limits.critical), proposed=(proposed.warning, proposed.critical))
        answer = replace(answer, source=_source(settings, series), direction=limits.direction, done=1.0)
        if edit is None:
            return answer
        try:
            old, new = self._following.with_threshold(edit)
        except ConfigError as error:
            return replace(answer, problem=safe_text(error.message))
        after = threshold_for(parse(new, settings.path or Path()), series.rule, series.model, series.version, series.column)
        unheard = any(getattr(edit, name) not in (None, getattr(after, name)) for name in ("warning", "critical"))
        problem = f"it would change nothing here: {answer.source} is more specific" if unheard else ""
        return replace(answer, lines=tuple(safe_text(line) for line in difference(old, new)), problem=problem)

    def _edit(self) -> ThresholdEdit | None:
        """Return the change of the file that is asked for, None without any."""
        asked, series = self._asked, self._series
        if asked is None or series is None or (asked.warning is None and asked.critical is None):
            return None
        model = None if asked.scope == "all" else series.model
        version, column = (series.version, series.column) if asked.scope == "series" else (None, None)
        return ThresholdEdit(series.rule, model, version, column, warning=asked.warning, critical=asked.critical)


def _named(asked: TryThreshold) -> Trial:
    proposed = (asked.warning, asked.critical)
    return Trial(asked.rule, asked.model, asked.version, asked.column, asked.scope, proposed, (None, None), "the defaults")


def _subject(asked: TryThreshold) -> tuple[str, str, str | None, str | None]:
    return asked.rule, asked.model, asked.version, asked.column


def _source(settings: Settings, series: Series) -> str:
    """Return the most specific table that says something about the limits of a series."""
    found = table_of(settings, series.rule, series.model, series.version, series.column)
    return "the defaults" if found is None else safe_text(f"[{found}]")
