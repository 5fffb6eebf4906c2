"""Where a buffer may be cut: after its last whole record, and before a line that is too long to keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tuimon.sources.format import Format

HEAD = 1024
TAIL = 64
PIECE = 1 << 20
NEWLINE = 10


def cut(buffer: bytes, begin: int, form: Format, max_line: int, most_lines: int, final: bool) -> tuple[int, bool]:
    """Return (end, overlong) for the records that start at `begin`.

    `end` is the index after the last whole record within `most_lines` lines (a record that has more is still taken whole), `begin` when
    there is none. `overlong` is True when nothing can be taken because the first line, or the record that it opens, has more than
    `max_line` bytes: that line is to be passed over. `final` says that no more bytes will come.
    """
    long = long_line(buffer, begin, max_line)
    stop = len(buffer) if long is None else long
    closing = final and long is None
    limit = after_lines(buffer, begin, stop, most_lines)
    with memoryview(buffer) as view:
        if limit < stop and (taken := form.split(view[begin:limit], False)):
            return begin + taken, False
        end = begin + form.split(view[begin:stop], closing)
    if end > begin:
        return end, False
    if closing and stop > begin:
        return stop, False
    return begin, long is not None or len(buffer) - begin > max_line


def long_line(buffer: bytes, begin: int, limit: int) -> int | None:
    """Return where the first line with more than `limit` bytes before its newline starts, None without one.

    A line that long covers a whole window of half the limit, so only windows without a newline are looked at closely.
    """
    half, size, at = max(limit // 2, 1), len(buffer), begin
    while at < size:
        stop = min(at + half, size)
        if buffer.find(b"\n", at, stop) >= 0:
            at = stop
            continue
        start = max(buffer.rfind(b"\n", begin, at) + 1, begin)
        end = buffer.find(b"\n", stop)
        end = size if end < 0 else end
        if end - start > limit:
            return start
        at = end + 1
    return None


def after_lines(buffer: bytes, begin: int, stop: int, most: int) -> int:
    """Return the index after the `most`-th newline of a range, `stop` when it has fewer."""
    left = most
    for at, ends in _newlines(buffer, begin, stop):
        found = int(np.count_nonzero(ends))
        if found >= left:
            return at + int(np.flatnonzero(ends)[left - 1]) + 1
        left -= found
    return stop


def _newlines(buffer: bytes, begin: int, stop: int) -> Iterator[tuple[int, npt.NDArray[np.bool_]]]:
    """Yield pieces of a range: where each begins, and which of its bytes are newlines. Counted so, other threads go on meanwhile."""
    for at in range(begin, stop, PIECE):
        yield at, np.frombuffer(buffer, np.uint8, min(PIECE, stop - at), at) == NEWLINE


def header_end(buffer: bytes, begin: int, end: int, form: Format) -> int:
    """Return the index after the first record: the shortest run of lines that the format takes as whole."""
    with memoryview(buffer) as view:
        at = begin
        while (found := buffer.find(b"\n", at, end)) >= 0:
            at = found + 1
            if form.split(view[begin:at], False) == at - begin:
                return at
    return end


def count_lines(buffer: bytes, begin: int, end: int, form: Format) -> int:
    """Return how many lines a run of whole records has; an unterminated last line is one."""
    if form.count is not None:
        with memoryview(buffer) as view:
            return form.count(view[begin:end])
    return sum(int(np.count_nonzero(ends)) for _, ends in _newlines(buffer, begin, end)) + (buffer[end - 1] != NEWLINE)


@dataclass
class Skip:
    """A line too long to keep, or a run of NUL bytes, looked through piece by piece in bounded memory."""

    start: int
    zeros: bool
    """True for the NULs that a truncation under a writer leaves before its next line."""
    at: int = -1
    head: bytearray = field(default_factory=bytearray)
    tail: bytes = b""

    def step(self, read: Callable[[int, int], bytes], data_after: Callable[[int], int], size: int, budget: int) -> int | None:
        """Return the position after the skipped bytes, or None when `size` or the budget was reached first."""
        self.at = max(self.at, self.start)
        stop = min(self.at + budget, size)
        while self.at < size:
            self._take_hole(data_after(self.at))
            if self.at >= size or self.at >= stop:
                break
            piece = read(self.at, min(PIECE, size - self.at))
            end = self._end_in(piece)
            self._take(piece[:end])
            if end < len(piece) or (end and not self.zeros and piece[end - 1] == NEWLINE):
                return self.at
            if not piece:
                break
        return None

    def _end_in(self, piece: bytes) -> int:
        if self.zeros:
            return len(piece) - len(piece.lstrip(b"\0"))
        found = piece.find(b"\n")
        return len(piece) if found < 0 else found + 1

    def _take(self, piece: bytes) -> None:
        self.head += piece[: HEAD - len(self.head)]
        self.tail = (self.tail + piece[-TAIL:])[-TAIL:]
        self.at += len(piece)

    def _take_hole(self, data: int) -> None:
        """A hole holds no newline: its NULs count without being read."""
        if (length := data - self.at) > 0:
            self.head += bytes(min(length, HEAD - len(self.head)))
            self.tail = (self.tail + bytes(min(length, TAIL)))[-TAIL:]
            self.at = data
