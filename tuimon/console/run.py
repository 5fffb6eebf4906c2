"""Run the console until it is left, by key or by signal, and leave the terminal as it was."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from tuimon.console.app import TuimonApp
from tuimon.console.tight import QuietlyFailing
from tuimon.monitor.feed import Feed
from tuimon.values.alert import Severity
from tuimon.values.text import safe_text

SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class ScreenError(Exception):
    """The screen has an error of its own; what was counted is not concerned."""


class SignalledApp(QuietlyFailing, TuimonApp):
    """The console, which also ends cleanly when the system asks it to: Textual by itself would leave the terminal in disorder."""

    def on_mount(self) -> None:
        """Take the signals once the loop runs."""
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self.exit, 0)


def run(feed: Feed, *, bell: Severity | None = None, ascii: bool = False, place: Path | None = None) -> int:  # noqa: A002
    """Run the console on a feed and return its exit code. The pointer is off over SSH. Raises ScreenError once the terminal is as it was.

    `bell` is the severity from which on an alert that begins or worsens rings the terminal's bell, `place` the state directory,
    where tables and pictures are written to and the screen is remembered.
    """
    app = SignalledApp(feed, bell=bell, ascii=ascii, place=place)
    result = app.run(mouse="SSH_CONNECTION" not in os.environ)
    error = app.own_error
    if error is not None:
        named = safe_text(f"{type(error).__name__}: {error}", 200)
        raise ScreenError(f"the screen failed ({named}); what was counted is safe, and a new start goes on from it") from error
    return result if isinstance(result, int) else app.return_code or 0
