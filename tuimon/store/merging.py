"""Batches of one commit laid together: rows of one model and shape are stored and counted in one go, however many files they came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from tuimon.store.cells import Ints
from tuimon.values.batch import Batch, Records, Sampled


@dataclass(frozen=True)
class Run:
    """Rows of one model in order of arrival."""

    records: Records
    generations: Ints
    """[rows] the number of each row's generation."""


def runs(batches: Iterable[Batch]) -> list[Run]:
    """Return the rows of batches by model, each model's in their order.

    Only neighbours with the same columns are laid together: a row of a batch that does not have a column misses nothing.
    """
    found: list[list[Run]] = []
    last: dict[str, list[Run]] = {}
    for batch in batches:
        for records in batch.records:
            if not records.base.num_rows:
                continue
            run = Run(records, np.full(records.base.num_rows, batch.generation.number, np.int64))
            held = last.get(records.model)
            if held is not None and _alike(held[0].records, records):
                held.append(run)
            else:
                last[records.model] = [run]
                found.append(last[records.model])
    return [parts[0] if len(parts) == 1 else _joined(parts) for parts in found]


def _alike(one: Records, other: Records) -> bool:
    if one.columns != other.columns or (one.sampled is None) != (other.sampled is None):
        return False
    return one.sampled is None or other.sampled is None or one.sampled.otherwise == other.sampled.otherwise


def _joined(parts: list[Run]) -> Run:
    records = [part.records for part in parts]
    first = records[0]
    values = tuple(pa.concat_arrays([one.values[place] for one in records]) for place in range(len(first.columns)))
    # In one piece: DuckDB and numpy take each piece on its own.
    base = pa.concat_tables([one.base for one in records]).combine_chunks()
    whole = Records(first.model, base, first.columns, values, _invalid(records), _sampled(records))
    return Run(whole, np.concatenate([part.generations for part in parts]))


def _sampled(records: list[Records]) -> Sampled | None:
    found = [one.sampled for one in records if one.sampled is not None]
    return replace(found[0], weights=pa.concat_arrays([one.weights for one in found])) if found else None


def _invalid(records: list[Records]) -> dict[int, np.ndarray]:
    """The rows of wrong values, counted from the first row of all."""
    found: dict[int, list[np.ndarray]] = {}
    offset = 0
    for one in records:
        for column, rows in one.invalid.items():
            found.setdefault(column, []).append(rows + offset)
        offset += one.base.num_rows
    return {column: np.concatenate(rows) for column, rows in found.items()}
