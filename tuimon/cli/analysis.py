"""An analysis as text for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from tuimon.cli.contract import SCHEMA, moment
from tuimon.cli.fitting import Head, fitted, sentence
from tuimon.cli.plain import MARK
from tuimon.config import duration_text
from tuimon.monitor.analysis import ChunkResult, ColumnResult, Header, Measured, worst

NEW = {"unseen_rate", "out_of_range_rate"}
INDENT = 18
"""Cells before what is said of the analysis as a whole."""
TITLES = {"wasserstein": "wass", "wasserstein_normalised": "wass/sd"}
"""Titles of numbers whose names are longer than they are."""


def document(header: Header, chunks: Sequence[ChunkResult]) -> dict[str, Any]:
    """Return the object that `analyze --json` prints."""
    stored = header.stored
    return {
        "schema": SCHEMA,
        "status": worst([chunk.status for chunk in chunks]),
        "model": header.model,
        "convention": header.convention,
        "methods": list(header.methods),
        "chunk": {"seconds": header.chunk_seconds, "rows": header.chunk_rows},
        "range": {"from": moment(header.start), "to": moment(header.end), "rows": sum(chunk.rows for chunk in chunks)},
        "stored": {"from": moment(stored.start), "to": moment(stored.end), "rows": stored.rows},
        "reference": {"words": header.reference, "rows": header.reference_rows, "chunks": header.reference_chunks},
        "chunks": [_chunk(chunk) for chunk in chunks],
    }


def _chunk(chunk: ChunkResult) -> dict[str, Any]:
    return {
        "index": chunk.index,
        "start": moment(chunk.start),
        "end": moment(chunk.end),
        "rows": chunk.rows,
        "status": chunk.status,
        "drifted": chunk.drifted,
        "columns": {column.column: _column(column) for column in chunk.columns},
        "pca": None if chunk.pca is None else {"error": chunk.pca.value, "bounds": _bounds(chunk.pca), "alarm": chunk.pca.alarm},
        "performance": {
            **asdict(chunk.performance),
            "severity": chunk.severity,
            "bounds": {metric.name: _bounds(metric) for metric in chunk.metrics if (metric.low, metric.high) != (None, None)},
        },
    }


def _column(column: ColumnResult) -> dict[str, Any]:
    numbers = (*column.values, *column.rates)
    return {
        "kind": column.kind,
        "role": column.role,
        "rows": column.rows,
        "method": column.method,
        "verdict": column.verdict,
        "severity": column.severity,
        **{number.name: number.value for number in numbers},
        "bounds": {number.name: _bounds(number) for number in numbers if (number.low, number.high) != (None, None)},
        "alarms": [number.name for number in numbers if number.alarm],
    }


def _bounds(number: Measured) -> list[float | None]:
    return [number.low, number.high]


def table(header: Header, chunks: Sequence[ChunkResult], room: int = 80) -> str:
    """Return the analysis as text without colours, lines of at most `room` cells: what was looked at, then a line a chunk and column."""
    status = worst([chunk.status for chunk in chunks])
    stored = header.stored
    width = f"{header.chunk_rows:,} rows" if header.chunk_rows else duration_text(header.chunk_seconds or 0.0)
    many = f"{len(chunks):,} chunk{'' if len(chunks) == 1 else 's'}"
    told = [
        f"{MARK[status]} {status.upper()}  {header.model}  convention {header.convention}, {many} of {width}",
        f"   stored rows    {moment(stored.start)} to {moment(stored.end)}, {stored.rows:,} rows",
        f"   analysed       {moment(header.start)} to {moment(header.end)}, {sum(c.rows for c in chunks):,} rows",
        f"   reference      {header.reference}{_reference(header)}",
    ]
    found, out = _columns(chunks, room)
    if out:
        told.append(f"   no room for    {', '.join(out)}: a wider terminal or --json shows them")
    lines = [line for text in told for line in sentence(text, room, INDENT)]
    remarks = [line for text in _remarks(chunks) for line in (sentence(text, room, 3) or [""])]
    return "\n".join([*lines, *(["", *found] if len(found) > 1 else []), *remarks])


def _reference(header: Header) -> str:
    learned = f", bounds from {header.reference_chunks:,} chunks of it" if header.reference_chunks else ""
    return f", {header.reference_rows:,} rows{learned}" if header.reference_rows else ""


def _columns(chunks: Sequence[ChunkResult], room: int) -> tuple[list[str], list[str]]:
    """The table, and the titles that it has no room for: what decides and rates that alarm stay longest, other measures go first."""
    names = _names(chunks)
    deciding = {column.method for chunk in chunks for column in chunk.columns}
    alarming = {rate.name for chunk in chunks for column in chunk.columns for rate in column.rates if rate.alarm}
    heads = [Head(""), Head("chunk"), Head("rows", True, 5), Head("column", shrinks=True), Head("verdict")]
    heads += [Head(TITLES.get(name, name), True, 0 if name in deciding else 6) for name in names]
    missing, new = (1 if alarming & rates else rank for rates, rank in (({"missing_rate"}, 3), (NEW, 4)))
    heads += [Head("usual", True, 2), Head("missing", True, missing), Head("new", True, new)]
    return fitted(heads, list(_lines(chunks, names)), room) if any(chunk.columns for chunk in chunks) else ([], [])


def _lines(chunks: Sequence[ChunkResult], names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    whole = all(chunk.start is None or chunk.start % 60 == 0 for chunk in chunks)
    for chunk in chunks:
        for column in chunk.columns:
            mark = MARK[column.severity or ("ok" if column.verdict in ("ok", "watch") else "unknown")]
            values = {value.name: value for value in column.values}
            shown = [_number(values[name].value) + ("*" if values[name].alarm else "") if name in values else "" for name in names]
            rates = {rate.name: rate for rate in column.rates}
            new = rates.get("unseen_rate", rates.get("out_of_range_rate"))
            yield (
                mark,
                _start(chunk.start, whole),
                f"{column.rows:,}",
                column.column,
                column.verdict,
                *shown,
                _usual(values.get(column.method or "")),
                _rate(rates["missing_rate"]),
                "" if new is None else _rate(new),
            )


def _start(at: float | None, whole: bool) -> str:
    """A chunk's beginning, without seconds where none of them has any."""
    found = str(moment(at))
    return found.replace(":00Z", "Z") if whole else found


def _names(chunks: Sequence[ChunkResult]) -> list[str]:
    """The numbers that any column has, in the order of the convention."""
    return list(dict.fromkeys(value.name for chunk in chunks for column in chunk.columns for value in column.values))


def _remarks(chunks: Sequence[ChunkResult]) -> Iterator[str]:
    """What is said of a chunk as a whole: its reconstruction error, its performance, and the verdict over its columns."""
    told = [line for chunk in chunks for line in _of_chunk(chunk)]
    yield from ["", *told] if told else []


def _of_chunk(chunk: ChunkResult) -> Iterator[str]:
    start = moment(chunk.start)
    if chunk.drifted:
        yield f"!! {start}  the data set has drifted"
    if chunk.pca is not None:
        yield f"{_mark(chunk.pca)} {start}  PCA reconstruction error {_with_bounds(chunk.pca)}"
    if chunk.metrics:
        known = [metric for metric in chunk.metrics if metric.value is not None]
        numbers = "  ".join(f"{metric.name} {_with_bounds(metric)}" for metric in known)
        yield f"{MARK[chunk.severity or 'ok']} {start}  on {chunk.performance.labels:,} labels  {numbers}"


def _mark(number: Measured) -> str:
    return "! " if number.alarm else "ok" if (number.low, number.high) != (None, None) else "--"


def _with_bounds(number: Measured) -> str:
    usual = _usual(number)
    return _number(number.value) + (f" (usual {usual})" if usual else "")


def _usual(number: Measured | None) -> str:
    if number is None or (number.low, number.high) == (None, None):
        return ""
    if number.low is None:
        return f"to {_number(number.high)}"
    return f"{_number(number.low)} on" if number.high is None else f"{_number(number.low)} to {_number(number.high)}"


def _number(value: float | None) -> str:
    return "--" if value is None else f"{value:.4g}"


def _rate(rate: Measured) -> str:
    return "--" if rate.value is None else f"{100 * rate.value:.2f} %" + ("*" if rate.alarm else "")
