"""Small batches with every part that a test does not care about filled in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from tuimon.store import Cells, Store
from tuimon.values.batch import BASE_SCHEMA, LABEL_SCHEMA, REJECT_SCHEMA, Batch, Column, Records
from tuimon.values.chunk import Books, Generation

START = 1_700_000_000 // 3600 * 3600
"""The beginning of an hour in November 2023."""
NOW = START + 86_400.0

AMOUNT = Column("feature", "amount", "numeric")
CITY = Column("feature", "city", "category")
PREDICTION = Column("prediction", "prediction", "category")
NUMBER = Column("prediction", "prediction", "numeric")
SCORE = Column("score", "score", "numeric")


@dataclass(frozen=True)
class Row:
    """One record; `at` in seconds after START."""

    at: float = 0.0
    amount: float | None = 1.0
    city: str | None = "Bern"
    version: str = "v1"
    id: str | None = None
    latency: float | None = 12.0
    error: bool = False
    future: bool = False
    bad: bool = False
    """The amount was there and no number."""
    prediction: str | float | None = None
    score: float | None = None


def id_hash(identity: str) -> int:
    """Return the lower 64 bits of the MD5 of an id, as the decoder computes them."""
    return int.from_bytes(hashlib.md5(identity.encode(), usedforsecurity=False).digest()[8:], "little")


def micros(at: float) -> int:
    """Return START + at in microseconds."""
    return round((START + at) * 1_000_000)


def records(rows: Sequence[Row], model: str = "m", columns: Sequence[Column] = (AMOUNT, CITY), first_line: int = 1) -> Records:
    """Return rows as one model's records with some of the columns above."""
    base = pa.Table.from_pydict(
        {
            "ts": pa.array([micros(row.at) for row in rows], pa.timestamp("us")),
            "ts_estimated": [False] * len(rows),
            "version": [row.version for row in rows],
            "id": [row.id for row in rows],
            "id_hash": [None if row.id is None else id_hash(row.id) for row in rows],
            "latency_ms": [row.latency for row in rows],
            "error": [row.error for row in rows],
            "future": [row.future for row in rows],
            "line": list(range(first_line, first_line + len(rows))),
        },
        schema=BASE_SCHEMA,
    )
    values = tuple(pa.array([_value(row, column) for row in rows], _type(column)) for column in columns)
    bad = pa.array([index for index, row in enumerate(rows) if row.bad], pa.int64()).to_numpy()
    invalid = {columns.index(AMOUNT): bad} if AMOUNT in columns and len(bad) else {}
    return Records(model, base, tuple(columns), values, invalid)


def batch(
    *parts: Records,
    generation: int = 1,
    position: int = 0,
    labels: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    labels_for: str | None = None,
    rejects: int = 0,
    layout: str | None = None,
) -> Batch:
    """Return a balanced batch of a file of its own for each generation number."""
    rows = sum(part.base.num_rows for part in parts)
    pairs = list(labels.items() if isinstance(labels, Mapping) else labels)
    books = Books(
        lines=rows + len(pairs) + rejects, record_lines=rows, label_lines=len(pairs), rejected=rejects, rows=rows, labels=len(pairs)
    )
    return Batch(
        Generation(generation, "app", "", f"/logs/{generation}.jsonl".encode(), "jsonl", position=position, inode=2**64 - 1),
        books,
        max((int(part.base.column("ts").cast(pa.int64()).to_numpy().max()) for part in parts if part.base.num_rows), default=0),
        parts,
        _labels(pairs),
        _rejects(rejects),
        labels_for,
        layout,
    )


def counts(cells: Cells, column: int) -> dict[tuple[int, str], dict[int, int]]:
    """Return (start, version) -> bin -> count of one column."""
    found = {}
    for index in range(len(cells)):
        if cells.column[index] == column:
            entries = slice(cells.offsets[index], cells.offsets[index + 1])
            bins = dict(zip(cells.bins[entries].tolist(), cells.counts[entries].tolist(), strict=True))
            found[int(cells.start[index]), cells.versions[cells.version[index]]] = bins
    return found


def column_number(store: Store, role: str, name: str, model: str = "m") -> int:
    """Return the number of a column."""
    return next(column.number for column in store.columns(model) if column.role == role and column.name == name)


def all_hours(store: Store, model: str = "m") -> Cells:
    """Return every hour cell of a model."""
    return store.cells(model, 3600, -(1 << 50), 1 << 50)


def all_minutes(store: Store, model: str = "m") -> Cells:
    """Return every minute cell of a model."""
    return store.cells(model, 60, -(1 << 50), 1 << 50)


def with_columns(part: Records, names: Sequence[str]) -> Records:
    """Return records whose feature columns are renamed."""
    renamed = tuple(replace(column, name=name) for column, name in zip(part.columns, names, strict=True))
    return replace(part, columns=renamed)


def _value(row: Row, column: Column) -> str | float | None:
    if column == AMOUNT:
        return None if row.bad else row.amount
    return {CITY: row.city, PREDICTION: row.prediction, NUMBER: row.prediction, SCORE: row.score}[column]


def _type(column: Column) -> pa.DataType:
    return pa.float64() if column.kind == "numeric" else pa.string()


def _labels(pairs: Sequence[tuple[str, str]]) -> pa.Table:
    columns = {
        "id": [identity for identity, _ in pairs],
        "id_hash": [id_hash(identity) for identity, _ in pairs],
        "label": [label for _, label in pairs],
        "ts": pa.nulls(len(pairs), pa.timestamp("us")),
        "line": list(range(len(pairs))),
    }
    return pa.Table.from_pydict(columns, schema=LABEL_SCHEMA)


def _rejects(count: int) -> pa.Table:
    columns = {
        "line": list(range(count)),
        "offset": [line * 10 for line in range(count)],
        "reason": ["not JSON"] * count,
        "text": [f"line {line} \x1b[31m" for line in range(count)],
    }
    return pa.Table.from_pydict(columns, schema=REJECT_SCHEMA)
