"""Times as people type them."""

from __future__ import annotations

from datetime import UTC, datetime

from tuimon.cli.options import UsageError
from tuimon.config import duration


def moment_of(option: str, text: str, now: float) -> float:
    """Return seconds since 1970 of an RFC 3339 time or date (UTC where it has no zone) or of an age like "7d". Raises UsageError."""
    try:
        return now - duration(text)
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} {text}: write a time like 2026-11-02T08:00:00Z, a date, or an age like 7d") from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def stretch_of(option: str, text: str, now: float) -> tuple[float, float]:
    """Return (from, to) of "FROM..TO". Raises UsageError."""
    first, dots, last = text.partition("..")
    if not dots:
        raise UsageError(f"{option} {text}: write FROM..TO, such as 2026-11-02..2026-11-09")
    start, end = moment_of(option, first, now), moment_of(option, last, now)
    if start >= end:
        raise UsageError(f"{option} {text}: the end must come after the beginning")
    return start, end
