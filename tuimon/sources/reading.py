"""The next whole records of one generation as a chunk."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tuimon.sources.archive import ArchiveError
from tuimon.sources.cutting import HEAD, TAIL, Skip, count_lines, cut, header_end
from tuimon.sources.format import Format
from tuimon.sources.identity import same_start
from tuimon.sources.opening import next_data, reason
from tuimon.sources.track import Mark, Track
from tuimon.values.chunk import Chunk, Container


@dataclass
class Reader:
    """Reads held generations forward, one chunk at a time."""

    formats: Mapping[Container, Format]
    max_line: int
    chunk_bytes: int
    chunk_lines: int
    chunk_rows: int
    _skips: dict[int, Skip] = field(default_factory=dict)
    _asks: dict[int, int] = field(default_factory=dict)
    """Bytes to ask for of generations whose lines are so short that a chunk holds fewer than `chunk_bytes`."""

    def next(self, track: Track, now: float) -> Chunk | None:
        """Return the next chunk of a held track and move its read position past it; None when there is nothing to take now.

        A track whose content is not what was consumed becomes `suspect`; one that cannot be read gets a note.
        """
        try:
            track.see(os.fstat(track.descriptor), now)
            if track.whole and track.signature[:2] != (track.now.size, track.now.modified):
                track.suspect = True
                return None
            return self._rows(track) if track.now.container == "parquet" else self._text(track, now)
        except (OSError, ArchiveError) as error:
            track.note = reason(error) if isinstance(error, OSError) else str(error)
            track.readable = False
            track.stall(track.final(now))
            return None

    def forget(self) -> None:
        """Drop what is known about lines that are being passed over."""
        self._skips.clear()
        self._asks.clear()

    def _rows(self, track: Track) -> Chunk | None:
        start, end = track.now.position, min(track.now.position + self.chunk_rows, track.total)
        mark = Mark(end, track.now.head, track.now.tail, b"", end + 1)
        return self._emit(track, mark, b"", start + 1, descriptor=track.descriptor)

    def _text(self, track: Track, now: float) -> Chunk | None:
        size = track.total if track.now.compression else track.signature[0]
        skip = self._skips.get(track.now.number)
        if track.now.compression and skip is not None and skip.start == track.now.position:
            # Going back to where the long line began would inflate the archive from its beginning at each step.
            chunk, looked = self._pass_over(track, size, track.final(now), skip.zeros), skip.at
        else:
            chunk, looked = self._records(track, size, now)
        if chunk is None and not track.suspect:
            skip = self._skips.get(track.now.number)
            if (skip.at if skip else looked) >= size:
                track.stall(track.final(now))
        return chunk

    def _records(self, track: Track, size: int, now: float) -> tuple[Chunk | None, int]:
        """Return the next chunk, and how far was looked for it."""
        position, lead = track.now.position, 0 if track.now.compression else len(track.now.tail)
        want = min(max(self._asks.get(track.now.number, self.chunk_bytes), self.max_line + 1), max(size - position, 0))
        buffer = track.read(position - lead, lead + want)
        if not track.now.compression:
            if size < position or buffer[:lead] != track.now.tail or not same_start(track.read, track.now):
                track.suspect = True
                return None, position
            track.trust()
        looked = position + len(buffer) - lead
        return self._take(track, buffer, lead, track.final(now) and looked >= size, size), looked

    def _take(self, track: Track, buffer: bytes, lead: int, final: bool, size: int) -> Chunk | None:
        if len(buffer) == lead:
            return None
        if track.now.position == 0 and buffer[0] == 0:
            return self._pass_over(track, size, final, zeros=True)
        form = self.formats[track.now.container]
        end, overlong = cut(buffer, lead, form, self.max_line, self.chunk_lines, final)
        if overlong:
            return self._pass_over(track, size, final, zeros=False)
        if end == lead:
            return None
        head, header = _consumed_head(track), track.now.header
        if len(head) < HEAD:
            head += buffer[lead : min(end, lead + HEAD - len(head))]
        if form.header and not track.now.position:
            header = buffer[lead : header_end(buffer, lead, end, form)]
        tail = (track.now.tail + buffer[max(end - TAIL, lead) : end])[-TAIL:]
        lines = count_lines(buffer, lead, end, form)
        self._ask(track.now.number, end - lead, lines)
        line = track.line + lines
        mark = Mark(track.now.position + end - lead, head, tail, header, line)
        return self._emit(track, mark, memoryview(buffer)[lead:end], track.line)

    def _ask(self, number: int, size: int, lines: int) -> None:
        """Ask next for about as much as a chunk of this many lines will hold, so that no byte is read often."""
        if lines >= self.chunk_lines:
            self._asks[number] = min(2 * size, self.chunk_bytes)
        else:
            self._asks.pop(number, None)

    def _pass_over(self, track: Track, size: int, final: bool, zeros: bool) -> Chunk | None:
        """An overlong line is a chunk of its own: no data, one entry in `overlong`."""
        number, start, budget = track.now.number, track.now.position, max(self.chunk_bytes, self.max_line + 1)
        skip = self._skips.get(number)
        if skip is None or (skip.start, skip.zeros) != (start, zeros):
            skip = self._skips[number] = Skip(start, zeros)

        def data_after(offset: int) -> int:
            return offset if track.now.compression else next_data(track.descriptor, offset, size)

        end = skip.step(track.read, data_after, size, budget)
        if end is None and not (final and skip.at >= size):
            return None
        end = skip.at
        del self._skips[number]
        head = (_consumed_head(track) + skip.head)[:HEAD]
        mark = Mark(end, head, (track.now.tail + skip.tail)[-TAIL:], track.now.header, track.line + 1)
        return self._emit(track, mark, b"", track.line, overlong=((start, end - start),))

    def _emit(
        self,
        track: Track,
        mark: Mark,
        data: bytes | memoryview,
        first_line: int,
        descriptor: int = -1,
        overlong: tuple[tuple[int, int], ...] = (),
    ) -> Chunk:
        start = track.now.position
        track.advance(mark)
        track.stalled = None
        if track.whole and mark.position >= track.total:
            track.now = replace(track.now, life="finished")
        elif not track.whole and mark.position == track.signature[0]:
            track.stall(final=False)
        return Chunk(track.closed(), start, mark.position, first_line, data, descriptor, overlong)


def _consumed_head(track: Track) -> bytes:
    """The head as far as it was consumed: before the first chunk it only is what the file began with when it was found."""
    return track.now.head if track.now.position else b""
