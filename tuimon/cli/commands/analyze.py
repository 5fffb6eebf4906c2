"""`tuimon analyze`: drift, quality and performance by chunk, exact and offline, from the stored rows."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from tuimon.cli.analysis import document, table
from tuimon.cli.analysis_files import write_csv, write_parquet
from tuimon.cli.contract import dumps
from tuimon.cli.fitting import terminal_width
from tuimon.cli.moments import moment_of, stretch_of
from tuimon.cli.options import UsageError, resolve
from tuimon.cli.output import EXIT, data, narrate
from tuimon.config import duration
from tuimon.monitor.analysis import Analysis, Request, worst
from tuimon.store import Store


def run(arguments: argparse.Namespace) -> int:
    """Return 0 ok, 1 warning, 2 critical, 3 unknown: the worst of all chunks."""
    request = request_of(arguments, time.time())
    for path in (arguments.csv, arguments.parquet):
        _absent(path)
    chosen = resolve(arguments, os.environ)
    store = Store.open(chosen.state, chosen.settings.store)
    try:
        analysis = Analysis(store, chosen.settings, request)
        header, chunks = analysis.header, tuple(analysis.chunks())
    finally:
        store.close()
    data(dumps(document(header, chunks)) if arguments.json else table(header, chunks, terminal_width()))
    if arguments.csv is not None:
        narrate(f"{write_csv(arguments.csv, header, chunks):,} lines written to {arguments.csv}")
    if arguments.parquet is not None:
        narrate(f"{write_parquet(arguments.parquet, header, chunks):,} rows written to {arguments.parquet}")
    if not chunks:
        narrate("every stored row of the range belongs to the reference: name another stretch with --from, --to or --reference")
    return EXIT[worst([chunk.status for chunk in chunks])]


def request_of(arguments: argparse.Namespace, now: float) -> Request:
    """Return what was typed as a request. Raises UsageError."""
    if arguments.chunk is not None and arguments.chunk_rows is not None:
        raise UsageError("--chunk and --chunk-rows: give one of them")
    return Request(
        model=arguments.model,
        start=None if arguments.start is None else moment_of("--from", arguments.start, now),
        end=None if arguments.end is None else moment_of("--to", arguments.end, now),
        reference=None if arguments.reference is None else stretch_of("--reference", arguments.reference, now),
        chunk_seconds=None if arguments.chunk is None else _seconds(arguments.chunk),
        chunk_rows=arguments.chunk_rows,
        columns=_names(arguments.columns),
        methods=_names(arguments.methods),
        convention=arguments.convention,
    )


def _seconds(text: str) -> float:
    try:
        return duration(text)
    except ValueError as error:
        raise UsageError(f"--chunk {error}") from error


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name for part in (text or "").split(",") if (name := part.strip()))


def _absent(path: Path | None) -> None:
    if path is not None and path.exists():
        raise UsageError(f"{path}: exists already; remove it or name another file")
