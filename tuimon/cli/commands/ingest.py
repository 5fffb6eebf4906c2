"""`tuimon ingest`: read everything up to the present end of all files, then stop."""

from __future__ import annotations

import argparse
import os

from tuimon.cli.contract import dumps, ingest
from tuimon.cli.options import resolve
from tuimon.cli.output import COULD_NOT_RUN, DONE, data, narrate
from tuimon.cli.reading import read_all, session


def run(arguments: argparse.Namespace) -> int:
    """Return the exit code."""
    chosen = resolve(arguments, os.environ)
    with session(chosen) as opened:
        read_all(opened)
        totals, notices = opened.totals(), opened.notices()
    for notice in notices:
        narrate(notice)
    if arguments.json:
        data(dumps(ingest(totals)))
    else:
        data(
            f"{totals.files} files, {totals.lines:,} lines: {totals.rows:,} rows, {totals.labels:,} labels, "
            f"{totals.rejected:,} rejected, {totals.skipped:,} skipped, {totals.blank:,} blank"
        )
    if not totals.lines:
        narrate(f"no prediction logs found in {chosen.title}")
        return COULD_NOT_RUN
    return DONE
