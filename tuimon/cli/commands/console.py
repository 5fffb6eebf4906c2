"""`tuimon [DIR]`: the console; without a terminal the plain report of `check` and its exit code."""

from __future__ import annotations

import argparse
import os
import sys

from tuimon.cli.options import Run, resolve
from tuimon.cli.output import COULD_NOT_RUN, DONE, narrate, on_terminal
from tuimon.config import LiveConfig
from tuimon.monitor.late import LateEngine, Openable

LONGEST_END = 20.0
"""Seconds that the engine may take to finish its last commit after the screen is gone."""


def run(arguments: argparse.Namespace) -> int:
    """Return the exit code."""
    if not on_terminal():
        from tuimon.cli.commands import check

        return check.run(arguments)
    return open_console(resolve(arguments, os.environ), arguments)


def open_console(chosen: Run, arguments: argparse.Namespace) -> int:
    """Open the screen, and behind it the store; return when the person leaves. Raises what keeps the store from being opened."""
    from tuimon.console.run import Manner
    from tuimon.console.run import run as run_console

    manner = Manner(chosen.settings.bell, arguments.ascii, arguments.mouse, chosen.settings.keys)
    late = LateEngine(lambda: _engine(chosen))
    try:
        code = run_console(late, manner, chosen.state)
    except BaseException:
        late.stop(LONGEST_END)
        raise
    if late.refusal is not None:
        raise late.refusal
    if not late.stop(LONGEST_END):
        narrate("the last commit takes too long and is given up; what was committed before it is safe")
        sys.stderr.flush()
        os._exit(COULD_NOT_RUN)
    if late.failure:
        narrate(late.failure)
        return COULD_NOT_RUN
    return code or DONE


def _engine(chosen: Run) -> Openable:
    """Return the engine, whose import takes longer than the first paint of the screen."""
    from tuimon.monitor.engine import LiveEngine

    live = LiveConfig(chosen.config) if chosen.config is not None else None
    return LiveEngine(chosen.settings, chosen.state, chosen.title, live=live, adapt=chosen.adapt)
