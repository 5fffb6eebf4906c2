"""Bytes to committed rows: take chunks, decode the next one while the last one commits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from tuimon.config import Settings, Source
from tuimon.formats import FORMATS, Decoder, Engine, LayoutError, UnreadableChunk, sniff
from tuimon.sources import FileState, Tailer
from tuimon.store import Store
from tuimon.values import Batch, Chunk, Generation


@dataclass
class Progress:
    """What one call of `Intake.take` did."""

    rows: int = 0
    bytes: int = 0
    touched: dict[str, int] = field(default_factory=dict)
    """Model -> the oldest minute whose cells changed, seconds since 1970."""

    def add(self, rows: int, size: int, touched: dict[str, int]) -> None:
        """Count one commit."""
        self.rows += rows
        self.bytes += size
        for model, minute in touched.items():
            self.touched[model] = min(minute, self.touched.get(model, minute))


class Intake:
    """The reading half of the engine; used from one thread."""

    def __init__(self, settings: Settings, store: Store, left_alone: tuple[str, ...], clock: Callable[[], float]) -> None:
        self._store, self._clock = store, clock
        self._sources = {source.name: source for source in settings.sources}
        self._tailer = Tailer(
            settings.sources,
            store.generations(),
            FORMATS,
            sniff,
            exclude=left_alone,
            next_number=store.next_generation_number(),
            secret=store.secret(),
            clock=clock,
        )
        self._layouts = store.layouts()
        self._decoding = Engine()
        self._decoders: dict[tuple[str, str, str], Decoder] = {}
        self._refused: dict[tuple[str, str, str], str] = {}
        self._worker = ThreadPoolExecutor(1, "decode")

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
        self._store.save_generations(self._tailer.changed())
        return progress, done

    def rescan(self) -> None:
        """List the directories at the next call even if it is not due."""
        self._tailer.scan()

    def lag_bytes(self) -> int:
        """Return the bytes on disk that are not yet committed."""
        return self._tailer.lag_bytes()

    def files(self) -> tuple[FileState, ...]:
        """Return every file generation that the tailer knows."""
        return self._tailer.files()

    def notices(self) -> tuple[str, ...]:
        """Return standing sentences about files and sources that cannot be read."""
        return (*self._tailer.notices(), *dict.fromkeys(self._refused.values()))

    def close(self) -> None:
        """Let go of files and decoders."""
        self._worker.shutdown(wait=True, cancel_futures=True)
        for decoder in self._decoders.values():
            decoder.close()
        self._decoding.close()
        self._tailer.close()

    def _look(self) -> None:
        if self._tailer.due_for_scan(self._clock()):
            self._tailer.scan()
        self._tailer.look()

    def _pump(self, progress: Progress, until: Callable[[], bool]) -> bool:
        ahead = self._decode_next()
        while ahead is not None:
            chunk, future = ahead
            batch = self._result(chunk, future)
            stop = until()
            ahead = None if stop else self._decode_next()
            if batch is not None:
                self._commit(chunk, batch, progress)
            if stop:
                return not self._tailer.look()
        return True

    def _decode_next(self) -> tuple[Chunk, Future[Batch]] | None:
        chunk = self._tailer.next_chunk()
        if chunk is None:
            return None
        return chunk, self._worker.submit(self._decode, chunk)

    def _decode(self, chunk: Chunk) -> Batch:
        return self._decoder(chunk.generation).decode(chunk, self._clock())

    def _decoder(self, generation: Generation) -> Decoder:
        key = _key(generation)
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

    def _result(self, chunk: Chunk, future: Future[Batch]) -> Batch | None:
        """Return the batch, or None when the file's lines cannot be used: it is then left aside with its reason."""
        try:
            return future.result()
        except (LayoutError, UnreadableChunk) as error:
            generation = chunk.generation
            self._refused[_key(generation)] = str(error)
            self._tailer.refuse(generation.number)
            return None

    def _commit(self, chunk: Chunk, batch: Batch, progress: Progress) -> None:
        committed = self._store.commit(batch, self._clock())
        self._tailer.committed(committed.generation)
        self._refused.pop(_key(chunk.generation), None)
        self._store.checkpoint()
        if batch.layout is not None:
            generation = batch.generation
            self._layouts[_key(generation)] = batch.layout
        progress.add(committed.rows, len(chunk.data), dict(committed.touched))

    def _forget_unsaved(self) -> None:
        """Decoders remember what they saw; after a failure only what was committed may be remembered."""
        self._tailer.rollback()
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._worker = ThreadPoolExecutor(1, "decode")
        for decoder in self._decoders.values():
            decoder.close()
        self._decoders.clear()
        self._layouts = self._store.layouts()


def _key(generation: Generation) -> tuple[str, str, str]:
    """What shares one layout and one decoder."""
    return generation.source, generation.family, generation.container


def baseline_paths(settings: Settings) -> tuple[str, ...]:
    """Return the absolute paths of all baseline files of the settings: they are never traffic."""
    files = [settings.baseline.source, *(baseline.source for _, baseline in settings.model_baselines)]
    return tuple(str(Path(name).resolve()) for name in files if name)
