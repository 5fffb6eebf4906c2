"""The thread that plays the demo into a log file, as a live service would."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from tuimon.cli.demo.history import LIVE_FILE
from tuimon.cli.demo.script import DemoScript
from tuimon.cli.demo.traffic import Traffic

LONGEST_BACKLOG = 30.0
"""Seconds that are caught up after the machine slept; what is older is left out."""


class DemoWriter(threading.Thread):
    """Appends the lines that are due, a few times a second, until `stop` is set. The demo begins when the writer is made.

    `failure` holds what ended it early, such as a full disk.
    """

    def __init__(
        self, directory: Path, script: DemoScript, clock: Callable[[], float], stop: threading.Event, interval: float = 0.25
    ) -> None:
        super().__init__(name="demo-writer", daemon=True)
        self.failure: OSError | None = None
        self._path = directory / LIVE_FILE
        self._clock = clock
        self._stopped = stop
        self._interval = interval
        self._start = clock()
        self._traffic = Traffic(script, self._start)

    def step(self) -> int:
        """Append what is due by now and return the number of lines. Raises OSError."""
        elapsed = self._clock() - self._start
        self._traffic.skip_to(elapsed - LONGEST_BACKLOG)
        due = self._traffic.lines_until(elapsed)
        if due:
            with self._path.open("ab") as file:
                file.write(b"".join(due))
        return len(due)

    def run(self) -> None:
        """Write until stopped or until writing fails."""
        try:
            while not self._stopped.wait(self._interval):
                self.step()
        except OSError as failure:
            self.failure = failure
