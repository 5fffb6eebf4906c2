"""Silences: somebody wants to hear nothing of some alerts until a moment; they are judged and shown all the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase

from tuimon.alerts.state import AlertState
from tuimon.values.text import safe_text


@dataclass(frozen=True)
class Matcher:
    """Which alerts: every part that is given must be equal, or match as a pattern; None is any."""

    key: str | None = None
    """The id of one alert."""
    rule: str | None = None
    model: str | None = None
    version: str | None = None
    column: str | None = None

    def matches(self, state: AlertState) -> bool:
        """Return whether an alert is meant."""
        given = ((part.name, getattr(self, part.name)) for part in fields(self))
        return all(_meets(getattr(state, name), wanted) for name, wanted in given if wanted is not None)

    @property
    def words(self) -> str:
        """What is meant, such as "rule=psi model=fraud column=amount" or "alert psi/fraud//amount"; not yet safe for a screen."""
        if self.key is not None:
            return f"alert {self.key}"
        given = ((part.name, getattr(self, part.name)) for part in fields(self))
        return " ".join(f"{name}={wanted}" for name, wanted in given if wanted is not None) or "every alert"


@dataclass(frozen=True)
class Silence:
    """One silence; times are wall time in seconds since 1970."""

    number: int
    matcher: Matcher
    begun: float
    ends: float
    by: str
    """A login name, safe for a screen."""
    note: str = ""
    """Safe for a screen."""


def muted(states: Mapping[str, AlertState], silences: Iterable[Silence], now: float) -> dict[str, Silence]:
    """Return by key of each silenced alert the silence that holds for it now and ends last; one whose end has come holds no more."""
    holding = sorted((silence for silence in silences if silence.ends > now), key=lambda silence: (silence.ends, silence.number))
    return {key: silence for key, state in states.items() for silence in holding if silence.matcher.matches(state)}


def _meets(value: str | None, wanted: str) -> bool:
    """Names are compared as they are and as screens show them: that is what people copy."""
    return value is not None and any(name == wanted or fnmatchcase(name, wanted) for name in {value, safe_text(value)})
