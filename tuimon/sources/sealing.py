"""Raw log bytes stay in memory: the store keeps keyed digests, and only a file that holds the bytes gives them back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from tuimon.values.chunk import Generation

Read = Callable[[int, int], bytes]
"""(position, count) -> bytes of a file's content, fewer only at its end."""
_LENGTH = 2
_DIGEST = 16


class Sealed(bytes):
    """What the store keeps of raw bytes: how many they are, and a keyed digest of them. It equals no raw bytes."""

    __slots__ = ()

    @property
    def length(self) -> int:
        """Return how many raw bytes it stands for."""
        return int.from_bytes(self[:_LENGTH], "big")

    @property
    def bare(self) -> bool:
        """Return whether it is the length alone: the digest is in the store, or the raw bytes are at hand."""
        return len(self) == _LENGTH


_NOTHING = Sealed()


def length_of(known: bytes) -> int:
    """Return how many raw bytes a head or tail stands for, sealed or not."""
    return known.length if isinstance(known, Sealed) else len(known)


def bare(generation: Generation) -> Generation:
    """Return a generation with the mere lengths of its head and tail: of a hundred thousand, digests take 16 MB."""
    head, tail = _bare(length_of(generation.head)), _bare(length_of(generation.tail))
    return generation if generation.head is head and generation.tail is tail else replace(generation, head=head, tail=tail)


@lru_cache(maxsize=2048)
def _bare(length: int) -> Sealed:
    """One object for all heads and tails of a length."""
    return Sealed(length.to_bytes(_LENGTH, "big")) if length else _NOTHING


def tail_start(generation: Generation) -> int:
    """Return the position of a generation's tail: before what comes next, or at the end of a Parquet file."""
    end = generation.size if generation.container == "parquet" else generation.position
    return end - length_of(generation.tail)


@dataclass(frozen=True)
class Seal:
    """Closes heads and tails on their way to the store, and opens them again for whoever has the file.

    Nothing of a log may be read from the store, since a source may drop or hash fields. A digest can still be guessed by whoever has
    the key, so a tail, of which a few bytes may be unknown only, is digested together with its head: all of both must be guessed.
    """

    key: bytes

    def of(self, raw: bytes, before: bytes = b"") -> Sealed:
        """Return what is kept of raw bytes (keyed BLAKE2b, RFC 7693); empty for none. `before` is digested with them."""
        if not raw:
            return _NOTHING
        data = len(before).to_bytes(_LENGTH, "big") + before + raw
        digest = hashlib.blake2b(data, digest_size=_DIGEST, key=self.key[:64], person=b"head and tail").digest()
        return Sealed(len(raw).to_bytes(_LENGTH, "big") + digest)

    def closed(self, generation: Generation) -> Generation:
        """Return a generation as the store may have it."""
        head, tail = generation.head, generation.tail
        if isinstance(head, Sealed) and isinstance(tail, Sealed):
            return generation
        return replace(
            generation,
            head=head if isinstance(head, Sealed) else self.of(head),
            tail=tail if isinstance(tail, Sealed) else self.of(tail, head),
        )

    def opened(self, generation: Generation, read: Read, with_tail: bool = True) -> Generation:
        """Return a generation with the raw head and tail that a file holds; what the file does not hold stays sealed."""
        if isinstance(generation.head, Sealed):
            head = read(0, generation.head.length)
            if self.of(head) != generation.head:
                return generation
            generation = replace(generation, head=head)
        if with_tail and isinstance(generation.tail, Sealed):
            tail = read(tail_start(generation), generation.tail.length)
            if self.of(tail, generation.head) == generation.tail:
                generation = replace(generation, tail=tail)
        return generation


def from_store(generation: Generation) -> Generation:
    """Return a generation of the store, its head and tail known to be sealed."""
    if isinstance(generation.head, Sealed) and isinstance(generation.tail, Sealed):
        return generation
    return replace(generation, head=Sealed(generation.head), tail=Sealed(generation.tail))
