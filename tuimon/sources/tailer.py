"""The tailer: from globs to chunks of whole records, each exactly once in the order in which its file was written."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from tuimon.config.settings import Source
from tuimon.sources.format import Format, Sniff
from tuimon.sources.held import Held
from tuimon.sources.opening import inode, open_regular, reason
from tuimon.sources.overview import FileState, Overview
from tuimon.sources.reading import Reader
from tuimon.sources.recognise import FOREIGN
from tuimon.sources.roster import Other, Roster
from tuimon.sources.sealing import Seal, bare
from tuimon.sources.track import Track
from tuimon.sources.turns import Item, Turns
from tuimon.sources.walk import Entry, Listing, compile_globs, list_files
from tuimon.values.chunk import Chunk, Container, Generation
from tuimon.values.text import safe_text

SHARE = 0.01
"""The share of time that listing may take."""
NAMED = 3
"""Files of one kind that a notice names."""
LOGS = (b".jsonl", b".ndjson", b".csv", b".parquet")
CHUNK = 24 << 20
"""Bytes of a chunk at most: smaller ones decode slower, larger ones only take more memory."""
CHUNK_LINES = 1 << 16
"""Lines of a chunk at most: what a line costs in memory does not depend on its length alone."""
CHUNK_ROWS = 1 << 14
"""Rows of a Parquet chunk at most: they may have any number of columns."""


class Tailer:
    """Follows every file of the sources. Not thread-safe: one thread owns it."""

    def __init__(
        self,
        sources: Sequence[Source],
        known: Iterable[Generation],
        formats: Mapping[Container, Format],
        sniff: Sniff,
        *,
        exclude: Collection[str] = (),
        next_number: int,
        secret: bytes,
        clock: Callable[[], float],
        max_line: int = 1 << 20,
        chunk_bytes: int = CHUNK,
        chunk_lines: int = CHUNK_LINES,
        chunk_rows: int = CHUNK_ROWS,
        max_held: int = 128,
    ) -> None:
        """Begin where the `known` generations were committed; nothing is opened before the first scan.

        `exclude` are absolute real paths that are never read, nor anything below them; `next_number` is the first free generation
        number; `secret` keys the digests that stand for log bytes in every generation that is handed out, and must be the one with which
        the known ones were made; `clock` returns seconds since 1970.
        """
        self._globs = compile_globs(sources)
        self._exclude = tuple(exclude)
        self._clock = clock
        self._held = Held(max_held)
        self._roster = Roster(known, formats, sniff, next_number, self._held, Seal(secret))
        self._overview = Overview(self._roster)
        self._reader = Reader(formats, max_line, chunk_bytes, chunk_lines, chunk_rows)
        self._turns = Turns()
        self._listing = Listing()
        self._scanned: float | None = None
        self._took = 0.0

    def scan(self) -> None:
        """List all globs and find out which generation each file is: the truth that everything else rests on."""
        now = self._clock()
        self._listing = list_files(self._globs, self._exclude)
        self._roster.scan(self._listing, now)
        self._turns.clear()
        self._scanned = now
        self._took = max(self._clock() - now, 0.0)

    def due_for_scan(self, now: float) -> bool:
        """Whether a scan is due: after 100 times what the last one took, 1 s at least, 30 s at most; at once when a file changed oddly."""
        if self._scanned is None or now < self._scanned:
            return True
        wait = min(max(self._took / SHARE, 1.0), 30.0)
        return now - self._scanned >= wait or self._overview.suspicion()

    def look(self) -> bool:
        """Look at the held files; return whether there is something to read."""
        now = self._clock()
        self._see(now)
        return bool(self._roster.archives) or self._overview.suspicion() or bool(self._overview.ready(now))

    def next_chunk(self) -> Chunk | None:
        """Return the next whole records, None when everything on disk is read or waits for its end.

        The read position moves past them; `committed` confirms them, `rollback` forgets them. An archive is read to its end once
        before its first chunk, so the call can take as long as that takes.
        """
        scanned = False
        while True:
            if not self._turns and not self._fill():
                if scanned or not self._overview.suspicion():
                    return None
                self.scan()
                scanned = True
                continue
            if chunk := self._turn():
                return chunk

    def _fill(self) -> bool:
        now = self._clock()
        self._see(now)
        self._turns.fill(self._overview.ready(now), self._roster.archives.values())
        return bool(self._turns)

    def _see(self, now: float) -> None:
        for track in self._held.tracks():
            try:
                track.see(os.fstat(track.descriptor), now)
            except OSError as error:
                track.note = reason(error)

    def _turn(self) -> Chunk | None:
        now, item, chunk = self._clock(), self._turns.first(), None
        keep: Item | None = None
        if isinstance(item, Entry):
            keep = self._roster.verify(item, now)
        elif item.ready(now) and self._open(item):
            chunk = self._reader.next(item, now)
            self._roster.touched.add(item.now.number)
            keep = item if item.ready(now) else None
        self._turns.next(keep)
        return chunk

    def _open(self, track: Track) -> bool:
        """Hold the track's descriptor; a file that is another one by now, or cannot be opened, is left to the next scan."""
        if track.descriptor >= 0:
            self._held.used(track)
            return True
        try:
            descriptor, status = open_regular(track.now.path)
        except OSError as error:
            track.note, track.readable = reason(error), False
            track.stall(track.final(self._clock()))
            return False
        if inode(status) != track.inode:
            os.close(descriptor)
            track.suspect = True
            return False
        self._held.take(track, descriptor)
        return True

    def committed(self, generation: Generation) -> None:
        """The store holds this generation as it is given: call it after the commit of its chunk, in the order of the chunks."""
        self._roster.find(generation.number).commit(generation)
        self._roster.touched.add(generation.number)

    def rollback(self) -> None:
        """Forget everything that was read and not committed; it is read again."""
        for track in self._roster.tracks.values():
            track.rollback()
        self._roster.reconsider()
        self._reader.forget()
        self._turns.clear()
        self._scanned = None

    def refuse(self, number: int) -> None:
        """Leave a generation aside whose lines cannot be used, nothing of it committed; it is read again when it changes."""
        track = self._roster.find(number)
        track.rollback()
        track.stall(track.final(self._clock()))

    def changed(self) -> tuple[Generation, ...]:
        """Return generations whose path, inode, size, life or gap the store does not know yet, and take it that they are saved.

        Their positions are the committed ones; `books` and `newest` are those of the last commit and are not to be stored. A
        generation with chunks in flight waits until these are committed or rolled back.
        """
        self._roster.settle(self._clock())
        tracks = [self._roster.find(number) for number in sorted(self._roster.touched)]
        self._roster.touched = {track.now.number for track in tracks if track.flight}
        news = [track for track in tracks if not track.flight and (track.saved is None or _outside(track.saved) != _outside(track.now))]
        known = tuple(track.closed() for track in news)
        for track, generation in zip(news, known, strict=True):
            track.saved = bare(generation)
            track.rest()
        return known

    def lag_bytes(self) -> int:
        """Return the bytes on disk that are not committed."""
        return self._overview.lag_bytes()

    @property
    def followed(self) -> int:
        """Return how many generations `files` lists."""
        return len(self._roster.tracks)

    def files(self) -> tuple[FileState, ...]:
        """Return every listed file by path, and those that are read to their end although they are gone."""
        return self._overview.files()

    def notices(self) -> tuple[str, ...]:
        """Return standing facts about the sources, one safe sentence each."""
        listing, found = self._listing, []
        for directory, error in listing.broken.items():
            found.append(f"{safe_text(directory)} cannot be looked at ({reason(error)}): what is there is left as it was.")
        if listing.exposed:
            more = f" and to {len(listing.exposed) - 1} more" if len(listing.exposed) > 1 else ""
            found.append(f"Every user may write to {safe_text(min(listing.exposed))}{more}: whoever does may add lines of their own.")
        if listing.links:
            found.append(f"{len(listing.links)} symbolic links are not followed, such as {safe_text(min(listing.links))}.")
        unsound = sorted((path, other.why.note) for path, other in self._roster.others.items() if other.unsound)
        found += _some([f"{safe_text(path)} is not read: {note}." for path, note in unsound], "archives are not read")
        if foreign := [path for path, other in self._roster.others.items() if _missed(path, other)]:
            many = f"{len(foreign)} files are" if len(foreign) > 1 else "One file is"
            found.append(f"{many} {FOREIGN.note}: {safe_text(min(foreign))}.")
        unreadable = [f"{safe_text(state.path)} cannot be read: {state.note}." for state in self.files() if not state.readable]
        return (*found, *_some(unreadable, "files cannot be read"))

    def close(self) -> None:
        """Let all descriptors go."""
        for track in self._roster.tracks.values():
            track.detach()


def _some(sentences: list[str], what: str) -> list[str]:
    """The first sentences, and how many more there are."""
    return [*sentences[:NAMED], *([f"{len(sentences) - NAMED} more {what}."] if len(sentences) > NAMED else [])]


def _missed(path: bytes, other: Other) -> bool:
    """Whether a file that is passed over was meant to be read: it was asked for, or its name says that it is a log."""
    asked = not other.entry.source.detect or any(end in os.path.basename(path) for end in LOGS)
    return other.why is FOREIGN and asked and other.signature[0] > 0


def _outside(generation: Generation) -> tuple[object, ...]:
    """What the store should know although no chunk carries it."""
    return (
        generation.path,
        generation.device,
        generation.inode,
        generation.compression,
        generation.size,
        generation.gap,
        generation.life,
    )
