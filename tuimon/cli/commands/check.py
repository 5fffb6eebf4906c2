"""`tuimon check`: ingest, evaluate, print alerts and panels; the exit code is the verdict."""

from __future__ import annotations

import argparse
import os
import time

from tuimon.cli.contract import dumps, report
from tuimon.cli.options import Run, resolve
from tuimon.cli.output import EXIT, data, narrate
from tuimon.cli.plain import plain
from tuimon.cli.reading import evaluate, read_all, session
from tuimon.monitor.record import load_snapshot, save_snapshot
from tuimon.store import StoreLocked, StoreUnwritable
from tuimon.values.snapshot import Snapshot


def run(arguments: argparse.Namespace) -> int:
    """Return 0 ok, 1 warning, 2 critical, 3 unknown."""
    chosen = resolve(arguments, os.environ)
    snapshot = look(chosen)
    for notice in snapshot.notices:
        narrate(notice)
    data(dumps(report(snapshot)) if arguments.json else plain(snapshot))
    if not snapshot.ingest.lines:
        narrate(f"no prediction logs found in {chosen.title}")
    return EXIT[snapshot.status]


def look(chosen: Run) -> Snapshot:
    """Return a fresh snapshot, of counts in memory where nothing can be written, or the one of another tuimon that holds the store.

    Raises StoreLocked when that one is too old.
    """
    try:
        return _fresh(chosen, patient=False)
    except StoreUnwritable as error:
        return _fresh(chosen, unkept=error.reason)
    except StoreLocked:
        snapshot = load_snapshot(chosen.state, time.time())
        if snapshot is None:
            return _fresh(chosen)
        narrate("another tuimon holds the store; this is what it published last")
        return snapshot


def _fresh(chosen: Run, unkept: str = "", patient: bool = True) -> Snapshot:
    with session(chosen, unkept, patient) as opened:
        read_all(opened)
        snapshot = evaluate(opened, chosen)
        if not unkept:
            save_snapshot(chosen.state, snapshot)
        return snapshot
