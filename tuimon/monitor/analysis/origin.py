"""Which rows are the reference: those of a file, or stored ones of a stretch of time or of a version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from tuimon.config import Baseline, Settings, baseline_for, duration_text
from tuimon.monitor import references
from tuimon.monitor.analysis.blocks import Block, Bools, of_records
from tuimon.monitor.analysis.chunks import MICROS
from tuimon.monitor.analysis.request import AnalysisError, Request
from tuimon.store import Store
from tuimon.values.text import safe_text

MOST_OF_A_VERSION = 1_000_000
"""Rows of a version that are taken as its reference at most: they stay in memory."""
Read = Callable[[float, float], Iterator[Block]]
"""Stored rows of the model from one time up to another, oldest first."""


@dataclass(frozen=True)
class Origin:
    """The reference: its name in words, and its rows as often as they are asked for."""

    words: str
    blocks: Callable[[], Iterable[Block]]
    timed: bool
    """Whether its rows have times of their own, so that it can be cut as the rest is."""
    inside: Callable[[Block], Bools]
    """Which rows of a block of stored rows belong to the reference, bool[rows]: they are not analysed."""


def origin_of(settings: Settings, store: Store, request: Request, model: str, read: Read) -> Origin | None:
    """Return the reference of a model, None where a baseline file is configured for other models only.

    Raises AnalysisError where there can be none, and UnusableBaselineError.
    """
    if request.reference is not None:
        return _stretch("stored rows of the reference", *request.reference, read)
    records = references.read(settings, store, model)
    if records is not None:
        blocks = tuple(of_records(records))
        return Origin("file", lambda: blocks, timed=False, inside=_none) if blocks else None
    return _configured(baseline_for(settings, model), store, model, read)


def _configured(baseline: Baseline, store: Store, model: str, read: Read) -> Origin:
    span = stored_span(store, model)
    if baseline.version is not None:
        return _version(baseline.version, read)
    if baseline.first_seconds is not None:
        words = f"the first {duration_text(baseline.first_seconds)} of the stored rows"
        return _stretch(words, span[0], span[0] + baseline.first_seconds, read)
    if baseline.first_rows is not None:
        return _stretch(f"the first {baseline.first_rows:,} stored rows", span[0], _end_of_first(read, baseline.first_rows), read)
    raise AnalysisError(
        f"the baseline of {safe_text(model)} moves with the window: name a fixed stretch with --reference FROM..TO, or a file in [baseline]"
    )


def stored_span(store: Store, model: str) -> tuple[float, float, int]:
    """Return (first event time, last event time, rows) of a model's stored rows. Raises AnalysisError where there are none."""
    span = store.row_span(model)
    if span is None:
        raise AnalysisError(f"no rows of {safe_text(model)} are stored; read its logs with `tuimon ingest` first")
    return span


def _stretch(words: str, start: float, end: float, read: Read) -> Origin:
    first, last = round(start * MICROS), round(end * MICROS)
    return Origin(words, lambda: read(start, end), timed=True, inside=lambda block: (block.ts >= first) & (block.ts < last))


def _end_of_first(read: Read, rows: int) -> float:
    """The time just after the last of the first rows; rows of the same microsecond belong to them."""
    at, left = 0.0, rows
    for block in read(-np.inf, np.inf):
        taken = min(left, block.rows)
        at, left = float(block.ts[taken - 1] + 1) / MICROS, left - taken
        if not left:
            break
    return at


def _version(name: str, read: Read) -> Origin:
    def inside(block: Block) -> Bools:
        return np.asarray(pc.equal(block.version, name).to_numpy(zero_copy_only=False), bool)

    def blocks() -> Iterator[Block]:
        left = MOST_OF_A_VERSION
        for block in read(-np.inf, np.inf):
            mine = block.where(inside(block))
            yield mine.slice(0, min(left, mine.rows))
            left -= min(left, mine.rows)
            if not left:
                return

    return Origin(f"version {safe_text(name)}, at most its first {MOST_OF_A_VERSION:,} stored rows", blocks, timed=True, inside=inside)


def _none(block: Block) -> Bools:
    return np.zeros(block.rows, bool)
