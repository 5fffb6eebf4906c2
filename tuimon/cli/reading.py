"""Reading everything once, with progress for people who watch."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tuimon.cli.options import Run
from tuimon.monitor.session import Session
from tuimon.store import StoreLocked
from tuimon.values.snapshot import Engine, Snapshot

PATIENCE = 5.0
"""Seconds to wait for a store that another command has open: a `check` from cron is soon done with it."""
PAUSE = 0.1


@contextmanager
def session(run: Run, unkept: str = "", patient: bool = True) -> Iterator[Session]:
    """Open the store, or one in memory for the reason `unkept`, and the files; let go of them whatever happens.

    Raises StoreLocked when another process has the store, and still has it after PATIENCE for those who are patient, and StoreError.
    """
    opened = _opened(run, unkept, PATIENCE if patient else 0.0)
    try:
        opened.begin()
        yield opened
    except BaseException:
        opened.abandon()
        raise
    opened.close()


def _opened(run: Run, unkept: str, patience: float) -> Session:
    deadline = time.monotonic() + patience
    while True:
        try:
            return Session(run.settings, run.state, time.time, unkept=unkept)
        except StoreLocked:
            if time.monotonic() >= deadline:
                raise
            time.sleep(PAUSE)


def read_all(opened: Session) -> None:
    """Commit everything up to the present end of all files and expire what is past its keep time; a progress bar on a terminal."""
    _read(opened)
    opened.maintain()


def _read(opened: Session) -> None:
    if not sys.stderr.isatty():
        while not opened.ingest(lambda: False)[1]:
            pass
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (TextColumn("reading"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        total = opened.first_lag()
        task = progress.add_task("reading", total=total)
        done = False
        while not done:
            _, done = opened.ingest(_after(0.2))
            progress.update(task, completed=max(0, total - opened.lag_bytes()))


def evaluate(opened: Session, run: Run) -> Snapshot:
    """Return the snapshot after everything was read."""
    return opened.evaluate(Engine(run.title, run.settings.refresh, "polling", "idle"), judge_alerts=True)


def _after(seconds: float) -> Callable[[], bool]:
    deadline = time.monotonic() + seconds
    return lambda: time.monotonic() >= deadline
