"""A tailer with a store of a few lines: commits are kept, restarts begin from what was committed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tuimon.config.settings import Source
from tuimon.sources import Format, Tailer
from tuimon.values.chunk import Books, Chunk, Container, Generation


def split_lines(view: memoryview, final: bool) -> int:
    """Records end at a newline."""
    return len(view) if final else bytes(view).rfind(b"\n") + 1


def split_quoted(view: memoryview, final: bool) -> int:
    """Records end at a newline outside of double quotes."""
    end, quoted = 0, False
    for index, byte in enumerate(bytes(view)):
        quoted ^= byte == 34
        if byte == 10 and not quoted:
            end = index + 1
    return len(view) if final else end


def count_groups(descriptor: int) -> int | None:
    """A stand-in for Parquet: `PAR1`, one byte a row group, `PAR1`."""
    data = os.pread(descriptor, 1 << 20, 0)
    return len(data) - 8 if len(data) >= 8 and data.startswith(b"PAR1") and data.endswith(b"PAR1") else None


FORMATS: dict[Container, Format] = {
    "jsonl": Format("jsonl", split_lines),
    "csv": Format("csv", split_quoted, header=True),
    "parquet": Format("parquet", lambda _view, _final: 0, units=count_groups),
}


def sniff(first: bytes, name: bytes) -> Container | None:
    """By name, except Parquet; nothing for empty files, NULs and names that say `other`."""
    if first.startswith(b"PAR1"):
        return "parquet"
    if not first or first.startswith(b"\0") or b"other" in name:
        return None
    return "csv" if b".csv" in name else "jsonl"


SECRET = b"a key for tests"


class Harness:
    """Writes files, runs a tailer on them, and plays the store."""

    def __init__(self, root: Path, pattern: str = "*", detect: bool = False, chunk_bytes: int = 256, max_line: int = 100) -> None:
        root.mkdir(exist_ok=True)
        self.root = root
        self.pattern, self.detect = pattern, detect
        self.chunk_bytes, self.max_line, self.max_held = chunk_bytes, max_line, 128
        self.now = 2_000_000_000.0
        self.store: dict[int, Generation] = {}
        self.formats = FORMATS
        self.secret = SECRET
        self.exclude: tuple[str, ...] = ()
        self.chunks: list[Chunk] = []
        self.tailer = self._start()

    def _start(self) -> Tailer:
        source = Source("app", (f"{self.root}/{self.pattern}",), detect=self.detect)
        return Tailer(
            [source],
            tuple(self.store.values()),
            self.formats,
            sniff,
            exclude=self.exclude,
            next_number=max(self.store, default=0) + 1,
            secret=self.secret,
            clock=lambda: self.now,
            max_line=self.max_line,
            chunk_bytes=self.chunk_bytes,
            chunk_rows=4,
            max_held=self.max_held,
        )

    def write(self, name: str, data: bytes) -> Path:
        """Append to a file; its time is the injected clock's."""
        path = self.root / name
        with path.open("ab") as file:
            file.write(data)
        os.utime(path, (self.now, self.now))
        return path

    def hold(self, most: int) -> None:
        """Go on in a new process that holds at most so many descriptors."""
        self.max_held = most
        self.restart()

    def restart(self) -> None:
        """A new process: only what was committed is known."""
        self.tailer.close()
        self.tailer = self._start()

    def scan(self) -> None:
        """Two seconds pass, the directory is listed, news are saved."""
        self.now += 2
        self.tailer.scan()
        self.save()

    def save(self) -> None:
        """Save what changed without a chunk, as the store does: its books are its own."""
        for generation in self.tailer.changed():
            held = self.store.get(generation.number)
            books = held.books if held else Books()
            self.store[generation.number] = replace(generation, books=books)

    def commit(self, chunk: Chunk) -> None:
        """Commit a chunk and its counts of lines."""
        lines = len(lines_of(chunk)) + len(chunk.overlong)
        held = self.store.get(chunk.generation.number)
        books = (held.books if held else Books()) + Books(lines=lines, record_lines=lines)
        self.store[chunk.generation.number] = replace(chunk.generation, books=books)
        self.chunks.append(chunk)
        self.tailer.committed(self.store[chunk.generation.number])

    def commit_one(self) -> None:
        """Read and commit one chunk."""
        chunk = self.tailer.next_chunk()
        assert chunk
        self.commit(chunk)

    def all_lines(self) -> list[bytes]:
        """Return every committed line."""
        return [line for chunk in self.chunks for line in lines_of(chunk)]

    def drain(self, stop: Callable[[], bool] = lambda: False) -> list[bytes]:
        """Read and commit everything that can be read; return the lines."""
        lines: list[bytes] = []
        while not stop() and (chunk := self.tailer.next_chunk()):
            self.commit(chunk)
            lines += lines_of(chunk)
        self.save()
        return lines

    def poll(self) -> list[bytes]:
        """Scan and drain."""
        self.scan()
        return self.drain()

    def rest(self) -> list[bytes]:
        """Two scans without a change, as an archive that was incomplete needs."""
        return self.poll() + self.poll()

    def wait(self, seconds: float = 120.0) -> list[bytes]:
        """Time passes, nobody writes; then scan and drain twice, so that what is over can end."""
        self.now += seconds
        lines = self.poll()
        self.now += seconds
        return lines + self.poll()

    def note(self, name: str) -> str:
        """Return the note on a listed file."""
        return next(state.note for state in self.tailer.files() if state.path == os.fsencode(self.root / name))

    @property
    def gaps(self) -> int:
        """Bytes that the store knows to be lost."""
        return sum(generation.gap for generation in self.store.values())


def lines_of(chunk: Chunk) -> list[bytes]:
    """The chunk's lines without their newlines."""
    data = bytes(chunk.data)
    lines = data.split(b"\n")
    return lines[:-1] if data.endswith(b"\n") or not data else lines


def rows(*numbers: int) -> bytes:
    """Unique lines of about 30 bytes."""
    return b"".join(b'{"row": %d, "pad": "abcdefgh"}\n' % number for number in numbers)


def numbers(lines: list[bytes]) -> list[int]:
    return [int(line.split(b",")[0].split(b":")[1]) for line in lines]
