"""`tuimon rejects`: every line that could not be taken, and why."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict
from pathlib import Path

from tuimon.cli.contract import dumps
from tuimon.cli.options import resolve
from tuimon.cli.output import DONE, data, narrate
from tuimon.cli.reading import read_all, session
from tuimon.store.rejects import MOST_KEPT
from tuimon.values.snapshot import Reject


def run(arguments: argparse.Namespace) -> int:
    """Return the exit code."""
    with session(resolve(arguments, os.environ)) as opened:
        read_all(opened)
        found = opened.rejects()
        counted = opened.store.totals().rejected
    if arguments.export is not None:
        _export(arguments.export, found)
        narrate(f"{len(found):,} rejected lines written to {arguments.export}")
    elif arguments.json:
        data(dumps([asdict(reject) for reject in found]))
    else:
        for reject in found:
            data(_told(reject))
    if counted > MOST_KEPT:
        narrate(f"{counted:,} lines were rejected; of each file the text of the first {MOST_KEPT:,} is kept")
    return DONE


def _told(reject: Reject) -> str:
    place = f"{reject.file}:{reject.line} (byte {reject.offset}): {reject.reason}"
    return f"{place}: {reject.text}" if reject.text else place


def _export(path: Path, found: tuple[Reject, ...]) -> None:
    with path.open("x", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(reject), ensure_ascii=False) + "\n" for reject in found)
