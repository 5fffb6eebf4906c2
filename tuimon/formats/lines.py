"""Lines of a chunk as one Arrow string array that shares the chunk's bytes, each with its number and position."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MAX_SAMPLE = 2000
MAX_BYTES = 2_000_000
_SPACE = b" \t\r\n"
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,18})(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_LAX = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|,(?=[ \t\r]*[]}])|-?\b(?:nan|inf(?:inity)?)\b', re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Lines:
    """Texts of records as JSON, with the number and byte position of each in its generation."""

    text: pa.Array
    number: np.ndarray
    offset: np.ndarray
    typeless: bool = False
    """True for lines told from CSV, where every value is a text."""

    def __len__(self) -> int:
        return len(self.text)

    def take(self, mask: np.ndarray) -> Lines:
        """Return the lines where the mask is true; the same lines when it is true everywhere."""
        if mask.all():
            return self
        return Lines(self.text.filter(pa.array(mask)), self.number[mask], self.offset[mask], self.typeless)

    def slice(self, first: int, count: int) -> Lines:
        """Return at most `count` lines from a row on."""
        end = first + count
        return Lines(self.text.slice(first, count), self.number[first:end], self.offset[first:end], self.typeless)

    def raw(self, row: int) -> bytes:
        """Return one line's bytes."""
        return bytes(self.text[row].as_buffer())

    def raws(self) -> Iterator[bytes]:
        """Yield the bytes of each line."""
        data, offsets = self.joined()
        view = memoryview(data)
        yield from (bytes(view[low:high]) for low, high in pairwise(offsets.tolist()))

    def longer_than(self, size: int) -> list[int]:
        """Return the rows of lines of more than `size` bytes."""
        rows: list[int] = np.flatnonzero(pc.binary_length(self.text).to_numpy(zero_copy_only=False) > size).tolist()
        return rows

    def joined(self) -> tuple[bytes | pa.Buffer, np.ndarray]:
        """Return the bytes of all lines in one run, and where each begins and the last one ends."""
        packed = pa.concat_arrays([self.text, pa.array([], self.text.type)]) if self.text.offset else self.text
        offsets = np.frombuffer(packed.buffers()[1], np.int32 if packed.type == pa.string() else np.int64)[: len(packed) + 1]
        data = packed.buffers()[2]
        return (data.slice(int(offsets[0]), int(offsets[-1] - offsets[0])) if data else b""), offsets - offsets[0]

    @property
    def table(self) -> pa.Table:
        """The texts as a table with the column `line`."""
        return pa.table({"line": self.text})

    def records(self, rows: Sequence[int] | np.ndarray | None = None) -> list[dict[str, Any]]:
        """Return some lines as Python objects (the first MAX_SAMPLE or MAX_BYTES), leaving out those that Python cannot read."""
        texts = self.text.slice(0, MAX_SAMPLE) if rows is None else self.text.take(pa.array(rows[:MAX_SAMPLE], pa.int64()))
        sizes = np.cumsum(pc.binary_length(texts).to_numpy(zero_copy_only=False))
        texts = texts.slice(0, max(1, int(np.searchsorted(sizes, MAX_BYTES, side="right"))))
        found = (parse(raw) for raw in texts.cast(pa.binary()).to_pylist())
        records = [record for record in found if isinstance(record, dict)]
        return [{key: meant(value) for key, value in record.items()} for record in records] if self.typeless else records


@dataclass(frozen=True)
class Cut:
    """A chunk's bytes cut at newlines: `lines` begin like an object, `odd` are rows that do not, the others are blank."""

    total: int
    lines: Lines
    odd: Lines

    @property
    def blank(self) -> int:
        """Number of blank lines."""
        return self.total - len(self.lines) - len(self.odd)


def parse(raw: bytes) -> Any:
    """Return a line's JSON value, the first of duplicate keys winning; None when Python cannot read it."""
    try:
        return json.loads(raw, object_pairs_hook=_first)
    except RecursionError:
        return None
    except ValueError:
        return _leniently(raw)


def _leniently(raw: bytes) -> Any:
    """Read what the engine reads and Python does not: a comma before a closing brace, nan and inf in any spelling, long numbers."""
    try:
        text = _LAX.sub(_strict, raw.decode("utf-8"))
        return json.loads(text, object_pairs_hook=_first, parse_int=lambda digits: float(digits) if len(digits) > 40 else int(digits))
    except (ValueError, RecursionError):
        return None


def _strict(found: re.Match[str]) -> str:
    text = found[0]
    if text[0] == '"':
        return text
    return "" if text[0] == "," else "-Infinity" if text[0] == "-" else "NaN" if text[0] in "nN" else "Infinity"


def meant(value: Any) -> Any:
    """Return the number that a text spells, when it spells one as JSON would (02139 is a text), else the value."""
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        return value
    return float(value) if set(value) & set(".eE") else int(value)


def _first(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(reversed(pairs)) if len({key for key, _ in pairs}) < len(pairs) else dict(pairs)


def cut_lines(data: bytes | memoryview, first_line: int, start: int) -> Cut:
    """Return the lines of a run of bytes without copying them; a byte order mark at the start of a file is passed over."""
    raw = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(raw == 10) + 1
    if len(raw) and (not len(ends) or ends[-1] != len(raw)):
        ends = np.append(ends, len(raw))
    offsets = np.concatenate([[0], ends]).astype(np.int32 if len(raw) < 2**31 else np.int64)
    if start == 0 and bytes(data[:3]) == _BOM:
        offsets[0] = 3
    kind = pa.string() if offsets.dtype == np.int32 else pa.large_string()
    text = pa.Array.from_buffers(kind, len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(data)])
    every = Lines(text, first_line + np.arange(len(ends), dtype=np.int64), start + offsets[:-1].astype(np.int64))
    shape = _shapes(raw, offsets)
    return Cut(len(ends), every.take(shape == 1), every.take(shape == 2))


def _shapes(raw: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Return for each line 0 when it is blank, 1 when its first non-space byte is a brace, else 2."""
    if not len(raw):
        return np.zeros(0, int)
    begins = offsets[:-1]
    first = np.where(begins < len(raw), raw[np.minimum(begins, len(raw) - 1)], 0)
    shape = np.select([first == ord("{"), first == ord("\n")], [1, 0], 2)
    for row in np.flatnonzero(shape == 2):
        stripped = raw[offsets[row] : offsets[row + 1]].tobytes().strip(_SPACE)
        shape[row] = 0 if not stripped else 1 if stripped[:1] == b"{" else 2
    return shape


def texts(array: pa.Array) -> pa.Array:
    """Return an array as strings with 32-bit offsets."""
    return array if array.type == pa.string() else pc.cast(array, pa.string())
