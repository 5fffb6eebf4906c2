"""Cells made by hand for tests."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from tuimon.store import Cells, ColumnFacts, Measure
from tuimon.values.batch import Kind, Role


@dataclass(frozen=True)
class Row:
    """Some rows of one column in one minute and bin."""

    minute: int
    column: int
    version: str
    bin: int
    count: int


def column(number: int, role: Role | Measure, kind: Kind = "numeric") -> ColumnFacts:
    """Return a column of the catalogue without a grid."""
    return ColumnFacts(number=number, role=role, name=f"c{number}", kind=kind, grid=None, values=(), first_seen=0.0)


COLUMNS = {1: column(1, "feature"), 2: column(2, "score"), 3: column(3, "latency")}


def cells(rows: list[Row]) -> Cells:
    """Return the cells that the store would return for these rows."""
    versions = tuple(sorted({row.version for row in rows}))
    grouped: dict[tuple[int, int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        grouped[row.minute * 60, row.column, versions.index(row.version)][row.bin] += row.count
    keys = sorted(grouped)
    flat = [item for key in keys for item in sorted(grouped[key].items())]
    n = np.array([sum(grouped[key].values()) for key in keys], np.int64)
    nothing, unknown = np.zeros(len(keys), np.int64), np.full(len(keys), np.nan)
    return Cells(
        start=np.array([key[0] for key in keys], np.int64),
        column=np.array([key[1] for key in keys], np.int32),
        version=np.array([key[2] for key in keys], np.int32),
        versions=versions,
        n=n,
        nulls=nothing,
        nonfinite=nothing,
        invalid=nothing,
        minimum=unknown,
        maximum=unknown,
        total=unknown,
        offsets=np.concatenate(([0], np.cumsum([len(grouped[key]) for key in keys]))).astype(np.int64),
        bins=np.array([b for b, _ in flat], np.int32),
        counts=np.array([c for _, c in flat], np.int64),
    )
