"""The demo's live lines, due by a moment: the same lines however often one asks."""

from __future__ import annotations

import math

import numpy as np

from tuimon.cli.demo.lines import log_lines
from tuimon.cli.demo.rows import second_of
from tuimon.cli.demo.script import DemoScript


class Traffic:
    """Hands out each line of the script once, in order of time. `start` is an epoch in seconds."""

    def __init__(self, script: DemoScript, start: float) -> None:
        self._script = script
        self._start = start
        self._until = 0.0
        self._second = -1
        self._offsets: list[float] = []
        self._lines: list[bytes] = []

    @property
    def until(self) -> float:
        """Up to which moment lines have been handed out, in seconds since the start."""
        return self._until

    def lines_until(self, elapsed: float) -> list[bytes]:
        """Return the lines with offsets in [until, elapsed); none when `elapsed` lies before what was handed out."""
        due: list[bytes] = []
        while self._until < elapsed:
            end = min(elapsed, math.floor(self._until) + 1.0)
            due += self._between(self._until, end)
            self._until = end
        return due

    def skip_to(self, elapsed: float) -> None:
        """Leave out every line before `elapsed` that has not been handed out."""
        self._until = max(self._until, elapsed)

    def _between(self, begin: float, end: float) -> list[bytes]:
        """Return the lines of a stretch within one whole second."""
        second = math.floor(begin)
        if second != self._second:
            rows = second_of(self._script, second)
            self._second, self._offsets, self._lines = second, rows.offset.tolist(), log_lines(rows, self._start)
        low, high = np.searchsorted(self._offsets, (begin, end))
        return self._lines[low:high]
