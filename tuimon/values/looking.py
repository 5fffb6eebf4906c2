"""Where a screen looks when it does not show the present as it is configured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """Another moment than the present, another window than the configured one, or both."""

    at: float | None = None
    """Event time in seconds since 1970; None is the present."""
    width: int | None = None
    """Seconds of the window; None is the configured one."""
