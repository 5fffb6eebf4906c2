"""`tuimon backtest`: which alerts the thresholds of a config would have raised over the stored history."""

from __future__ import annotations

import argparse
import os
import time

from tuimon.cli.backtest import document, table, watched
from tuimon.cli.contract import dumps
from tuimon.cli.fitting import terminal_width
from tuimon.cli.moments import moment_of
from tuimon.cli.options import UsageError, resolve
from tuimon.cli.output import EXIT, data
from tuimon.monitor.backtest import Asked, replayed
from tuimon.store import Store


def run(arguments: argparse.Namespace) -> int:
    """Return 0 when nothing would have fired, 1 for warnings, 2 for critical alerts, 3 without history."""
    now = time.time()
    start, end = (
        None if text is None else moment_of(option, text, now) for option, text in (("--from", arguments.start), ("--to", arguments.end))
    )
    if start is not None and end is not None and start >= end:
        raise UsageError("--from must come before --to")
    chosen = resolve(arguments, os.environ)
    if not Store.is_there(chosen.state):
        raise UsageError(f"{chosen.state}: there is no store; read the logs with `tuimon ingest` first, or name another with --state")
    store = Store.open(chosen.state, chosen.settings.store)
    try:
        with watched() as told:
            found = replayed(store, chosen.settings, Asked(arguments.model, start, end), told)
    finally:
        store.close()
    data(dumps(document(found)) if arguments.json else table(found, chosen.title, terminal_width()))
    return EXIT[found.status]
