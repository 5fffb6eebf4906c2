"""From a chunk of bytes to a batch of typed records, with every line accounted for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tuimon import config
from tuimon.formats import layout as layouts
from tuimon.formats.assemble import Parts
from tuimon.formats.engine import Engine
from tuimon.formats.intake import Intake, take_in
from tuimon.formats.newest import Newest
from tuimon.formats.parquet import Rows
from tuimon.formats.pieces import joined, pieces
from tuimon.formats.privacy import Privacy
from tuimon.formats.reader import Reader
from tuimon.formats.where import Where, laid_together
from tuimon.values.batch import Batch
from tuimon.values.chunk import Books, Chunk, Container
from tuimon.values.text import safe_text

LOOKED_FOR = "timestamp, @timestamp, ts, time, datetime, date and the like"


class LayoutError(Exception):
    """A source that cannot be read as it is, in one sentence that says what to do."""


class Decoder:
    """Decodes the chunks of one (source, family, container), in file order for each generation."""

    def __init__(
        self,
        source: config.Source,
        container: Container,
        layout: str | None,
        *,
        secret: bytes,
        engine: Engine | None = None,
    ) -> None:
        """Take up a remembered layout, or none; `secret` keys the hashes. An engine that is handed in is shared and not closed."""
        self.source, self.container = source, container
        self._privacy = Privacy.of(source, secret)
        self._layout = layouts.decode(layout) if layout is not None else None
        self._owned = engine is None
        self._engine = engine or Engine()
        self._parquet = Rows()
        self._newest = Newest()

    def decode(self, chunk: Chunk, now: float) -> Batch:
        """Return the batch of one chunk as `decode_all` does."""
        cut = pieces(chunk) if self.container == "csv" else [chunk]
        if len(cut) == 1:
            return self._together(cut, now)[0]
        before = self._layout, self._newest.copy()
        try:
            return joined(chunk, [self._together([piece], now)[0] for piece in cut])
        except BaseException:
            self._layout, self._newest = before
            raise

    def decode_all(self, chunks: Sequence[Chunk], now: float) -> tuple[Batch, ...]:
        """Return the batch of each chunk, no two of one generation; `now` is the wall clock in seconds.

        Small chunks are decoded in little more than the time of one. Raises LayoutError when the first records of a source hold no time,
        and UnreadableChunk for a Parquet file that cannot be read. After an exception the decoder is as it was before.
        """
        return (self.decode(chunks[0], now),) if len(chunks) == 1 else self._together(chunks, now)

    def _together(self, chunks: Sequence[Chunk], now: float) -> tuple[Batch, ...]:
        taken = [take_in(self._engine, self.container, chunk, self._privacy, self._parquet) for chunk in chunks]
        lines, chunk, own = laid_together([one.lines for one in taken])
        where = self._where(chunks, chunk, own, now)
        decoded = Reader(self._engine, self.source, self._privacy).decode(lines, self._layout, where)
        parts = decoded.assembled.parts
        if decoded.layout is not None and self._layout is None:
            _refuse_timeless(self.source, chunks, parts)
        for row in range(len(decoded.broken)):
            at = decoded.broken.number[row]
            taken[chunk[at]].reject(decoded.broken, row, own[at])
        for row, reason in decoded.assembled.reasons.items():
            at = decoded.lines.number[row]
            taken[chunk[at]].reject(decoded.lines, row, own[at], reason)
        for newest, one, part in zip(where.newest, chunks, parts, strict=True):
            self._newest.note(one.generation.number, max(int(newest), part.newest))
        changed = layouts.encode(decoded.layout) if decoded.layout is not None and decoded.layout != self._layout else None
        self._layout = decoded.layout
        found = [_batch(*every, self.source.labels_for) for every in zip(chunks, taken, parts, decoded.skipped.tolist(), strict=True)]
        return (replace(found[0], layout=changed), *found[1:])

    def _where(self, chunks: Sequence[Chunk], chunk: np.ndarray, own: np.ndarray, now: float) -> Where:
        generations = [one.generation for one in chunks]
        return Where(
            chunk,
            own,
            np.array([one.number for one in generations]),
            np.array([one.modified // 1000 for one in generations]),
            np.array([max(self._newest.of(one.number), one.newest) for one in generations]),
            round(now * 1_000_000),
        )

    def close(self) -> None:
        """Let go of the file that is being read, and of the engine if it is the decoder's own."""
        self._parquet.close()
        if self._owned:
            self._engine.close()


def _batch(chunk: Chunk, taken: Intake, parts: Parts, skipped: int, labels_for: str | None) -> Batch:
    books = Books(
        lines=taken.total,
        record_lines=parts.record_lines,
        label_lines=parts.label_lines,
        skipped=taken.skipped + skipped,
        rejected=len(taken.rejects.rows),
        blank=taken.blank,
        rows=sum(one.base.num_rows for one in parts.records),
        labels=parts.labels.num_rows,
        future=parts.future,
        late=parts.late,
    )
    return Batch(chunk.generation, books, parts.newest, parts.records, parts.labels, taken.rejects.table(), labels_for)


def _refuse_timeless(source: config.Source, chunks: Sequence[Chunk], parts: Sequence[Parts]) -> None:
    first = next((chunk for chunk, part in zip(chunks, parts, strict=True) if part.record_lines), None)
    if first is None or any(part.timed for part in parts):
        return
    file = safe_text(os.path.basename(first.generation.path), 200)
    said = source.fields.timestamp
    looked = f'"{safe_text(said.path, 100)}", which [sources.{source.name}.fields] names' if said else LOOKED_FOR
    raise LayoutError(f"{source.name}: no timestamp in {file}: looked for {looked}; name it in [sources.{source.name}.fields] timestamp")
