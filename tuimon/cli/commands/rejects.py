"""`tuimon rejects`: every line that could not be taken, and why."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
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
        counted = opened.totals().rejected
        _tell(opened.rejects(), arguments)
    if counted > MOST_KEPT:
        narrate(f"{counted:,} lines were rejected; of each file the text of the first {MOST_KEPT:,} is kept")
    return DONE


def _tell(found: Iterator[Reject], arguments: argparse.Namespace) -> None:
    if arguments.export is not None:
        narrate(f"{_export(arguments.export, found):,} rejected lines written to {arguments.export}")
    elif arguments.json:
        data(dumps([asdict(reject) for reject in found]))
    else:
        for reject in found:
            data(_told(reject))


def _told(reject: Reject) -> str:
    place = f"{reject.file}:{reject.line} (byte {reject.offset}): {reject.reason}"
    return f"{place}: {reject.text}" if reject.text else place


def _export(path: Path, found: Iterator[Reject]) -> int:
    """Write a line of JSON for each reject and return how many there are."""
    count = 0
    with path.open("x", encoding="utf-8") as file:
        for reject in found:
            file.write(json.dumps(asdict(reject), ensure_ascii=False) + "\n")
            count += 1
    return count
