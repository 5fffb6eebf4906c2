"""Bytes to committed rows: take chunks, decode the next one while the last one commits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tuimon.config import Settings, Source
from tuimon.formats import FORMATS, Decoder, Engine, LayoutError, UnreadableChunk, sniff
from tuimon.monitor.ahead import Ahead, Decoding
from tuimon.monitor.grouping import Bundle, Group, layout_key
from tuimon.sources import FileState, Tailer
from tuimon.store import Store, StoreMemory
from tuimon.values.batch import Batch
from tuimon.values.chunk import Chunk, Generation


@dataclass
class Progress:
    """What one call of `Intake.take` did."""

    rows: int = 0
    touched: dict[str, int] = field(default_factory=dict)
    """Model -> the oldest minute whose cells changed, seconds since 1970."""

    def add(self, rows: int, touched: dict[str, int]) -> None:
        """Count one commit."""
        self.rows += rows
        for model, minute in touched.items():
            self.touched[model] = min(minute, self.touched.get(model, minute))


class Intake:
    """The reading half of the engine; used from one thread."""

    def __init__(self, settings: Settings, store: Store, left_alone: tuple[str, ...], clock: Callable[[], float]) -> None:
        self._store, self._clock = store, clock
        self._sources = {source.name: source for source in settings.sources}
        self._tailer = Tailer(
            settings.sources,
            store.sealed_generations(),
            FORMATS,
            sniff,
            exclude=left_alone,
            next_number=store.next_generation_number(),
            secret=store.secret(),
            clock=clock,
        )
        self._layouts = store.layouts()
        self._decoding = Engine(settings.store.memory_limit)
        self._decoders: dict[tuple[str, str, str], Decoder] = {}
        self._refused: dict[tuple[str, str, str], str] = {}
        self._ahead = Ahead(self._decode)
        self._spare: Chunk | None = None
        """Read, and too unlike those before it to be decoded with them."""

    def take(self, until: Callable[[], bool]) -> tuple[Progress, bool]:
        """Commit chunk after chunk until there is none left or `until()` says stop; return what was done, and whether all was read.

        After a failure nothing of the failed chunk is kept, and the next call reads it again.
        """
        self._look()
        progress = Progress()
        try:
            done = self._pump(progress, until)
        except Exception:
            self._forget_unsaved()
            raise
        self._store.save_generations(self._tailer.changed(), self._clock())
        return progress, done

    def rescan(self) -> None:
        """List the directories at the next call even if it is not due."""
        self._tailer.scan()

    def lag_bytes(self) -> int:
        """Return the bytes on disk that are not yet committed."""
        return self._tailer.lag_bytes()

    @property
    def followed(self) -> int:
        """Return how many file generations are read."""
        return self._tailer.followed

    def files(self) -> tuple[FileState, ...]:
        """Return every file generation that the tailer knows."""
        return self._tailer.files()

    def notices(self) -> tuple[str, ...]:
        """Return standing sentences about files and sources that cannot be read."""
        return (*self._tailer.notices(), *dict.fromkeys(self._refused.values()))

    def close(self) -> None:
        """Let go of files and decoders."""
        self._ahead.close()
        for decoder in self._decoders.values():
            decoder.close()
        self._decoding.close()
        self._tailer.close()

    def _look(self) -> None:
        if self._tailer.due_for_scan(self._clock()):
            self._tailer.scan()
        self._tailer.look()

    def _pump(self, progress: Progress, until: Callable[[], bool]) -> bool:
        """Read, decode and commit; while some chunks are decoded, those before them may be committed."""
        group, stop = Group(), False
        more = self._read_ahead()
        while len(self._ahead):
            self._gain(self._ahead.take(), group, progress)
            stop = stop or until()
            more = not stop and (more or not len(self._ahead)) and self._read_ahead()
            if group.full or not len(self._ahead):
                self._commit(group, progress)
        return not stop or (self._spare is None and not self._tailer.look())

    def _read_ahead(self) -> bool:
        """Hand over to the decoder what it has room for, and return whether there may be more to read."""
        while self._ahead.room:
            bundle = Bundle()
            while chunk := self._spare or self._tailer.next_chunk():
                self._spare = None if bundle.takes(chunk) else chunk
                if self._spare is not None:
                    break
            if not bundle.chunks:
                return False
            self._ahead.put(bundle.chunks)
        return True

    def _decode(self, chunks: list[Chunk]) -> tuple[Batch, ...]:
        return self._decoder(chunks[0].generation).decode_all(chunks, self._clock())

    def _decoder(self, generation: Generation) -> Decoder:
        key = layout_key(generation)
        if key not in self._decoders:
            self._decoders[key] = Decoder(
                self._source(generation),
                generation.container,
                self._layouts.get(key),
                secret=self._store.secret(),
                engine=self._decoding,
            )
        return self._decoders[key]

    def _source(self, generation: Generation) -> Source:
        """Labels for a source belong to whichever of its models has the id; any other name is that of a model."""
        source = self._sources[generation.source]
        return replace(source, labels_for=None) if source.labels_for in self._sources else source

    def _gain(self, decoding: Decoding, group: Group, progress: Progress) -> None:
        """Take decoded chunks into the group; a file whose lines cannot be used is left aside with its reason."""
        try:
            for batch, size in decoding.batches():
                group.add(batch, size)
        except (LayoutError, UnreadableChunk) as error:
            if decoding.again:
                self._ahead.split(decoding)
            else:
                self._refuse(decoding.generations[0], str(error), group, progress)

    def _refuse(self, generation: Generation, why: str, group: Group, progress: Progress) -> None:
        self._refused[layout_key(generation)] = why
        # What was read of the file before is not refused with it, and what was read after it is read again.
        self._commit(group, progress)
        self._tailer.refuse(generation.number)
        self._ahead.refuse(generation.number)
        if self._spare is not None and self._spare.generation.number == generation.number:
            self._spare = None

    def _commit(self, group: Group, progress: Progress) -> None:
        self._keep(group.batches, progress)
        group.clear()

    def _keep(self, batches: Sequence[Batch], progress: Progress) -> None:
        """Commit batches, in halves when all at once take more memory than the store has."""
        if not batches:
            return
        try:
            committed = self._store.commit(batches, self._clock())
        except StoreMemory:
            half = len(batches) // 2
            if not half:
                raise
            self._keep(batches[:half], progress)
            self._keep(batches[half:], progress)
            return
        for batch, generation in zip(batches, committed.generations, strict=True):
            self._tailer.committed(generation)
            self._refused.pop(layout_key(generation), None)
            if batch.layout is not None:
                self._layouts[layout_key(generation)] = batch.layout
        progress.add(committed.rows, dict(committed.touched))
        self._store.checkpoint()

    def _forget_unsaved(self) -> None:
        """Decoders remember what they saw; after a failure only what was committed may be remembered."""
        self._tailer.rollback()
        self._spare = None
        self._ahead.close()
        self._ahead = Ahead(self._decode)
        for decoder in self._decoders.values():
            decoder.close()
        self._decoders.clear()
        self._layouts = self._store.layouts()


def baseline_paths(settings: Settings) -> tuple[str, ...]:
    """Return the absolute paths of all baseline files of the settings: they are never traffic."""
    files = [settings.baseline.source, *(baseline.source for _, baseline in settings.model_baselines)]
    return tuple(str(Path(name).resolve()) for name in files if name)
