"""What is being decoded while the store commits, in the order of reading."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from tuimon.values.batch import Batch
from tuimon.values.chunk import Chunk, Generation

MOST = 3
"""Bundles under way: a commit takes about as long as the decoding of two."""

Decode = Callable[[list[Chunk]], tuple[Batch, ...]]


@dataclass(frozen=True)
class Decoding:
    """One bundle under way."""

    generations: tuple[Generation, ...]
    sizes: tuple[int, ...]
    future: Future[tuple[Batch, ...]]
    again: list[Chunk]
    """The chunks of a small bundle, should they have to be decoded one by one; a single large one is not held for that."""
    refused: set[int] = field(default_factory=set)
    """Numbers of generations that were left aside after this was read."""

    def batches(self) -> list[tuple[Batch, int]]:
        """Wait for the batches and return each with the bytes that it came from; raises what the decoder raised."""
        found = zip(self.generations, self.sizes, self.future.result(), strict=True)
        return [(batch, size) for generation, size, batch in found if generation.number not in self.refused]


class Ahead:
    """A queue with one thread that decodes, first in first out."""

    def __init__(self, decode: Decode) -> None:
        self._decode = decode
        self._worker = ThreadPoolExecutor(1, "decode")
        self._queue: deque[Decoding] = deque()

    def __len__(self) -> int:
        return len(self._queue)

    @property
    def room(self) -> bool:
        """Whether another bundle may be put in."""
        return len(self._queue) < MOST

    def put(self, chunks: list[Chunk]) -> None:
        """Begin to decode a bundle after those that are there."""
        self._queue.append(self._begin(chunks))

    def split(self, decoding: Decoding) -> None:
        """Decode the chunks of a bundle one by one; they come before all others."""
        singles = [self._begin([chunk]) for chunk in decoding.again if chunk.generation.number not in decoding.refused]
        self._queue.extendleft(reversed(singles))

    def _begin(self, chunks: list[Chunk]) -> Decoding:
        future = self._worker.submit(self._decode, chunks)
        again = chunks if len(chunks) > 1 else []
        return Decoding(tuple(chunk.generation for chunk in chunks), tuple(len(chunk.data) for chunk in chunks), future, again)

    def take(self) -> Decoding:
        """Return the oldest bundle, decoded or not."""
        return self._queue.popleft()

    def refuse(self, number: int) -> None:
        """Leave a generation out of everything under way."""
        for decoding in self._queue:
            decoding.refused.add(number)

    def close(self) -> None:
        """Wait for what is being decoded and forget all."""
        self._queue.clear()
        self._worker.shutdown(wait=True, cancel_futures=True)
