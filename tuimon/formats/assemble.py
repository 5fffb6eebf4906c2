"""From values read in bulk to records, labels and what is left over."""

from __future__ import annotations

from dataclasses import dataclass

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
from tuimon.values import BASE_SCHEMA, LABEL_SCHEMA, Records

FUTURE = 300_000_000
"""Microseconds by which a clock may be ahead."""
LATE = 300_000_000


@dataclass(frozen=True)
class Where:
    """Where lines come from and when they are read: what fills in for a missing time, and what is late."""

    number: int
    modified: int
    """Microseconds."""
    newest: int
    now: int


@dataclass(frozen=True)
class Parts:
    """What the valid lines of a chunk come to."""

    records: tuple[Records, ...]
    labels: pa.Table
    reasons: dict[int, str]
    """Row -> why it is rejected."""
    record_lines: int
    label_lines: int
    late: int
    future: int
    newest: int
    """The latest event time of all rows that are not future; 0 when none has a time of its own."""
    timed: bool


NO_PARTS = Parts((), LABEL_SCHEMA.empty_table(), {}, 0, 0, 0, 0, 0, False)


@dataclass(frozen=True)
class Clock:
    """Event times of all lines."""

    ts: np.ndarray
    known: np.ndarray
    future: np.ndarray


def assemble(engine: Engine, lines: Lines, values: Values, where: Where) -> Parts:
    """Return records by model, labels, and the rows that are neither, with reasons."""
    source = values.source
    clock = _clock(values, source, where)
    label, ids = values.label(), values.role("id")
    error = _errors(values)
    known_id, has_label, telling = ids.is_valid().to_numpy(False), label.is_valid().to_numpy(False), values.telling()
    pure = has_label & known_id & ~telling if source.part != "label" else has_label & known_id
    record = (telling | (error & known_id)) & ~pure if source.part != "label" else np.zeros(len(lines), bool)
    reasons = _reasons(~record & ~pure, has_label & ~known_id, source)
    inline = record & has_label
    unnamed = inline & ~known_id
    if unnamed.any():
        ids = _named_by_line(ids, unnamed, lines, where.number)
    hashed = id_hashes(engine, values, ids, bool(unnamed.any()))
    base = _base(values, clock, ids, hashed, error, lines)
    late, newest = _lateness(clock, record, where)
    return Parts(
        records=tuple(_split(values, base, record)),
        labels=_labels(ids, hashed, label, clock, lines, pure | inline),
        reasons=reasons,
        record_lines=int(record.sum()),
        label_lines=int(pure.sum()),
        late=late,
        future=int((clock.future & record).sum()),
        newest=newest,
        timed=bool((clock.known & record).any()),
    )


def _clock(values: Values, source: config.Source, where: Where) -> Clock:
    micros, found = values.micros()
    if source.tz != "UTC":
        zoned = values.zoned()
        micros = np.where(zoned, micros, from_zone(micros, source.tz))
    known = usable(micros, found)
    ts = np.where(known, micros, where.modified)
    return Clock(ts, known, known & (ts > where.now + FUTURE))


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


def _named_by_line(ids: pa.Array, rows: np.ndarray, lines: Lines, generation: int) -> pa.Array:
    """A record that carries its label needs an id to be joined by; without one it is named by its place."""
    names = ids.to_pylist()
    for row in np.flatnonzero(rows):
        names[row] = f"line:{generation}:{lines.number[row]}"
    return pa.array(names, pa.string())


def _base(values: Values, clock: Clock, ids: pa.Array, hashed: pa.Array, error: np.ndarray, lines: Lines) -> pa.Table:
    columns = [
        pa.array(clock.ts).view(pa.timestamp("us")),
        pa.array(~clock.known),
        values.version(),
        ids,
        hashed,
        values.latency(),
        pa.array(error),
        pa.array(clock.future),
        pa.array(lines.number),
    ]
    return pa.table(columns, schema=BASE_SCHEMA)


def _lateness(clock: Clock, record: np.ndarray, where: Where) -> tuple[int, int]:
    """Return how many records are late against the running maximum before them, and the new maximum of this chunk."""
    counted = record & clock.known & ~clock.future
    ts = np.where(counted, clock.ts, 0)
    if not counted.any():
        return 0, 0
    before = np.maximum(np.concatenate([[0], np.maximum.accumulate(ts)[:-1]]), where.newest)
    return int((counted & (clock.ts < before - LATE)).sum()), int(ts.max())


def _labels(ids: pa.Array, hashed: pa.Array, label: pa.Array, clock: Clock, lines: Lines, rows: np.ndarray) -> pa.Table:
    if not rows.any():
        return LABEL_SCHEMA.empty_table()
    ts = pa.array(clock.ts, mask=~clock.known).view(pa.timestamp("us"))
    table = pa.table([ids, hashed, label, ts, pa.array(lines.number)], names=LABEL_SCHEMA.names)
    return table.filter(pa.array(rows)).cast(LABEL_SCHEMA)


def _split(values: Values, base: pa.Table, record: np.ndarray) -> list[Records]:
    """Return the records of each model, models in order of first sight."""
    found = []
    for model, mine in values.models:
        rows = np.flatnonzero(mine & record)
        if len(rows):
            found.append(_records(values, base, model, rows))
    return found


def _records(values: Values, base: pa.Table, model: str, rows: np.ndarray) -> Records:
    every = len(rows) == values.rows
    index = None if every else pa.array(rows)
    columns, arrays, invalid = [], [], {}
    for column, slot in values.columns(model):
        array = values.column(slot)
        columns.append(column)
        arrays.append(array if index is None else array.take(index))
        wrong = values.wrong.get(slot)
        if wrong is not None and wrong[rows].any():
            invalid[len(columns) - 1] = np.flatnonzero(wrong[rows]).astype(np.int64)
    return Records(model, base if index is None else base.take(index), tuple(columns), tuple(arrays), invalid)
