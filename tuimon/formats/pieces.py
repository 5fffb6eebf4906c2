"""A CSV chunk cut so that its records, told as JSON with a name before each value, stay small; and the batches of the pieces as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from tuimon.formats.csvfile import read_header, record_ends
from tuimon.values.batch import Batch
from tuimon.values.chunk import Books, Chunk

MOST_TOLD = 32 << 20
"""Bytes of JSON that a piece may come to."""


def pieces(chunk: Chunk) -> list[Chunk]:
    """Return a chunk of CSV records as chunks of fewer, in their order; itself when it is small enough."""
    ends = record_ends(chunk.data)
    raw = chunk.generation.header or bytes(chunk.data[: int(ends[0])] if len(ends) else chunk.data)
    names = read_header(raw).names
    told = len(chunk.data) + len(ends) * sum(len(name) + 8 for name in names)
    count = min(-(-told // MOST_TOLD), len(ends))
    if count < 2:
        return [chunk]
    cuts = np.linspace(0, len(ends), count + 1).astype(int)
    bounds = [0, *ends[cuts[1:-1] - 1].tolist(), len(chunk.data)]
    generation, view = replace(chunk.generation, header=raw), memoryview(chunk.data)
    return [
        replace(
            chunk,
            generation=generation,
            start=chunk.start + low,
            end=chunk.start + high,
            first_line=chunk.first_line + int(line),
            data=view[low:high],
            overlong=chunk.overlong if line == 0 else (),
        )
        for line, low, high in zip(cuts, bounds[:-1], bounds[1:], strict=False)
    ]


def joined(chunk: Chunk, batches: Sequence[Batch]) -> Batch:
    """Return the batch of a chunk from those of its pieces."""
    layouts = [batch.layout for batch in batches if batch.layout is not None]
    return replace(
        batches[0],
        generation=chunk.generation,
        books=sum((batch.books for batch in batches), Books()),
        newest=max(batch.newest for batch in batches),
        records=tuple(records for batch in batches for records in batch.records),
        labels=pa.concat_tables([batch.labels for batch in batches]),
        rejects=pa.concat_tables([batch.rejects for batch in batches]),
        layout=layouts[-1] if layouts else None,
    )
