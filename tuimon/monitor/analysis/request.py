"""What is asked of an analysis."""

from __future__ import annotations

from dataclasses import dataclass


class AnalysisError(Exception):
    """The analysis cannot be made as it was asked for; one sentence says why."""


@dataclass(frozen=True)
class Request:
    """Times in seconds since 1970; None is "as it is by default"."""

    model: str | None = None
    start: float | None = None
    end: float | None = None
    reference: tuple[float, float] | None = None
    """Stored rows with event time in [from, to) instead of the configured baseline."""
    chunk_seconds: float | None = None
    chunk_rows: int | None = None
    columns: tuple[str, ...] = ()
    """Names or patterns; none means every column."""
    methods: tuple[str, ...] = ()
    convention: str = "tuimon"
