"""`tuimon forget`: delete stored rows or values, keeping counts."""

from __future__ import annotations

import argparse
import os
import time
from datetime import UTC, datetime

from tuimon.cli.contract import dumps
from tuimon.cli.options import UsageError, resolve
from tuimon.cli.output import DONE, data
from tuimon.config import duration
from tuimon.store import Store


def run(arguments: argparse.Namespace) -> int:
    """Return the exit code."""
    if not (arguments.column or arguments.before or arguments.id):
        raise UsageError("say what to forget: --column NAME, --before TIME or --id ID")
    before = moment_of(arguments.before, time.time()) if arguments.before else None
    chosen = resolve(arguments, os.environ)
    store = Store.open(chosen.state, chosen.settings.store)
    try:
        changed = store.forget(arguments.column, before, arguments.id)
    finally:
        store.close()
    data(dumps({"changed": changed}) if arguments.json else f"{changed:,} stored rows changed; counts are kept")
    return DONE


def moment_of(text: str, now: float) -> float:
    """Return seconds since 1970 of an RFC 3339 time (UTC where it has no zone) or of an age like "7d". Raises UsageError."""
    try:
        return now - duration(text)
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--before {text}: write a time like 2026-11-02T08:00:00Z or an age like 7d") from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
