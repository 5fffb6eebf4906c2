"""What one commit stores: typed records, labels, rejects, counters and the position."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pyarrow as pa

from tuimon.values.chunk import Books, Generation

Role = Literal["feature", "prediction", "score"]
Kind = Literal["numeric", "category"]

BASE_SCHEMA = pa.schema(
    [
        pa.field("ts", pa.timestamp("us"), nullable=False),
        pa.field("ts_estimated", pa.bool_(), nullable=False),
        pa.field("version", pa.string(), nullable=False),
        pa.field("id", pa.string()),
        pa.field("id_hash", pa.uint64()),
        pa.field("latency_ms", pa.float64()),
        pa.field("error", pa.bool_(), nullable=False),
        pa.field("future", pa.bool_(), nullable=False),
        pa.field("line", pa.int64(), nullable=False),
    ]
)
"""Columns every record has; times are UTC. `id_hash` is the lower 64 bits of the MD5 of the id's text (DuckDB: md5_number_lower)."""

LABEL_SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("id_hash", pa.uint64(), nullable=False),
        pa.field("label", pa.string(), nullable=False),
        pa.field("ts", pa.timestamp("us")),
        pa.field("line", pa.int64(), nullable=False),
    ]
)

REJECT_SCHEMA = pa.schema(
    [
        pa.field("line", pa.int64(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
    ]
)
"""`text` is the line's first 200 characters, undecodable bytes replaced, as it is (not yet safe for a screen); it may be empty after the
first 10,000 rejects of a chunk, since no more texts are kept of one file."""


@dataclass(frozen=True)
class Column:
    """One measured column of a model. `prediction` and `score` have these as their names too."""

    role: Role
    name: str
    kind: Kind


@dataclass(frozen=True)
class Sampled:
    """How many records each row of a sampled log stands for."""

    weights: pa.Array
    """float64, 1 / sample rate; NULL where a row names no rate that can be used."""
    otherwise: float
    """What such a row stands for."""


@dataclass(frozen=True)
class Records:
    """Rows of one model from one chunk, in file order."""

    model: str
    base: pa.Table
    """By BASE_SCHEMA."""
    columns: tuple[Column, ...]
    values: tuple[pa.Array, ...]
    """One array a column: float64 for numeric (NaN and infinities kept), string for category; NULL where missing or invalid."""
    invalid: dict[int, np.ndarray] = field(default_factory=dict)
    """Column index -> int64 row indices whose value was present but of the wrong type (their value is NULL)."""
    sampled: Sampled | None = None
    """None where the log has every record."""


@dataclass(frozen=True)
class Batch:
    """Everything that one transaction stores."""

    generation: Generation
    """Position, head, tail and header as they are after this batch; the store adds `books` and `newest` to what it holds."""
    books: Books
    """What this batch adds; always balanced."""
    newest: int
    """The latest event time in this batch, microseconds since 1970; 0 without rows. Future rows do not count."""
    records: tuple[Records, ...]
    labels: pa.Table
    """By LABEL_SCHEMA."""
    rejects: pa.Table
    """By REJECT_SCHEMA."""
    labels_for: str | None = None
    """The model that the labels belong to; None means whichever model has the id."""
    layout: str | None = None
    """The decoder's memory of (source, family, container) as JSON when this batch changed it."""


def as_micros(column: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Return a timestamp("us") column as int64 microseconds since 1970."""
    return np.asarray(column.cast(pa.int64()).to_numpy(zero_copy_only=False), dtype=np.int64)
