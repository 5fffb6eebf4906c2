"""Parquet: rows of a held descriptor as lines of JSON."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tuimon.formats.engine import Engine, quote, whole
from tuimon.formats.lines import Lines, texts

if TYPE_CHECKING:
    import pyarrow.parquet as pq

EMPTY = pa.table({})
BATCH = 4_096
"""Rows that are decoded at a time."""
_UNREADABLE = (pa.ArrowException, OSError, ValueError)

WIDE = 500
"""Columns that are turned to JSON together: the engine sets memory aside for 2,048 values of each."""


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


def count_rows(descriptor: int) -> int | None:
    """Return the number of rows of the file behind a descriptor, None while it is not a whole Parquet file."""
    try:
        with _opened(descriptor) as file:
            return int(file.metadata.num_rows)
    except _UNREADABLE:
        return None


class Rows:
    """Rows of one Parquet file in stretches: going on where the last one ended costs nothing, whatever the size of a row group."""

    def __init__(self) -> None:
        self._number = self._next = self._total = -1
        self._left = EMPTY
        self._batches: Iterator[pa.RecordBatch] = iter(())
        self._held: int | None = None

    def read(self, number: int, descriptor: int, start: int, end: int) -> pa.Table:
        """Return rows [start, end) of the generation `number`, which a descriptor holds; raises UnreadableChunk."""
        try:
            if (number, start) != (self._number, self._next):
                self._open(number, descriptor, start)
            found = self._take(end - start)
        except _UNREADABLE as wrong:
            self.close()
            raise UnreadableChunk(f"rows {start + 1:,} to {end:,} cannot be read as Parquet: {str(wrong)[:200]}") from wrong
        if self._next == self._total:
            self.close()
        return found

    def close(self) -> None:
        """Let the file go."""
        if self._held is not None:
            os.close(self._held)
        self._held, self._number, self._left, self._batches = None, -1, EMPTY, iter(())

    def _open(self, number: int, descriptor: int, start: int) -> None:
        """Begin at a row: the groups before it are not read, the rows before it in its group are."""
        self.close()
        # A descriptor of our own: the tailer closes its one when the chunks that it lent it for are committed.
        self._held = os.dup(descriptor)
        file = _opened(self._held)
        sizes = [file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)]
        begins = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        group = int(np.searchsorted(begins, start, side="right")) - 1
        self._batches = file.iter_batches(batch_size=BATCH, row_groups=list(range(group, len(sizes))), use_threads=False)
        self._left = file.schema_arrow.empty_table()
        self._number, self._next, self._total = number, int(begins[group]), int(begins[-1])
        while self._next < start:
            self._take(min(start - self._next, BATCH))

    def _take(self, count: int) -> pa.Table:
        """Return the next rows."""
        while self._left.num_rows < count:
            batch = next(self._batches, None)
            if batch is None:
                raise ValueError(f"{count - self._left.num_rows} rows are missing")
            self._left = pa.concat_tables([self._left, pa.Table.from_batches([batch])])
        found, self._left = self._left.slice(0, count), self._left.slice(count)
        self._next += count
        return found


def _opened(descriptor: int) -> pq.ParquetFile:
    """Pages are read as they are needed, not a whole column of a row group at once."""
    # It brings file systems and TLS with it, 9 MB, and most directories have no Parquet file.
    import pyarrow.parquet as pq

    return pq.ParquetFile(io.BufferedReader(Held(descriptor)), buffer_size=1 << 20, pre_buffer=False)


def json_lines(engine: Engine, table: pa.Table, first_line: int) -> Lines:
    """Return the rows of a table as lines of JSON objects; of columns with one name the first counts."""
    columns = {name.replace("\0", ""): place for place, name in reversed(list(enumerate(table.column_names)))}
    count = table.num_rows
    # A key with null is as good as none.
    columns = {name: place for name, place in columns.items() if table.column(place).null_count < count}
    numbers, offsets = first_line + np.arange(count, dtype=np.int64), np.zeros(count, np.int64)
    if not columns:
        return Lines(pa.array(["{}"] * count, pa.string()), numbers, offsets)
    renamed = table.rename_columns([f"c{place}" for place in range(table.num_columns)])
    ordered = sorted(columns.items(), key=lambda one: one[1])
    groups = [_objects(engine, renamed, ordered[low : low + WIDE]) for low in range(0, len(ordered), WIDE)]
    return Lines(groups[0] if len(groups) == 1 else _joined(groups), numbers, offsets)


def _objects(engine: Engine, table: pa.Table, columns: list[tuple[str, int]]) -> pa.Array:
    """Return some columns (name, place) of each row as a JSON object."""
    pairs = ", ".join(f"{quote(name)}, c{place}" for name, place in columns)
    some = table.select([place for _, place in columns])
    return texts(whole(engine.query(f"SELECT json_object({pairs})::VARCHAR AS line FROM rows", rows=some)["line"]))


def _joined(groups: list[pa.Array]) -> pa.Array:
    """Return objects as one: the braces between them become a comma."""
    inner = [pc.utf8_slice_codeunits(group, 1, -1) for group in groups]
    return texts(pc.binary_join_element_wise("{", pc.binary_join_element_wise(*inner, ","), "}", ""))
