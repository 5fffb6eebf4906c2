"""Whether an opened file continues, repeats or cuts short the content of a known generation."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from tuimon.sources.archive import ArchiveError, Inflated, compression_of
from tuimon.sources.cutting import HEAD
from tuimon.sources.format import Format
from tuimon.sources.identity import EVIDENCE, alike, same_content, same_start
from tuimon.sources.names import name_of
from tuimon.sources.opening import Inode, inode, open_regular, read_at
from tuimon.sources.sealing import Read
from tuimon.sources.track import Track
from tuimon.sources.walk import Entry
from tuimon.values import Container


@dataclass(frozen=True)
class Opened:
    """A listed file behind a descriptor."""

    entry: Entry
    descriptor: int
    status: os.stat_result
    first: bytes
    """Its first bytes as they are on disk."""

    @property
    def size(self) -> int:
        return self.status.st_size

    @property
    def inode(self) -> Inode:
        return inode(self.status)

    def read(self, at: int, count: int) -> bytes:
        """Return bytes of the file as they are on disk."""
        return read_at(self.descriptor, at, count)


def same_file(track: Track, opened: Opened, formats: Mapping[Container, Format]) -> bool:
    """Whether a file under the track's inode number is what was consumed; sets the track's `total` for whole files."""
    form = formats[track.now.container]
    if not track.whole:
        track.recover(opened.read)
        known = track.now
        return same_content(opened.read, opened.size, known) and (bool(known.head) or not compression_of(opened.read(0, 4)))
    if (opened.size, opened.status.st_mtime_ns) != (track.now.size, track.now.modified):
        return False
    if form.units is not None:
        track.recover(opened.read)
        track.total = form.units(opened.descriptor) or -1
        return track.total >= track.now.position and same_start(opened.read, track.now)
    return _same_archive(track, opened)


def _same_archive(track: Track, opened: Opened) -> bool:
    """Whether an archive that was verified before begins as it did; its end is as it was, and is not inflated for a look at it."""
    if track.total < 0 and track.now.life == "finished":
        track.total = track.now.position
    read = Inflated(opened.descriptor, track.now.compression).read
    try:
        track.recover(read, with_tail=False)
        return track.total >= 0 and same_start(read, track.now)
    except ArchiveError:
        return False


def holds_content(track: Track) -> bool:
    """Whether the held descriptor still leads to what was consumed: a file may be truncated and then removed."""
    if track.descriptor < 0:
        return False
    try:
        status = os.fstat(track.descriptor)
        if track.whole:
            return (status.st_size, status.st_mtime_ns) == (track.now.size, track.now.modified)
        return same_content(track.read, status.st_size, track.now)
    except OSError:
        return True


def continued_by(track: Track, opened: Opened) -> bool:
    """Whether a plain file under another inode is where this generation's content goes on."""
    if track.placed or not track.now.head:
        return False
    track.recover(opened.read)
    if not same_content(opened.read, opened.size, track.now):
        return False
    if not enough(track, opened.entry.path, opened.size):
        return False
    if track.descriptor < 0:
        return True
    held = os.fstat(track.descriptor).st_size
    return opened.size > held and not track.now.compression and alike(opened.read, track.read, held)


def enough(track: Track, path: bytes, size: int) -> bool:
    """Whether the head is evidence at all.

    Few bytes agree easily: then the name must agree too, and either the content has just lost its place or all of it is equal.
    """
    if len(track.now.head) >= EVIDENCE:
        return True
    return track.name.group == name_of(path).group and ((not track.placed and not track.ended) or size == track.now.position)


def repeated_by(track: Track, opened: Opened) -> bool:
    """Whether the file is a copy, perhaps a shorter one, of content that is or was counted elsewhere."""
    size, known = opened.size, track.now
    if track.whole:
        return False
    if track.reachable:
        related = size >= EVIDENCE or track.name.group == name_of(opened.entry.path).group
        return related and 0 < size <= track.signature[0] and agrees(track, opened.read, size)
    compared = min(len(known.head), size)
    all_that_can_be = len(known.head) == HEAD or size <= len(known.head)
    elsewhere = opened.entry.path != known.path and opened.inode != track.inode
    return elsewhere and all_that_can_be and compared - len(known.header) >= EVIDENCE and size < known.position


@contextmanager
def reading(track: Track) -> Iterator[Read]:
    """Read a reachable plain generation where it is now, held or not; raises OSError."""
    if track.descriptor >= 0:
        yield track.read
        return
    descriptor = open_regular(track.now.path)
    try:
        yield lambda at, count: read_at(descriptor, at, count)
    finally:
        os.close(descriptor)


def agrees(track: Track, read: Read, size: int) -> bool:
    """Whether a reachable plain generation has the same first `size` bytes, wherever they are looked at."""
    try:
        with reading(track) as original:
            return alike(read, original, size)
    except OSError:
        return False


def agrees_at_ends(track: Track, first: bytes, last: bytes, size: int) -> bool:
    """Whether a reachable plain generation begins with `first` and has `last` as the end of its first `size` bytes."""
    try:
        with reading(track) as original:
            return original(0, len(first)) == first and original(size - len(last), len(last)) == last
    except OSError:
        return False
