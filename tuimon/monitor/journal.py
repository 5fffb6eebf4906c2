"""The file of the alert journal: lines are only ever appended, and are on the disk before anybody relies on them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tuimon.alerts import Entry, decoded

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
_STEP = 65_536


class JournalFile:
    """Used by whoever holds the store of the same directory, and by nobody else."""

    def __init__(self, path: Path) -> None:
        """Look for the newest line. Nothing is written before the first one; a file that cannot be read holds nothing."""
        self.path = path
        self.problem = ""
        """Why the last lines could not be written, empty when they were."""
        try:
            self.last = _last_number(path)
        except FileNotFoundError:
            self.last = 0
        except OSError as error:
            self.last, self.problem = 0, error.strerror or str(error)

    def after(self, seq: int) -> Iterator[Entry]:
        """Yield the entries that are newer than `seq`, oldest first; a line that is none is passed over."""
        if seq >= self.last:
            return
        with self.path.open("rb") as file:
            for line in file:
                entry = decoded(line)
                if entry is not None and entry.seq > seq:
                    yield entry

    def append(self, lines: Sequence[tuple[int, str]]) -> None:
        """Append numbered lines, those that are there already left out; what cannot be written is `problem`, and to be tried again."""
        fresh = [(number, line) for number, line in lines if number > self.last]
        if not fresh:
            return
        try:
            _append(self.path, "".join(f"{line}\n" for _, line in fresh).encode())
        except OSError as error:
            self.problem = error.strerror or str(error)
            return
        self.last, self.problem = fresh[-1][0], ""


def _append(path: Path, data: bytes) -> None:
    """Write all of it and have it on the disk, or cut the file back to what it was."""
    fresh = not path.exists()
    handle = os.open(path, _FLAGS, 0o600)
    try:
        before = _end_of_lines(handle)
        os.ftruncate(handle, before)
        try:
            written = 0
            while written < len(data):
                written += os.write(handle, data[written:])
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, before)
            raise
    finally:
        os.close(handle)
    if fresh:
        _sync_directory(path.parent)


def _end_of_lines(handle: int) -> int:
    """Return where the last whole line ends: a line that was cut by a crash was never relied on."""
    end = os.fstat(handle).st_size
    while end > 0:
        begin = max(0, end - _STEP)
        found = os.pread(handle, end - begin, begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        end = begin
    return 0


def _last_number(path: Path) -> int:
    """Return the number of the newest line that is an entry."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        end, tail = _end_of_lines(handle), b""
        while end > 0:
            begin = max(0, end - _STEP)
            tail = os.pread(handle, end - begin, begin) + tail
            lines = tail.split(b"\n")
            # The first one may begin further up.
            whole = lines if begin == 0 else lines[1:]
            found = next((entry.seq for line in reversed(whole) if (entry := decoded(line)) is not None), None)
            if found is not None:
                return found
            end, tail = begin, lines[0]
    finally:
        os.close(handle)
    return 0


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
