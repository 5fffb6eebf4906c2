"""CSV: records with quotes and newlines, cut, checked for their number of fields, and told as lines of JSON."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac
import pyarrow.csv as pc

from tuimon.formats.engine import Engine
from tuimon.formats.lines import Cut, Lines
from tuimon.formats.parquet import json_lines
from tuimon.formats.rejects import Rejects
from tuimon.values.chunk import Chunk

DELIMITERS = ",;\t|"
MISSING = ["", "NA", "N/A", "null", "NULL", "None", "\\N"]
_BLOCK = 8 << 20
"""Bytes that are parsed at a time: no record is longer."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Header:
    """The columns of a CSV file and what stands between them."""

    names: tuple[str, ...]
    delimiter: str


def read_header(raw: bytes) -> Header:
    """Return the header of a first record; a repeated name gets its place as a suffix, an empty one is named by its place."""
    text = raw.removeprefix(_BOM).decode("utf-8", "replace").rstrip("\r\n")
    delimiter = max(DELIMITERS, key=lambda one: (text.count(one), -DELIMITERS.index(one)))
    names: list[str] = []
    for place, name in enumerate(fields_of(text, delimiter)):
        name = name.strip().replace("\0", "") or f"column_{place + 1}"
        names.append(f"{name}_{place + 1}" if name in names else name)
    return Header(tuple(names), delimiter)


def fields_of(text: str, delimiter: str) -> list[str]:
    """Return the fields of one record: what stands between delimiters outside quotes.

    A field that begins with a quote loses it and its closing one, and doubled quotes become one; in any other field quotes are letters.
    """
    fields = [""]
    for place, piece in enumerate(text.split('"')):
        first, *more = piece.split(delimiter) if place % 2 == 0 else (piece,)
        fields[-1] += f'"{first}' if place else first
        fields += more
    return [_unquoted(field) for field in fields]


def _unquoted(field: str) -> str:
    return '"'.join(part.replace('"', "") for part in field[1:].split('""')) if field.startswith('"') else field


def record_ends(data: bytes | memoryview) -> np.ndarray:
    """Return the index after each newline that stands outside quotes."""
    raw = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(raw == 10)
    quotes = np.flatnonzero(raw == ord('"'))
    outside = np.searchsorted(quotes, ends) % 2 == 0 if len(quotes) else np.ones(len(ends), bool)
    return np.asarray(ends[outside] + 1)


def csv_lines(engine: Engine, chunk: Chunk, rejects: Rejects) -> tuple[Cut, Lines, int]:
    """Return the records as they stand, the same as lines of JSON, and the number of header records.

    A record with another number of fields than the header, or that is no UTF-8, is rejected.
    """
    original = _cut(chunk.data, chunk.first_line, chunk.start)
    raw = chunk.generation.header or (original.lines.raw(0) if len(original.lines) else b"")
    header = read_header(raw)
    heads = _heads(original.lines, raw.removeprefix(_BOM).rstrip(b"\r\n"), chunk.start == 0)
    records = original.lines.take(~heads)
    reasons = _reasons(records, header)
    for row, reason in reasons.items():
        rejects.add(records.number[row], records.offset[row], reason, records.raw(row))
    good = records.take(~np.isin(np.arange(len(records)), list(reasons)))
    told = json_lines(engine, _table(good, header), 0)
    return original, Lines(told.text, good.number, good.offset, typeless=True), int(heads.sum())


def _heads(lines: Lines, header: bytes, begins: bool) -> np.ndarray:
    """Return which records are the header: the first of a file, and any that repeats it, as a program does that opens its log again."""
    sizes = pac.binary_length(lines.text).to_numpy(zero_copy_only=False)
    alike = np.flatnonzero((sizes >= len(header)) & (sizes <= len(header) + 2))
    heads = np.zeros(len(lines), bool)
    heads[alike] = [lines.raw(int(row)).rstrip(b"\r\n") == header for row in alike]
    heads[:1] |= begins
    return heads


def _cut(data: bytes | memoryview, first_line: int, start: int) -> Cut:
    ends = record_ends(data)
    if len(data) and (not len(ends) or ends[-1] != len(data)):
        ends = np.append(ends, len(data))
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    text = pa.Array.from_buffers(pa.string(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(data)])
    every = Lines(text, first_line + np.arange(len(ends), dtype=np.int64), start + offsets[:-1].astype(np.int64))
    short = np.flatnonzero(np.diff(offsets) <= 2)
    blank = np.zeros(len(ends), bool)
    blank[short] = [not every.raw(int(row)).strip(b"\r\n") for row in short]
    return Cut(len(ends), every.take(~blank), every.take(np.zeros(len(ends), bool)))


def _reasons(records: Lines, header: Header) -> dict[int, str]:
    """Return why records cannot be read, by their row."""
    reasons: dict[int, str] = {}
    fields = _fields(records, header.delimiter)
    for row in np.flatnonzero(fields != len(header.names)).tolist():
        raw = records.raw(row)
        if raw.count(b'"') % 2:
            reasons[row] = "a quote that is never closed"
        else:
            reasons[row] = f"{fields[row]} fields where the header has {len(header.names)}"
    for row in _undecodable(records):
        reasons[row] = "invalid UTF-8"
    return reasons


def _fields(records: Lines, delimiter: str) -> np.ndarray:
    """Return the number of fields of each record: delimiters outside quotes and one."""
    if not len(records):
        return np.zeros(0, np.int64)
    data, offsets = records.joined()
    raw = np.frombuffer(data, dtype=np.uint8)
    commas, quotes = np.flatnonzero(raw == ord(delimiter)), np.flatnonzero(raw == ord('"'))
    first = np.searchsorted(quotes, offsets[:-1])
    owner = np.searchsorted(offsets, commas, side="right") - 1
    outside = (np.searchsorted(quotes, commas) - first[owner]) % 2 == 0
    return np.bincount(owner[outside], minlength=len(records)) + 1


def _undecodable(records: Lines) -> list[int]:
    data, _ = records.joined()
    try:
        str(data, "utf-8")
    except UnicodeDecodeError:
        return [row for row in range(len(records)) if not _decodes(records.raw(row))]
    return []


def _decodes(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _table(records: Lines, header: Header) -> pa.Table:
    """Return good records as columns of text, NULL where a value is missing."""
    schema = pa.schema([(name, pa.string()) for name in header.names])
    if not len(records):
        return schema.empty_table()
    data, _ = records.joined()
    options = {"delimiter": header.delimiter, "newlines_in_values": True, "ignore_empty_lines": False}
    convert = pc.ConvertOptions(
        column_types=schema, null_values=MISSING, strings_can_be_null=True, quoted_strings_can_be_null=True, include_columns=header.names
    )
    try:
        table = pc.read_csv(
            pa.BufferReader(data),
            read_options=pc.ReadOptions(column_names=header.names, use_threads=False, block_size=_BLOCK),
            parse_options=pc.ParseOptions(**options),
            convert_options=convert,
        )
        if table.num_rows == len(records):
            return table
    except pa.ArrowInvalid:
        pass
    return _slowly(records, header, schema)


def _slowly(records: Lines, header: Header, schema: pa.Schema) -> pa.Table:
    """Records with stray quotes mean one thing to us and another to a fast parser: each is then read alone."""
    rows = []
    for row in range(len(records)):
        text = records.raw(row).decode().rstrip("\r\n")
        rows.append([None if field in MISSING else field for field in fields_of(text, header.delimiter)])
    return pa.table([pa.array(column, pa.string()) for column in zip(*rows, strict=True)], schema=schema)
