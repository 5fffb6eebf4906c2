"""Run the console until it is left, by key or by signal, and leave the terminal as it was."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from tuimon.config import Remapped
from tuimon.console.app import TuimonApp
from tuimon.console.charset import needs_ascii
from tuimon.console.keyboard import Keyboard
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


@dataclass(frozen=True)
class Manner:
    """How a person wants the screen."""

    bell: Severity | None = None
    """The severity from which on an alert that begins or worsens rings the terminal's bell."""
    ascii: bool | None = None
    """None goes by the terminal."""
    mouse: bool | None = None
    """None is yes, but not over SSH: a line that drops leaves a terminal behind that types at each movement."""
    keys: Remapped = ()


def run(feed: Feed, manner: Manner, place: Path | None = None) -> int:
    """Run the console on a feed and return its exit code. Raises ScreenError once the terminal is as it was.

    `place` is the state directory, where tables and pictures are written to and the screen is remembered.
    """
    simple = needs_ascii(os.environ) if manner.ascii is None else manner.ascii
    app = SignalledApp(feed, bell=manner.bell, ascii=simple, place=place, keyboard=Keyboard.of(manner.keys))
    result = app.run(mouse="SSH_CONNECTION" not in os.environ if manner.mouse is None else manner.mouse)
    error = app.own_error
    if error is not None:
        named = safe_text(f"{type(error).__name__}: {error}", 200)
        raise ScreenError(f"the screen failed ({named}); what was counted is safe, and a new start goes on from it") from error
    return result if isinstance(result, int) else app.return_code or 0
