"""From a chunk of bytes to a batch of typed records, with every line accounted for."""

from __future__ import annotations

import os

from tuimon import config
from tuimon.formats import layout as layouts
from tuimon.formats.assemble import Where
from tuimon.formats.engine import Engine
from tuimon.formats.intake import Intake, take_in
from tuimon.formats.privacy import Privacy
from tuimon.formats.reader import Decoded, Reader
from tuimon.values import Batch, Books, Chunk, Container, Generation, safe_text

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
        threads: int = 2,
        memory_limit: str = "256MB",
        engine: Engine | None = None,
    ) -> None:
        """Take up a remembered layout, or none; `secret` keys the hashes. An engine that is handed in is shared and not closed."""
        self.source, self.container = source, container
        self._privacy = Privacy.of(source, secret)
        self._layout = layouts.decode(layout) if layout is not None else None
        self._owned = engine is None
        self._engine = engine or Engine(threads, memory_limit)
        self._newest: dict[int, int] = {}

    def decode(self, chunk: Chunk, now: float) -> Batch:
        """Return the chunk's batch; `now` is the wall clock in seconds.

        Raises LayoutError when the first records of a source hold no time, and UnreadableChunk for a Parquet file that cannot be read.
        After an exception the decoder is as it was before.
        """
        taken = take_in(self._engine, self.container, chunk, self._privacy)
        generation = chunk.generation
        newest = max(self._newest.get(generation.number, 0), generation.newest)
        where = Where(generation.number, generation.modified // 1000, newest, round(now * 1_000_000))
        reader = Reader(self._engine, self.source, self._privacy)
        decoded = reader.decode(taken.lines, self._layout, where)
        if decoded.layout is not None and self._layout is None:
            _refuse_timeless(self.source, generation, decoded)
        taken.reject(decoded)
        self._newest[generation.number] = max(newest, decoded.parts.newest)
        changed = decoded.layout if decoded.layout != self._layout else None
        self._layout = decoded.layout
        return self._batch(chunk, taken, decoded, layouts.encode(changed) if changed else None)

    def close(self) -> None:
        """Free the engine if it is the decoder's own."""
        if self._owned:
            self._engine.close()

    def _batch(self, chunk: Chunk, taken: Intake, decoded: Decoded, changed: str | None) -> Batch:
        parts = decoded.parts
        books = Books(
            lines=taken.total,
            record_lines=parts.record_lines,
            label_lines=parts.label_lines,
            skipped=taken.skipped + decoded.skipped,
            rejected=len(taken.rejects.rows),
            blank=taken.blank,
            rows=sum(one.base.num_rows for one in parts.records),
            labels=parts.labels.num_rows,
            future=parts.future,
            late=parts.late,
        )
        return Batch(
            generation=chunk.generation,
            books=books,
            newest=parts.newest,
            records=parts.records,
            labels=parts.labels,
            rejects=taken.rejects.table(),
            labels_for=self.source.labels_for,
            layout=changed,
        )


def _refuse_timeless(source: config.Source, generation: Generation, decoded: Decoded) -> None:
    if not decoded.parts.record_lines or decoded.parts.timed:
        return
    file = safe_text(os.path.basename(generation.path), 200)
    said = source.fields.timestamp
    looked = f'"{safe_text(said.path, 100)}", which [sources.{source.name}.fields] names' if said else LOOKED_FOR
    raise LayoutError(f"{source.name}: no timestamp in {file}: looked for {looked}; name it in [sources.{source.name}.fields] timestamp")
