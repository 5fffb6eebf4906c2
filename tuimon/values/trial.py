"""A threshold that somebody tries, and what it would have come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TrialScope = Literal["series", "model", "all"]
"""Whether a threshold is for one column or version, for a model, or for all."""


@dataclass(frozen=True)
class Count:
    """How often and for how long an alert would have fired."""

    episodes: int
    seconds: float


@dataclass(frozen=True)
class Trial:
    """A threshold that somebody tries: what it would have come to over the stored history. Names are safe for a screen."""

    rule: str
    model: str
    version: str | None
    column: str | None
    scope: TrialScope
    proposed: tuple[float | None, float | None]
    """Warning and critical."""
    present: tuple[float | None, float | None]
    source: str
    """Where the present ones come from, such as "[thresholds.models.fraud]"."""
    direction: Literal["above", "below"] = "above"
    value: float | None = None
    """At the newest moment."""
    done: float = 0.0
    """The share of the history that is gone through."""
    since: float | None = None
    """Where the history begins."""
    minutes_from: float | None = None
    """Where it begins to be known by the minute; before, by the hour."""
    until: float | None = None
    before: Count = Count(0, 0.0)
    """With the present limits."""
    after: Count = Count(0, 0.0)
    """With the proposed ones."""
    start: float = 0.0
    step: float = 60.0
    values: tuple[float | None, ...] = ()
    """The worst window's value minute by minute, the newest last; None is a gap."""
    lines: tuple[str, ...] = ()
    """What saving changes in the file, after "-" and "+"."""
    problem: str = ""
    """Why it cannot be tried or saved, one sentence."""
    saved: bool = False
