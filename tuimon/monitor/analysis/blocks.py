"""Rows as the analysis takes them, wherever they come from: pages of the store, or records of a baseline file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tuimon.store import ColumnFacts
from tuimon.values.batch import Kind, Records, Role, as_micros

Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Key:
    """Which column: two of one name differ by role or kind."""

    role: Role
    name: str
    kind: Kind


@dataclass(frozen=True)
class Block:
    """Some rows in order. A numeric column is float64 with NULL where there is no number, a category a dictionary of strings."""

    rows: int
    ts: Longs
    """Event times in microseconds; without meaning in a baseline file."""
    columns: dict[Key, pa.Array]
    version: pa.Array
    label: pa.Array
    """The latest label of each id as text, NULL without one."""

    def slice(self, start: int, stop: int) -> Block:
        """Return the rows from start up to stop; nothing is copied."""
        return self._with(stop - start, self.ts[start:stop], lambda array: array.slice(start, stop - start))

    def where(self, mask: Bools) -> Block:
        """Return the rows of which mask, bool[rows], is true."""
        if mask.all():
            return self
        chosen = pa.array(mask)
        return self._with(int(mask.sum()), self.ts[mask], lambda array: array.filter(chosen))

    def _with(self, rows: int, ts: Longs, cut: Callable[[pa.Array], pa.Array]) -> Block:
        columns = {key: cut(array) for key, array in self.columns.items()}
        return Block(rows, ts, columns, cut(self.version), cut(self.label))


def of_page(page: pa.Table, columns: Iterable[tuple[Key, ColumnFacts]]) -> Block:
    """Return a page of the store as a block of these columns."""
    own = {key: _packed(page.column(f"f_{facts.number}").combine_chunks(), key.kind) for key, facts in columns}
    version = page.column("version").combine_chunks()
    return Block(page.num_rows, as_micros(page.column("ts")), own, version, page.column("label").combine_chunks())


def of_records(records: Iterable[Records]) -> Iterator[Block]:
    """Yield the records of a baseline file as blocks."""
    for part in records:
        columns = {
            Key(column.role, column.name, column.kind): _packed(values, column.kind)
            for column, values in zip(part.columns, part.values, strict=True)
        }
        rows = part.base.num_rows
        unnamed = pa.nulls(rows, pa.string())
        yield Block(rows, np.zeros(rows, np.int64), columns, unnamed, unnamed)


def _packed(array: pa.Array | pa.ChunkedArray, kind: Kind) -> pa.Array:
    whole = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return whole if kind == "numeric" else whole.dictionary_encode()
