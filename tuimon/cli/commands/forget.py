"""`tuimon forget`: delete stored rows or values, keeping counts."""

from __future__ import annotations

import argparse
import difflib
import os
import time

from tuimon.cli.contract import dumps
from tuimon.cli.moments import moment_of
from tuimon.cli.options import UsageError, resolve
from tuimon.cli.output import DONE, data
from tuimon.store import Store
from tuimon.values.text import safe_text


def run(arguments: argparse.Namespace) -> int:
    """Return the exit code."""
    if not (arguments.column or arguments.before or arguments.id):
        raise UsageError("say what to forget: --column NAME, --before TIME or --id ID")
    before = moment_of("--before", arguments.before, time.time()) if arguments.before else None
    chosen = resolve(arguments, os.environ)
    store = Store.open(chosen.state, chosen.settings.store)
    try:
        if arguments.column:
            _known_column(store, arguments.column)
        changed = store.forget(arguments.column, before, arguments.id)
    finally:
        store.close()
    data(dumps({"changed": changed}) if arguments.json else f"{changed:,} stored rows changed; counts are kept")
    return DONE


def _known_column(store: Store, name: str) -> None:
    """A misspelt name must not look like a deletion. Raises UsageError."""
    known = sorted({column.name for model in store.models() for column in store.columns(model.name) if column.role == "feature"})
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        raise UsageError(f"--column {name}: no model has such a feature" + (f"; did you mean '{safe_text(near[0])}'?" if near else ""))
