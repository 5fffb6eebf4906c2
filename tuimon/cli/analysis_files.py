"""An analysis as one line a number, for CSV and Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from tuimon.cli.contract import moment
from tuimon.monitor.analysis import ChunkResult, Header, Measured

FIELDS = (
    "model",
    "convention",
    "chunk",
    "start",
    "end",
    "rows",
    "column",
    "kind",
    "role",
    "name",
    "value",
    "low",
    "high",
    "alarm",
    "verdict",
)


def records(header: Header, chunks: Sequence[ChunkResult]) -> Iterator[tuple[object, ...]]:
    """Yield one line a number, in the order of FIELDS."""
    for chunk in chunks:
        place = (header.model, header.convention, chunk.index, moment(chunk.start), moment(chunk.end), chunk.rows)
        for column in chunk.columns:
            for number in (*column.values, *column.rates):
                verdict = column.verdict if number in column.values else None
                yield (*place, column.column, column.kind, column.role, *_record(number), verdict)
        for kind, numbers in (("pca", [chunk.pca] if chunk.pca else []), ("performance", chunk.metrics)):
            for number in numbers:
                yield (*place, None, kind, None, *_record(number), None)


def _record(number: Measured) -> tuple[object, ...]:
    return number.name, number.value, number.low, number.high, number.alarm


def write_csv(path: Path, header: Header, chunks: Sequence[ChunkResult]) -> int:
    """Write one line a number under a line of names, and return how many; absent values are empty. Raises OSError."""
    count = 0
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(FIELDS)
        for record in records(header, chunks):
            writer.writerow(["" if value is None else value for value in record])
            count += 1
    return count


def write_parquet(path: Path, header: Header, chunks: Sequence[ChunkResult]) -> int:
    """Write one row a number and return how many. Raises OSError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"chunk": pa.int64(), "rows": pa.int64(), "alarm": pa.bool_(), **dict.fromkeys(("value", "low", "high"), pa.float64())}
    schema = pa.schema([pa.field(name, kinds.get(name, pa.string())) for name in FIELDS])
    held = list(records(header, chunks))
    columns = zip(*held, strict=True) if held else [[] for _ in FIELDS]
    made = pa.table([pa.array(list(column), field.type) for column, field in zip(columns, schema, strict=True)], schema=schema)
    with path.open("xb") as file:
        pq.write_table(made, file)
    return len(held)
