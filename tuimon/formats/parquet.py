"""Parquet: row groups of a held descriptor as lines of JSON, one a row."""

from __future__ import annotations

import io
import os
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tuimon.formats.engine import Engine, quote
from tuimon.formats.lines import Lines, texts, whole


class UnreadableChunk(Exception):  # noqa: N818 - it names the chunk that could not be read, like the sentence it carries
    """A file that cannot be read, in one sentence."""


class Held(io.RawIOBase):
    """A held descriptor as a file with a position of its own, so that nobody else's reads move it."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor, self._at = descriptor, 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position and return it."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: os.fstat(self._descriptor).st_size}[whence]
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer from the position on and return how many bytes came."""
        data = os.pread(self._descriptor, len(buffer), self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def row_groups(descriptor: int) -> int | None:
    """Return the number of row groups of the file behind a descriptor, None while it is not a whole Parquet file."""
    try:
        with pq.ParquetFile(io.BufferedReader(Held(descriptor))) as file:
            return int(file.metadata.num_row_groups)
    except (pa.ArrowException, OSError, ValueError):
        return None


def parquet_lines(engine: Engine, descriptor: int, start: int, end: int, first_line: int) -> Lines:
    """Return the rows of row groups [start, end) as lines; raises UnreadableChunk."""
    try:
        with pq.ParquetFile(io.BufferedReader(Held(descriptor))) as file:
            table = file.read_row_groups(list(range(start, end)), use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as wrong:
        raise UnreadableChunk(f"row groups {start} to {end} cannot be read as Parquet: {str(wrong)[:200]}") from wrong
    return json_lines(engine, table, first_line)


def json_lines(engine: Engine, table: pa.Table, first_line: int) -> Lines:
    """Return the rows of a table as lines of JSON objects; of columns with one name the first counts."""
    columns = {name.replace("\\0", ""): place for place, name in reversed(list(enumerate(table.column_names)))}
    count = table.num_rows
    numbers, offsets = first_line + np.arange(count, dtype=np.int64), np.zeros(count, np.int64)
    if not columns:
        return Lines(pa.array(["{}"] * count, pa.string()), numbers, offsets)
    renamed = table.rename_columns([f"c{place}" for place in range(table.num_columns)])
    pairs = ", ".join(f"{quote(name)}, c{place}" for name, place in sorted(columns.items(), key=lambda one: one[1]))
    found = engine.query(f"SELECT json_object({pairs})::VARCHAR AS line FROM rows", rows=renamed)
    return Lines(texts(whole(found["line"])), numbers, offsets)
