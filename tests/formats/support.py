"""Chunks, decoders and views of batches for the tests of this package."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa

from tuimon import config
from tuimon.formats import Decoder
from tuimon.values.batch import Batch, Records
from tuimon.values.chunk import Chunk, Container, Generation

NOW = 1_795_384_429.0
"""2026-11-22T21:53:49Z."""
MODIFIED = 1_795_374_429
SOURCE = config.Source("app", ("/logs/*.jsonl",))
SECRET = b"a secret for tests"


def chunk_of(data: bytes, container: Container = "jsonl", start: int = 0, first_line: int = 1, **changes: Any) -> Chunk:
    """Return a chunk that holds these bytes."""
    generation = Generation(
        7,
        "app",
        "",
        b"/logs/app.jsonl",
        container,
        position=start + len(data),
        modified=MODIFIED * 10**9,
        header=changes.pop("header", b""),
    )
    return Chunk(replace(generation, newest=changes.pop("newest", 0)), start, start + len(data), first_line, data, **changes)


def decoder(source: config.Source = SOURCE, container: Container = "jsonl", layout: str | None = None) -> Decoder:
    """Return a decoder of its own engine."""
    return Decoder(source, container, layout, secret=SECRET)


def decode(data: bytes | str, source: config.Source = SOURCE, container: Container = "jsonl", now: float = NOW) -> Batch:
    """Return what a file with these bytes comes to."""
    raw = data.encode() if isinstance(data, str) else data
    own = decoder(source, container)
    try:
        return checked(own.decode(chunk_of(raw, container), now))
    finally:
        own.close()


def checked(batch: Batch) -> Batch:
    """Return the batch once its books and tables hold together."""
    books = batch.books
    assert books.balanced, books
    assert books.rejected == batch.rejects.num_rows
    assert books.labels == batch.labels.num_rows
    assert books.rows == books.record_lines == sum(one.base.num_rows for one in batch.records)
    batch.labels.validate(full=True)
    batch.rejects.validate(full=True)
    for one in batch.records:
        one.base.validate(full=True)
        assert len(one.columns) == len(one.values)
        assert len({column.name for column in one.columns if column.role == "feature"}) == sum(c.role == "feature" for c in one.columns)
        for place, (column, array) in enumerate(zip(one.columns, one.values, strict=True)):
            array.validate(full=True)
            assert len(array) == one.base.num_rows
            assert array.type == (pa.float64() if column.kind == "numeric" else pa.string())
            assert all(not array[int(row)].is_valid for row in one.invalid.get(place, ()))
    return batch


def only(batch: Batch) -> Records:
    """Return the batch's only model."""
    assert len(batch.records) == 1
    return batch.records[0]


def values(records: Records) -> dict[str, list[Any]]:
    """Return the columns by name."""
    return {column.name: array.to_pylist() for column, array in zip(records.columns, records.values, strict=True)}


def invalid(records: Records) -> dict[str, list[int]]:
    """Return the rows with a value of the wrong type by column name."""
    return {records.columns[place].name: rows.tolist() for place, rows in records.invalid.items()}


def reasons(batch: Batch) -> list[tuple[int, str]]:
    """Return (line, reason) of the rejects."""
    return list(zip(batch.rejects["line"].to_pylist(), batch.rejects["reason"].to_pylist(), strict=True))


Line = tuple[str, tuple[Any, ...], dict[str, Any], frozenset[str]]
"""What became of a line: (model, base values without its line, values by column name, names of invalid columns)."""


def by_line(batch: Batch) -> dict[int, Line]:
    """Return the records by line."""
    found = {}
    for one in batch.records:
        names = [column.name for column in one.columns]
        arrays = [array.to_pylist() for array in one.values]
        stamps = one.base["ts"].cast("int64").to_pylist()
        for row, base in enumerate(one.base.drop(["ts"]).to_pylist()):
            wrong = frozenset(names[place] for place, rows in one.invalid.items() if row in rows)
            known = (stamps[row], base["ts_estimated"], base["version"], base["id"], base["latency_ms"], base["error"])
            found[base["line"]] = (one.model, known, {name: array[row] for name, array in zip(names, arrays, strict=True)}, wrong)
    return found
