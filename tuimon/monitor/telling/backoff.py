"""When a receiver that failed is tried again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tuimon.monitor.telling.outcome import Outcome

LONGEST_PAUSE = 300.0
LONGEST_ASKED = 3_600.0
"""Seconds at most that a receiver may put off by Retry-After."""
SAID_AFTER = 60.0
"""Seconds of failure after which the screen says so."""


@dataclass(frozen=True)
class Health:
    """How telling one receiver goes; times are wall time."""

    failures: int = 0
    """In a row."""
    since: float | None = None
    """When the first of them was."""
    reason: str = ""
    due: float = 0.0

    def after(self, outcome: Outcome, now: float) -> Health:
        """Return the health after one attempt: pauses of 1, 2, 4, … seconds up to five minutes."""
        if outcome.kind == "taken":
            return Health()
        since = now if self.since is None else self.since
        if outcome.kind == "refused":
            return replace(self, since=since, reason=outcome.reason, failures=0, due=now)
        pause = min(2.0 ** min(self.failures, 20), LONGEST_PAUSE)
        if outcome.retry_after is not None:
            pause = max(pause, min(outcome.retry_after, LONGEST_ASKED))
        return Health(self.failures + 1, since, outcome.reason, now + pause)

    def ready(self, now: float) -> bool:
        """Whether the pause is over; a clock that was put back makes none longer."""
        return now >= self.due or self.due - now > LONGEST_ASKED + 1.0

    def bad(self, now: float) -> bool:
        """Whether it has failed for so long that people must know; a receiver that refuses is told at once."""
        return self.since is not None and (not self.failures or now - self.since >= SAID_AFTER)
