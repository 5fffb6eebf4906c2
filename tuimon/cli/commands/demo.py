"""`tuimon demo`: live traffic that breaks on a script, and the console on it."""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path

from tuimon.cli.commands.console import open_console
from tuimon.cli.demo import DemoScript, DemoWriter, write_history
from tuimon.cli.options import Run, UsageError
from tuimon.cli.output import EXIT, narrate, on_terminal
from tuimon.cli.plain import plain
from tuimon.config import load
from tuimon.values.snapshot import Snapshot


def run(arguments: argparse.Namespace) -> int:
    """Return the exit code."""
    if arguments.seconds is not None and arguments.seconds <= 0:
        raise UsageError("--seconds must be more than 0")
    if not arguments.headless and not on_terminal():
        raise UsageError("the demo needs a terminal; without one run it with --headless --seconds N")
    if arguments.headless and arguments.seconds is None:
        raise UsageError("--headless needs --seconds N")
    with tempfile.TemporaryDirectory(prefix="tuimon-demo-") as name:
        return _play(Path(name), arguments)


def _play(directory: Path, arguments: argparse.Namespace) -> int:
    stop, script = threading.Event(), DemoScript()
    write_history(directory, time.time(), script)
    writer = DemoWriter(directory, script, time.time, stop)
    writer.start()
    try:
        config = directory / "config.toml"
        chosen = Run(load(config), arguments.state or directory / "state", config, None)
        return _headless(chosen, stop, arguments.seconds) if arguments.headless else open_console(chosen, arguments)
    finally:
        stop.set()
        writer.join(5)


def _headless(chosen: Run, stop: threading.Event, seconds: float) -> int:
    """Run the engine for some seconds without a screen and print the last report."""
    from tuimon.monitor.engine import LiveEngine

    latest: list[Snapshot] = []
    engine = LiveEngine(chosen.settings, chosen.state, "demo")
    engine.open()
    engine.start(latest.append)
    stop.wait(seconds)
    engine.stop(10)
    if engine.failure:
        raise RuntimeError(engine.failure)
    if not latest:
        narrate("nothing was published in that time")
        return EXIT["unknown"]
    sys.stdout.write(plain(latest[-1]) + "\n")
    return EXIT[latest[-1].status]
