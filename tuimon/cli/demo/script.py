"""What breaks in the demo, and when: a frozen script, pure in the seconds since it began."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Trouble = Literal["latency", "drift", "errors", "missing"]


@dataclass(frozen=True)
class Phase:
    """One trouble between two moments of a round (seconds); it grows for `grow` seconds up to `peak`.

    `peak` is a factor for latency and drift, a share of the rows for errors and missing values.
    """

    trouble: Trouble
    start: float
    end: float
    peak: float
    grow: float = 0.0

    def level(self, second: float) -> float:
        """Return how far the trouble has grown at a moment of the round, 0 to 1."""
        if not self.start <= second < self.end:
            return 0.0
        return 1.0 if not self.grow else min(1.0, (second - self.start) / self.grow)


PHASES = (
    Phase("latency", start=10, end=60, peak=6.0),
    Phase("drift", start=15, end=480, peak=1.35, grow=10),
    Phase("errors", start=25, end=70, peak=0.12),
    Phase("missing", start=35, end=90, peak=0.30),
)


@dataclass(frozen=True)
class DemoScript:
    """The whole demo; after `round_seconds` the troubles begin again. Raises ValueError for a rate that is not positive."""

    seed: int = 20261102
    rows_per_second: float = 60.0
    past_rows_per_second: float = 2.0
    past_seconds: int = 3600
    round_seconds: float = 900.0
    phases: tuple[Phase, ...] = PHASES

    def __post_init__(self) -> None:
        if not (self.rows_per_second > 0 and self.past_rows_per_second > 0 and self.round_seconds > 0):
            raise ValueError("rates and the length of a round must be more than 0")

    def factor(self, trouble: Trouble, elapsed: float) -> float:
        """Return by what latency or texture is multiplied `elapsed` seconds after the beginning; 1 while all is well."""
        return math.prod(1.0 + (phase.peak - 1.0) * level for phase, level in self._levels(trouble, elapsed))

    def share(self, trouble: Trouble, elapsed: float) -> float:
        """Return the share of rows that fail or miss a value; 0 while all is well."""
        return max((phase.peak * level for phase, level in self._levels(trouble, elapsed)), default=0.0)

    def _levels(self, trouble: Trouble, elapsed: float) -> list[tuple[Phase, float]]:
        if elapsed < 0:
            return []
        second = elapsed % self.round_seconds
        return [(phase, phase.level(second)) for phase in self.phases if phase.trouble == trouble]
