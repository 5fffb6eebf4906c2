"""`tuimon [DIR]`: the console; without a terminal the plain report of `check` and its exit code."""

from __future__ import annotations

import argparse
import os
import sys

from tuimon.cli.commands import check
from tuimon.cli.options import Run, resolve
from tuimon.cli.output import COULD_NOT_RUN, DONE, narrate, on_terminal
from tuimon.config import LiveConfig

LONGEST_END = 20.0
"""Seconds that the engine may take to finish its last commit after the screen is gone."""


def run(arguments: argparse.Namespace) -> int:
    """Return the exit code."""
    if not on_terminal():
        return check.run(arguments)
    return open_console(resolve(arguments, os.environ))


def open_console(chosen: Run) -> int:
    """Open the store, then the screen; return when the person leaves."""
    from tuimon.monitor.engine import LiveEngine

    live = LiveConfig(chosen.config) if chosen.config is not None else None
    engine = LiveEngine(chosen.settings, chosen.state, chosen.title, live=live, adapt=chosen.adapt)
    engine.open()
    from tuimon.console import run as run_console

    code = run_console(engine, bell=chosen.settings.bell)
    if not engine.stop(LONGEST_END):
        narrate("the last commit takes too long and is given up; what was committed before it is safe")
        sys.stderr.flush()
        os._exit(COULD_NOT_RUN)
    if engine.failure:
        narrate(engine.failure)
        return COULD_NOT_RUN
    return code or DONE
