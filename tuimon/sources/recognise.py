"""What a listed file that nobody claims is: a known generation in a new place, a copy, a new generation, or none of ours."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from tuimon.sources.archive import Compression, Survey, begins_archive, compression_of, survey
from tuimon.sources.cutting import HEAD
from tuimon.sources.format import Format, Sniff
from tuimon.sources.identity import Index, same_start
from tuimon.sources.matching import (
    Opened,
    agrees_at_ends,
    continued_by,
    enough,
    make_sure,
    plain_size,
    prolonged_by,
    repeated_by,
    same_file,
)
from tuimon.sources.opening import after_zeros
from tuimon.sources.sealing import length_of, tail_start
from tuimon.sources.track import Track
from tuimon.values.chunk import Container
from tuimon.values.text import safe_text

YOUNG = 1.0
"""Seconds during which a file that begins like a known one may be a copy in progress."""


@dataclass(frozen=True)
class Known:
    """A known generation is here now."""

    track: Track
    total: int = -1
    compression: Compression = ""
    grown: bool = False
    """A copy of it, at rest, that somebody writes to: it is the live file, whichever was met first."""


@dataclass(frozen=True)
class New:
    """A generation that nobody has seen before."""

    container: Container
    head: bytes
    """Its first bytes, so that it can be recognised before anything of it is consumed."""
    tail: bytes = b""
    total: int = -1
    compression: Compression = ""


@dataclass(frozen=True)
class Aside:
    """Not read, and why."""

    note: str
    waiting: bool = False
    """It may turn out to be a known generation: look again in the next scan, and declare nothing lost before."""
    copy_of: int | None = None
    """The followed generation that it repeats: look again when that one's own file is gone."""


@dataclass(frozen=True)
class Unverified:
    """An archive whose end must be verified first."""


Verdict = Known | New | Aside | Unverified
FOREIGN = Aside("not recognised as a log of predictions")
_INCOMPLETE = Aside("not complete yet, or damaged: it is read once it changes")


class Recogniser:
    """Judges opened files against an index of the known generations."""

    def __init__(self, formats: Mapping[Container, Format], sniff: Sniff) -> None:
        self._formats = formats
        self._sniff = sniff

    def file(self, opened: Opened, index: Index, now: float, copy_of: int | None = None) -> Verdict:
        """Return what an opened file is; archives are only announced. `copy_of` is the generation that it was a copy of before."""
        for track in index.of_inode(opened.inode):
            if not track.reachable and track.now.head and same_file(track, opened, self._formats):
                return Known(track, track.total, track.now.compression)
        if compression_of(opened.first):
            return Unverified()
        if begins_archive(opened.first):
            return Aside("the archive is incomplete: it is read once its end is there")
        container = self._container(opened, index)
        if container is None:
            return FOREIGN if opened.first else Aside("empty")
        units = self._formats[container].units
        if units is None:
            return self._text(opened, container, index, now, copy_of)
        total = units(opened.descriptor)
        return _INCOMPLETE if total is None else self._parquet(opened, container, total, index)

    def _container(self, opened: Opened, index: Index) -> Container | None:
        """What the content looks like. A file truncated under its writer begins with NULs: what follows them counts."""
        first = opened.first
        if first.startswith(b"\0"):
            first = after_zeros(opened.descriptor, opened.size)
        return self._sniff(first, os.path.basename(opened.entry.path)) or self._inherited(opened, index)

    def _inherited(self, opened: Opened, index: Index) -> Container | None:
        """While nothing follows the NULs, the file still is what it was under its inode number."""
        if not opened.first.startswith(b"\0"):
            return None
        tracks = [track for track in index.of_inode(opened.inode) if not track.whole]
        return tracks[-1].now.container if tracks else None

    def _parquet(self, opened: Opened, container: Container, total: int, index: Index) -> Verdict:
        last = opened.read(max(opened.size - 64, 0), 64)
        for track in index.like(opened.first, opened.entry.path):
            track.recover(opened.read)
            known = track.now
            same = known.container == container and known.size == opened.size and bool(known.head) and known.tail == last
            if same and same_start(opened.read, known):
                return _copy(track) if track.reachable else Known(track, total)
        return New(container, opened.first[:HEAD], last, total)

    def _text(self, opened: Opened, container: Container, index: Index, now: float, copy_of: int | None) -> Verdict:
        alike = [track for track in index.like(opened.first, opened.entry.path) if track.now.container == container]
        alike.sort(key=lambda track: -track.now.position)
        if found := next((track for track in alike if continued_by(track, opened)), None):
            return Known(found)
        if found := next((track for track in alike if repeated_by(track, opened)), None):
            return _copy(found)
        if found := next((track for track in alike if track.now.number == copy_of and prolonged_by(track, opened)), None):
            return Known(found, grown=True)
        make_sure(alike)
        young = 0 <= now - opened.status.st_mtime < YOUNG
        if young and opened.size == len(opened.first) and index.may_be_cut_short(opened.first):
            return Aside("may be a copy that is being written", waiting=True)
        return New(container, opened.first[:HEAD])

    def archive(self, opened: Opened, index: Index) -> Verdict:
        """Return what an archive is after one full pass over it; raises ArchiveError unless its whole stream is sound."""
        compression = compression_of(opened.first)
        tracks: list[Track] = []

        def wanted(first: bytes) -> list[tuple[int, int]]:
            tracks.extend(index.like(first, opened.entry.path))
            return [span for track in tracks for span in (_tail_span(track), _end_span(track))]

        content = survey(opened.descriptor, compression, wanted)
        container = self._sniff(content.text, os.path.basename(opened.entry.path))
        if container is None or self._formats[container].units is not None:
            return FOREIGN
        for track in sorted(tracks, key=lambda track: -track.now.position):
            track.recover(content.span)
            if track.reachable and _archived(content, track):
                longer = not track.whole and content.size > plain_size(track) and _holds(content, track)
                return Known(track, content.size, compression) if longer else _copy(track)
            if not track.reachable and _holds(content, track) and enough(track, opened.entry.path, content.size):
                return Known(track, content.size, compression)
        make_sure(tracks)
        return New(container, content.first[:HEAD], total=content.size, compression=compression)


def _tail_span(track: Track) -> tuple[int, int]:
    return tail_start(track.now), length_of(track.now.tail)


def _end_span(track: Track) -> tuple[int, int]:
    """The last bytes of a plain file that can be read now."""
    size = 0 if track.whole else track.signature[0]
    return max(size - 64, 0), min(size, 64)


def _archived(content: Survey, track: Track) -> bool:
    """Whether an archive and a reachable plain file agree as far as the shorter one goes."""
    if track.whole:
        return _holds(content, track)
    start, length = _end_span(track)
    whole = content.size >= start + length
    size, last = (start + length, bytes(content.spans[start, length])) if whole else (content.size, content.last)
    return size > 0 and agrees_at_ends(track, content.first[: min(size, HEAD)], last, size)


def _holds(content: Survey, track: Track) -> bool:
    return bool(track.now.head) and content.first.startswith(track.now.head) and content.spans[_tail_span(track)] == track.now.tail


def _copy(track: Track) -> Aside:
    watched = track.now.number if track.reachable else None
    return Aside(f"copy of {safe_text(os.path.basename(track.now.path))}: counted once", copy_of=watched)
