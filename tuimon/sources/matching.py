"""Whether an opened file continues, repeats or cuts short the content of a known generation."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping
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
from tuimon.values.chunk import Container

UNSURE = "may repeat a file that cannot be read now"


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
    # Whether the descriptor still leads to the content could not be told when the file lost its place, if a call failed then.
    if track.descriptor < 0 or not holds_content(track):
        return True
    held = os.fstat(track.descriptor).st_size
    return opened.size > held and not track.now.compression and alike(opened.read, track.read, held)


def enough(track: Track, path: bytes, size: int) -> bool:
    """Whether the head is evidence at all.

    Few bytes agree easily: then the name must agree too, and either the content has just lost its place or all of it is equal.
    """
    known = track.now
    if max(_telling(known.head), _telling(known.tail)) >= EVIDENCE:
        return True
    return track.name.group == name_of(path).group and ((not track.placed and not track.ended) or size == track.now.position)


def _telling(content: bytes) -> int:
    """How many bytes tell files apart: all files that were truncated under their writer begin with NULs."""
    return len(content.lstrip(b"\0"))


def repeated_by(track: Track, opened: Opened) -> bool:
    """Whether the file is a copy, perhaps a shorter one, of content that is or was counted elsewhere."""
    size, known = opened.size, track.now
    if known.container == "parquet":
        return False
    if known.compression and size == track.total:
        track.recover(opened.read)
        return same_content(opened.read, size, track.now) and enough(track, opened.entry.path, size)
    if track.reachable and not known.compression:
        related = size >= EVIDENCE or track.name.group == name_of(opened.entry.path).group
        return related and 0 < size <= plain_size(track) and agrees(track, opened.read, size)
    compared = _telling(known.head[:size])
    all_that_can_be = len(known.head) == HEAD or size <= len(known.head)
    elsewhere = opened.entry.path != known.path and opened.inode != track.inode
    return elsewhere and all_that_can_be and compared - len(known.header) >= EVIDENCE and size < known.position


def prolonged_by(track: Track, opened: Opened) -> bool:
    """Whether a file has all that a generation has in its place, and more."""
    if not track.placed or track.whole:
        return False
    size = plain_size(track)
    return track.now.position <= size < opened.size and agrees(track, opened.read, size)


@contextmanager
def reading(track: Track) -> Iterator[Read]:
    """Read a reachable plain generation where it is now, held or not; raises OSError, also when that one cannot be opened now."""
    if track.descriptor >= 0:
        yield track.read
        return
    try:
        descriptor, status = open_regular(track.now.path)
    except OSError as error:
        raise OSError(errno.EAGAIN, UNSURE) from error
    try:
        if inode(status) != track.inode:
            raise OSError(errno.EAGAIN, UNSURE)
        yield lambda at, count: read_at(descriptor, at, count)
    finally:
        os.close(descriptor)


def make_sure(tracks: Iterable[Track]) -> None:
    """Raise OSError when a generation that has its place by the listing cannot be read there, or is not there any more.

    A file that begins like it may be where its content went: the next listing will tell.
    """
    for track in tracks:
        if not track.placed or track.whole:
            continue
        with reading(track) as original:
            if not track.readable or not same_content(original, plain_size(track), track.now):
                raise OSError(errno.EAGAIN, UNSURE)


def plain_size(track: Track) -> int:
    """Return how many bytes a reachable plain generation has now; raises OSError."""
    return os.fstat(track.descriptor).st_size if track.descriptor >= 0 else os.lstat(track.now.path).st_size


def agrees(track: Track, read: Read, size: int) -> bool:
    """Whether a reachable plain generation has the same first `size` bytes, wherever they are looked at; raises OSError.

    A generation that cannot be read now is no answer: to take the file for another one would count its lines twice.
    """
    with reading(track) as original:
        return alike(read, original, size)


def agrees_at_ends(track: Track, first: bytes, last: bytes, size: int) -> bool:
    """Whether a reachable plain generation begins with `first` and has `last` as the end of its first `size` bytes; raises OSError."""
    with reading(track) as original:
        return original(0, len(first)) == first and original(size - len(last), len(last)) == last
