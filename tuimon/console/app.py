"""The console: the stage with all that its keys and commands do."""

from __future__ import annotations

from tuimon.console.commanding import Commanding


class TuimonApp(Commanding):
    """The console: shows what a feed publishes, asks it for refreshes, never blocks on it."""
