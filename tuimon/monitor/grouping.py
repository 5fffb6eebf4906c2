"""What is decoded together and what is committed together: each step has a price that one line pays as well as a thousand."""

from __future__ import annotations

from dataclasses import dataclass, field

from tuimon.values.batch import Batch
from tuimon.values.chunk import Chunk, Generation

GROUP_LINES = 122_880
"""A whole row group: the store writes it in its place at once, without a way through the write-ahead log."""
GROUP_BYTES = 64 << 20
BUNDLE_BYTES = 1 << 20
"""Up to about here a decode costs the same whatever its size."""
MOST = 125
"""Chunks of a bundle and batches of a group: a thousand are no faster, and their tables take 40 MB."""


@dataclass
class Bundle:
    """Small chunks of one layout that are decoded together, no two of one generation; or one chunk of any size."""

    chunks: list[Chunk] = field(default_factory=list)
    _size: int = 0
    _generations: set[int] = field(default_factory=set)

    def takes(self, chunk: Chunk) -> bool:
        """Take a chunk in if it goes with those that are there, and return whether it does."""
        if self.chunks and not self._goes(chunk):
            return False
        self.chunks.append(chunk)
        self._size += len(chunk.data)
        self._generations.add(chunk.generation.number)
        return True

    def _goes(self, chunk: Chunk) -> bool:
        if len(self.chunks) >= MOST or self._size + len(chunk.data) > BUNDLE_BYTES or chunk.descriptor >= 0:
            return False
        return layout_key(chunk.generation) == layout_key(self.chunks[0].generation) and chunk.generation.number not in self._generations


@dataclass
class Group:
    """Batches that wait to be committed together."""

    batches: list[Batch] = field(default_factory=list)
    _size: int = 0
    _lines: int = 0

    def add(self, batch: Batch, size: int) -> None:
        """Take a batch in that came from `size` bytes."""
        self.batches.append(batch)
        self._size += size
        self._lines += batch.books.lines

    @property
    def full(self) -> bool:
        """Whether waiting longer would only take memory."""
        return self._lines >= GROUP_LINES or self._size >= GROUP_BYTES or len(self.batches) >= MOST

    def clear(self) -> None:
        """Begin a new group."""
        self.batches, self._size, self._lines = [], 0, 0


def layout_key(generation: Generation) -> tuple[str, str, str]:
    """Return what shares one layout and one decoder."""
    return generation.source, generation.family, generation.container
