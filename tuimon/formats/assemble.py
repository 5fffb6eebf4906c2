"""From values read in bulk to records, labels and what is left over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pyarrow as pa

from tuimon import config
from tuimon.formats.engine import Engine
from tuimon.formats.lines import Lines
from tuimon.formats.reading import id_hashes
from tuimon.formats.rejects import NO_ID, NOT_LABEL, NOTHING
from tuimon.formats.texts import asked, failed
from tuimon.formats.times import from_zone, usable
from tuimon.formats.values import Values
from tuimon.formats.where import Where
from tuimon.values.batch import BASE_SCHEMA, LABEL_SCHEMA, Records, Sampled

FUTURE = 300_000_000
"""Microseconds by which a clock may be ahead."""
LATE = 300_000_000


@dataclass(frozen=True)
class Parts:
    """What the valid lines of one chunk come to."""

    records: tuple[Records, ...]
    labels: pa.Table
    record_lines: int
    label_lines: int
    late: int
    future: int
    newest: int
    """The latest event time of all rows that are not future; 0 when none has a time of its own."""
    timed: bool


@dataclass(frozen=True)
class Assembled:
    """What valid lines come to, by chunk, and which are left over."""

    parts: tuple[Parts, ...]
    reasons: dict[int, str]
    """Row -> why it is rejected."""


def nothing(chunks: int) -> Assembled:
    """Return what no lines of so many chunks come to."""
    return Assembled((Parts((), LABEL_SCHEMA.empty_table(), 0, 0, 0, 0, 0, False),) * chunks, {})


def joined(found: Sequence[tuple[int, Assembled]]) -> Assembled:
    """Return as one what the stretches of some lines come to, each with its first row."""
    if len(found) == 1:
        return found[0][1]
    parts = tuple(map(_together, zip(*(one.parts for _, one in found), strict=True)))
    return Assembled(parts, {at + row: reason for at, one in found for row, reason in one.reasons.items()})


def _together(parts: Sequence[Parts]) -> Parts:
    return Parts(
        records=tuple(records for part in parts for records in part.records),
        labels=pa.concat_tables([part.labels for part in parts]),
        record_lines=sum(part.record_lines for part in parts),
        label_lines=sum(part.label_lines for part in parts),
        late=sum(part.late for part in parts),
        future=sum(part.future for part in parts),
        newest=max(part.newest for part in parts),
        timed=any(part.timed for part in parts),
    )


@dataclass(frozen=True)
class Clock:
    """Event times of all lines."""

    ts: np.ndarray
    known: np.ndarray
    future: np.ndarray


def assemble(engine: Engine, lines: Lines, values: Values, where: Where) -> Assembled:
    """Return records by model and labels of each chunk, and the rows that are neither, with reasons."""
    source = values.source
    clock = _clock(values, source, where.modified[where.chunks(lines)], where.now)
    label, ids = values.label(), values.role("id")
    error = _errors(values)
    known_id, has_label, telling = ids.is_valid().to_numpy(False), label.is_valid().to_numpy(False), values.telling()
    pure = has_label & known_id & ~telling if source.part != "label" else has_label & known_id
    record = (telling | (error & known_id)) & ~pure if source.part != "label" else np.zeros(len(lines), bool)
    reasons = _reasons(~record & ~pure, has_label & ~known_id, source)
    inline = record & has_label
    unnamed = inline & ~known_id
    if unnamed.any():
        ids = _named_by_line(ids, unnamed, lines, where)
    hashed = id_hashes(engine, values, ids, bool(unnamed.any()))
    own = pa.array(where.lines(lines))
    base = _base(values, clock, ids, hashed, error, own)
    edges = where.edges(lines)
    records = _split(values, base, values.sampled(), record, edges)
    labels = _labels(ids, hashed, label, clock, own, pure | inline, edges)
    return Assembled(
        tuple(
            _part(clock, record, pure, slice(edges[place], edges[place + 1]), int(newest), records[place], labels[place])
            for place, newest in enumerate(where.newest)
        ),
        reasons,
    )


def _part(clock: Clock, record: np.ndarray, pure: np.ndarray, rows: slice, newest: int, records: list[Records], labels: pa.Table) -> Parts:
    mine = Clock(clock.ts[rows], clock.known[rows], clock.future[rows])
    late, latest = _lateness(mine, record[rows], newest)
    return Parts(
        records=tuple(records),
        labels=labels,
        record_lines=int(record[rows].sum()),
        label_lines=int(pure[rows].sum()),
        late=late,
        future=int((mine.future & record[rows]).sum()),
        newest=latest,
        timed=bool((mine.known & record[rows]).any()),
    )


def _clock(values: Values, source: config.Source, modified: np.ndarray, now: int) -> Clock:
    micros, found = values.micros()
    if source.tz != "UTC":
        zoned = values.zoned()
        micros = np.where(zoned, micros, from_zone(micros, source.tz))
    known = usable(micros, found)
    return Clock(np.where(known, micros, modified), known, known & (micros > now + FUTURE))


def _errors(values: Values) -> np.ndarray:
    status = values.source.fields.status
    ok = status.ok if status else ()
    error = np.zeros(values.rows, dtype=bool)
    for fault in values.layout.faults:
        error |= asked(values.text(fault.path), failed(fault.test, ok))
    return error


def _reasons(nothing: np.ndarray, nameless: np.ndarray, source: config.Source) -> dict[int, str]:
    if source.part == "label":
        return {int(row): NOT_LABEL for row in np.flatnonzero(nothing)}
    return {int(row): NO_ID if nameless[row] else NOTHING for row in np.flatnonzero(nothing)}


def _named_by_line(ids: pa.Array, rows: np.ndarray, lines: Lines, where: Where) -> pa.Array:
    """A record that carries its label needs an id to be joined by; without one it is named by its place."""
    names, chunks, own = ids.to_pylist(), where.chunks(lines), where.lines(lines)
    for row in np.flatnonzero(rows):
        names[row] = f"line:{where.generation[chunks[row]]}:{own[row]}"
    return pa.array(names, pa.string())


def _base(values: Values, clock: Clock, ids: pa.Array, hashed: pa.Array, error: np.ndarray, own: pa.Array) -> pa.Table:
    columns = [
        pa.array(clock.ts).view(pa.timestamp("us")),
        pa.array(~clock.known),
        values.version(),
        ids,
        hashed,
        values.latency(),
        pa.array(error),
        pa.array(clock.future),
        own,
    ]
    return pa.table(columns, schema=BASE_SCHEMA)


def _lateness(clock: Clock, record: np.ndarray, newest: int) -> tuple[int, int]:
    """Return how many records are late against the running maximum before them, and the new maximum of this chunk."""
    counted = record & clock.known & ~clock.future
    ts = np.where(counted, clock.ts, 0)
    if not counted.any():
        return 0, 0
    before = np.maximum(np.concatenate([[0], np.maximum.accumulate(ts)[:-1]]), newest)
    return int((counted & (clock.ts < before - LATE)).sum()), int(ts.max())


def _labels(
    ids: pa.Array, hashed: pa.Array, label: pa.Array, clock: Clock, own: pa.Array, rows: np.ndarray, edges: np.ndarray
) -> list[pa.Table]:
    """Return the labels of each chunk."""
    if not rows.any():
        return [LABEL_SCHEMA.empty_table()] * (len(edges) - 1)
    ts = pa.array(clock.ts, mask=~clock.known).view(pa.timestamp("us"))
    table = pa.table([ids, hashed, label, ts, own], names=LABEL_SCHEMA.names).filter(pa.array(rows)).cast(LABEL_SCHEMA)
    return [table.slice(low, high - low) for low, high in pairwise(np.searchsorted(np.flatnonzero(rows), edges))]


def _split(values: Values, base: pa.Table, sampled: Sampled | None, record: np.ndarray, edges: np.ndarray) -> list[list[Records]]:
    """Return the records of each chunk by model, models in order of first sight."""
    found: list[list[Records]] = [[] for _ in edges[1:]]
    for model, mine in values.models:
        rows = mine[record[mine]]
        if len(rows):
            whole = _records(values, base, sampled, model, rows)
            for part, (low, high) in zip(found, pairwise(np.searchsorted(rows, edges)), strict=True):
                if low < high:
                    part.append(whole if high - low == len(rows) else _stretch(whole, low, high))
    return found


def _stretch(records: Records, low: int, high: int) -> Records:
    """Return rows [low, high) of records."""
    values = tuple(array.slice(low, high - low) for array in records.values)
    invalid = {column: rows[(rows >= low) & (rows < high)] - low for column, rows in records.invalid.items()}
    some = {column: rows for column, rows in invalid.items() if len(rows)}
    sampled = None if records.sampled is None else replace(records.sampled, weights=records.sampled.weights.slice(low, high - low))
    return replace(records, base=records.base.slice(low, high - low), values=values, invalid=some, sampled=sampled)


def _records(values: Values, base: pa.Table, sampled: Sampled | None, model: str, rows: np.ndarray) -> Records:
    every = len(rows) == values.rows
    index = None if every else pa.array(rows)
    columns, arrays, invalid = [], [], {}
    for column, slot in values.columns(model):
        array = values.column(slot)
        columns.append(column)
        found = array if index is None else array.take(index)
        arrays.append(_nulls(len(found), found.type) if found.null_count == len(found) else found)
        wrong = values.wrong.get(slot)
        if wrong is not None and wrong[rows].any():
            invalid[len(columns) - 1] = np.flatnonzero(wrong[rows]).astype(np.int64)
    if index is not None:
        base, sampled = base.take(index), None if sampled is None else replace(sampled, weights=sampled.weights.take(index))
    return Records(model, base, tuple(columns), tuple(arrays), invalid, sampled)


@lru_cache(32)
def _nulls(count: int, kind: pa.DataType) -> pa.Array:
    """Columns that say nothing share their memory: where keys are many and rare, most do."""
    return pa.nulls(count, kind)
