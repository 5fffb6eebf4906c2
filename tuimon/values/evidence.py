"""The stored rows behind a number: those that fall into the bins that moved, or that are what an alert is about."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 200
"""Rows that are shown."""


@dataclass(frozen=True)
class Behind:
    """Which rows: of one rule of a model, or of one of its columns, in a stretch of event time; names as the screen shows them."""

    rule: str
    model: str
    column: str | None
    start: float
    end: float
    version: str | None = None
    limit: float | None = None
    """What a row must be over, where that is a property of rows."""


@dataclass(frozen=True)
class SeenRow:
    """One stored row; texts are safe for a screen."""

    at: float
    version: str
    id: str
    value: str
    """Of the column that is asked for; empty without one."""
    prediction: str
    score: float | None
    label: str
    latency_ms: float | None
    error: bool
    file: str
    line: int


@dataclass(frozen=True)
class Witnesses:
    """The newest rows that were asked for."""

    asked: Behind
    words: str
    """What they are, in words."""
    count: int
    """All that match, of which the newest are here."""
    stored: int
    """Rows of that stretch that are kept."""
    rows: tuple[SeenRow, ...] = ()
