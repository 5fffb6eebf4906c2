"""Compressed files as bytes at decompressed positions; nothing counts before the end of the stream is verified."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol

import pyarrow as pa

from tuimon.sources.opening import read_at

Compression = Literal["", "gzip", "zstd"]
PIECE = 1 << 20
FIRST = 1 << 16
_MAGIC: tuple[tuple[bytes, Compression], ...] = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"))


class ArchiveError(Exception):
    """The archive is incomplete or damaged; the text says which, in a few words."""


class Pieces(Protocol):
    """A stream of decompressed bytes."""

    def next(self) -> bytes:
        """Return the next bytes, at most PIECE; empty at the verified end; raises ArchiveError."""


def compression_of(first: bytes) -> Compression:
    """Return the compression that the first bytes of a file announce."""
    return next((name for magic, name in _MAGIC if first.startswith(magic)), "")


def begins_archive(first: bytes) -> bool:
    """Whether a file is too short to tell, and may become an archive."""
    return bool(first) and any(magic.startswith(first) for magic, _ in _MAGIC)


def pieces_of(descriptor: int, compression: Compression) -> Pieces:
    """Return a fresh stream from the beginning of the file."""
    return GzipPieces(descriptor) if compression == "gzip" else ZstdPieces(descriptor)


class GzipPieces:
    """All members of a gzip file, lengths and checksums checked; zero padding at the end is allowed, other bytes are not."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._offset = 0
        self._input = b""
        self._inflate = zlib.decompressobj(31)
        self._pending = False

    def next(self) -> bytes:
        while True:
            if self._inflate.eof and not self._next_member():
                return b""
            if not self._input and not self._pending and not self._fill():
                raise ArchiveError("the archive is incomplete: it is read once its end is there")
            try:
                output = self._inflate.decompress(self._input, PIECE)
            except zlib.error as error:
                raise ArchiveError("the archive is damaged: its checksum or coding is wrong") from error
            self._pending = len(output) == PIECE
            self._input = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
            if output:
                return output

    def _fill(self) -> bool:
        self._input = read_at(self._descriptor, self._offset, 1 << 18)
        self._offset += len(self._input)
        return bool(self._input)

    def _next_member(self) -> bool:
        self._input = self._input.lstrip(b"\0")
        while not self._input:
            if not self._fill():
                return False
            self._input = self._input.lstrip(b"\0")
        if not self._input.startswith(b"\x1f\x8b"[: len(self._input)]):
            raise ArchiveError("the archive is damaged: other bytes follow its end")
        self._inflate = zlib.decompressobj(31)
        self._pending = False
        return True


class _Raw(io.RawIOBase):
    """The file from its beginning, with an offset of its own although descriptors share theirs."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._offset = 0
        self.failure: OSError | None = None
        """Why a read failed: Arrow reports that as it reports a damaged archive, which is something else."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        try:
            data = read_at(self._descriptor, self._offset, PIECE if size < 0 else size)
        except OSError as error:
            self.failure = error
            raise
        self._offset += len(data)
        return data


class ZstdPieces:
    """All frames of a Zstandard file; the end of each frame, and its checksum where it has one, are checked."""

    def __init__(self, descriptor: int) -> None:
        self._raw = _Raw(descriptor)
        self._stream = pa.CompressedInputStream(pa.PythonFile(self._raw, mode="r"), "zstd")

    def next(self) -> bytes:
        try:
            return bytes(self._stream.read(PIECE))
        except (OSError, pa.ArrowException) as error:
            if self._raw.failure is not None:
                raise self._raw.failure from error
            raise ArchiveError("the archive is incomplete or damaged: it is read once it changes") from error


class Inflated:
    """Reads at decompressed positions; going back starts the stream again from the beginning."""

    def __init__(self, descriptor: int, compression: Compression) -> None:
        self._descriptor = descriptor
        self._compression = compression
        self._rewind()

    def _rewind(self) -> None:
        self._pieces = pieces_of(self._descriptor, self._compression)
        self._buffer = bytearray()
        self._start = 0

    def read(self, at: int, count: int) -> bytes:
        """Return `count` bytes from decompressed position `at`, fewer only at the end; raises ArchiveError and OSError."""
        try:
            return self._read(at, count)
        except (ArchiveError, OSError):
            # Nobody knows where a stream stands that failed.
            self._rewind()
            raise

    def _read(self, at: int, count: int) -> bytes:
        if at < self._start:
            self._rewind()
        while self._start + len(self._buffer) < at + count:
            self._drop(at)
            piece = self._pieces.next()
            if not piece:
                break
            self._buffer += piece
        self._drop(at)
        return bytes(self._buffer[at - self._start : at - self._start + count])

    def _drop(self, at: int) -> None:
        cut = min(at - self._start, len(self._buffer))
        if cut > 0:
            del self._buffer[:cut]
            self._start += cut


@dataclass
class Survey:
    """What one full pass over an archive found."""

    size: int = 0
    """Decompressed bytes."""
    first: bytes = b""
    text: bytes = b""
    """The first bytes after the NULs that the content may begin with."""
    last: bytes = b""
    spans: dict[tuple[int, int], bytearray] = field(default_factory=dict)
    """Bytes at the (offset, length) pairs that were asked for; shorter when the archive ends before."""

    def span(self, at: int, count: int) -> bytes:
        """Return the bytes of a wanted span."""
        return bytes(self.spans[at, count])

    def _take(self, piece: bytes) -> None:
        for (offset, length), found in self.spans.items():
            begin, end = max(offset, self.size), min(offset + length, self.size + len(piece))
            if begin < end:
                found += piece[begin - self.size : end - self.size]
        if len(self.text) < FIRST:
            self.text = (self.text + piece).lstrip(b"\0")[:FIRST]
        self.last = (self.last + piece[-64:])[-64:]
        self.size += len(piece)


def survey(descriptor: int, compression: Compression, wanted: Callable[[bytes], Iterable[tuple[int, int]]]) -> Survey:
    """Return size, first and last bytes and the wanted spans of a complete archive, in bounded memory.

    `wanted` is asked once, with the first 64 KiB, for (offset, length) pairs. Raises ArchiveError unless the whole stream is sound.
    """
    found, pieces = Survey(), pieces_of(descriptor, compression)
    start = bytearray()
    while len(start) < FIRST and (piece := pieces.next()):
        start += piece
    found.first = bytes(start[:FIRST])
    found.spans = {span: bytearray() for span in wanted(found.first)}
    data = bytes(start)
    while data:
        found._take(data)
        data = pieces.next()
    return found
