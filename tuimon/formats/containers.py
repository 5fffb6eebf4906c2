"""What the tailer needs to know of each container: where records end, and what a file looks like."""

from __future__ import annotations

import csv
import io
import json

from tuimon.formats import kinds
from tuimon.formats.csvfile import DELIMITERS, record_ends
from tuimon.formats.parquet import count_rows
from tuimon.sources import Format
from tuimon.values.chunk import Container

_BOM = b"\xef\xbb\xbf"
_WINDOW = 1 << 16
_LOOK = 50
"""Lines that are looked at."""
_LEAST = 4096
"""Bytes of a line that is longer than anything a log begins with."""
_NAMES = (b".jsonl", b".ndjson")


def split_lines(data: memoryview, final: bool) -> int:
    """Return the bytes up to the end of the last whole line."""
    if final:
        return len(data)
    stop = len(data)
    while stop > 0:
        start = max(stop - _WINDOW, 0)
        found = bytes(data[start:stop]).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        stop = start
    return 0


def split_records(data: memoryview, final: bool) -> int:
    """Return the bytes up to the end of the last whole CSV record: a newline inside quotes ends none."""
    if final:
        return len(data)
    ends = record_ends(data)
    return int(ends[-1]) if len(ends) else 0


def count_records(data: memoryview) -> int:
    """Return the number of CSV records in a run of whole ones."""
    ends = record_ends(data)
    return len(ends) + (len(data) > (int(ends[-1]) if len(ends) else 0))


FORMATS: dict[Container, Format] = {
    "jsonl": Format("jsonl", split_lines),
    "csv": Format("csv", split_records, header=True, count=count_records),
    "parquet": Format("parquet", lambda _data, _final: 0, units=count_rows),
}
"""Every container by its name."""


def sniff(head: bytes, name: bytes) -> Container | None:
    """Return the container that the first bytes of a file show (the name only breaks a tie); None for what is not ours.

    JSON lines: at least half of the first lines begin like an object, and one is an object or is still incomplete. CSV: a header of two
    or more unique names without a number, and records with as many fields. The NULs that a truncation or a power cut leaves show
    nothing, nor does the start of a line that is longer than what is looked at: then the name says what it is.
    """
    if head.startswith(b"PAR1"):
        return "parquet"
    text = head.replace(b"\0", b"").removeprefix(_BOM)
    if text.count(b"\n") == 0 and len(head) >= _LEAST and any(end in name.lower() for end in _NAMES):
        return "jsonl"
    lines = [line.strip() for line in text.split(b"\n") if line.strip()]
    complete = text.count(b"\n")
    if not lines:
        return None
    looked = lines[:_LOOK]
    if 2 * sum(line.startswith(b"{") for line in looked) >= len(looked):
        return "jsonl" if any(_object(line) for line in looked) or complete == 0 else None
    return "csv" if complete and len(text) + len(_BOM) >= len(head) and _is_table(text, name) else None


def _object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _is_table(text: bytes, name: bytes) -> bool:
    head = text.decode("utf-8", "replace")
    for delimiter in sorted(DELIMITERS, key=head.split("\n", 1)[0].count, reverse=True):
        rows = _rows(head, delimiter)
        if not rows or len(rows[0]) < 2 or not _is_header(rows[0]):
            continue
        body = rows[1 : _LOOK + 1]
        fitting = sum(len(row) == len(rows[0]) for row in body)
        if (body and 10 * fitting >= 8 * len(body)) or (not body and name.lower().endswith((b".csv", b".tsv"))):
            return True
    return False


def _rows(head: str, delimiter: str) -> list[list[str]]:
    """Return the whole records of a text."""
    end = record_ends(head.encode())
    whole = head.encode()[: int(end[-1])].decode() if len(end) else ""
    try:
        return [row for row in csv.reader(io.StringIO(whole, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        return []


def _is_header(names: list[str]) -> bool:
    return len(set(names)) == len(names) and all(name.strip() and len(name) <= 256 and not _value(name) for name in names)


def _value(text: str) -> bool:
    """Return whether a text is a number or begins with a date: no name of a column."""
    if kinds.is_time(text.strip()[:10]):
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True
