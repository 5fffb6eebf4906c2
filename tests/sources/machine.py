"""A writer, its log rotation and a tailer as a state machine; the model is the list of lines that were completed."""

from __future__ import annotations

import errno
import gzip
import os
import shutil
import tempfile
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pyarrow as pa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.sources.faults import CALLS, Call, Faults
from tests.sources.harness import Harness, lines_of
from tuimon.sources.identity import EVIDENCE
from tuimon.sources.overview import Overview
from tuimon.values.chunk import Chunk

ARCHIVES = (".gz", ".zst")
HELD = st.sampled_from([1, 2, 128])
COPY = 1100
"""Bytes from which on a copy is made: what begins with a whole head is recognised whatever became of its original."""


def zstd(data: bytes) -> bytes:
    """One Zstandard frame."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue())


def pack(data: bytes, suffix: str) -> bytes:
    """A whole archive."""
    return gzip.compress(data, mtime=0) if suffix == ".gz" else zstd(data)


def unpack(path: Path) -> bytes:
    """What an archive holds."""
    kind = "gzip" if path.suffix == ".gz" else "zstd"
    with pa.CompressedInputStream(pa.OSFile(os.fspath(path)), kind) as stream:
        return bytes(stream.read())


class Machine(RuleBasedStateMachine):
    """What every machine has: a directory, a tailer, the writes, the scans and the faults."""

    copies = 0

    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.mkdtemp()
        self.box = Harness(Path(self.directory) / "logs", chunk_bytes=300, max_line=250)
        self.live = self.box.root / "app.jsonl"
        self.expected: list[bytes] = []
        self.torn = b""
        self.got: list[bytes] = []
        self.serial = 0
        self.ahead: list[Chunk] = []
        self.faults = Faults()
        self.again: Counter[bytes] = Counter()
        """Lines that were cut back to and may come once more."""

    @initialize(held=HELD)
    def limits(self, held: int) -> None:
        self.box.hold(held)

    @rule(count=st.integers(1, 12), width=st.integers(0, 90))
    def write(self, count: int, width: int) -> None:
        lines = [self.line(width) for _ in range(count)]
        self.box.write("app.jsonl", b"".join(line + b"\n" for line in lines))
        lines[0] = self.torn + lines[0]
        self.torn = b""
        self.expected += lines

    @rule(width=st.integers(0, 40))
    def write_torn(self, width: int) -> None:
        if len(self.torn) < 100:
            part = self.line(width)[:-1]
            self.box.write("app.jsonl", part)
            self.torn += part

    @rule(count=st.integers(1, 5))
    def write_elsewhere(self, count: int) -> None:
        """Another file, for which a descriptor may be needed."""
        lines = [self.line(10) for _ in range(count)]
        self.box.write("side.jsonl", b"".join(line + b"\n" for line in lines))
        self.expected += lines

    @rule()
    def scan(self) -> None:
        with self.system():
            self.box.scan()

    @rule()
    def poll(self) -> None:
        self.scan()
        while self.ahead:
            self._commit(self.ahead.pop(0))
        with self.system():
            self.got += self.box.drain()

    @rule()
    def read_ahead(self) -> None:
        """Two chunks are read before one is committed."""
        with self.system():
            while len(self.ahead) < 2 and (chunk := self.box.tailer.next_chunk()):
                self.ahead.append(chunk)
        if self.ahead:
            self._commit(self.ahead.pop(0))

    @rule()
    def rollback(self) -> None:
        self.ahead.clear()
        self.box.tailer.rollback()

    @rule(saved=st.booleans(), held=HELD)
    def restart(self, saved: bool, held: int) -> None:
        self.ahead.clear()
        if saved:
            self.box.save()
        self.box.hold(held)

    @rule()
    def time_passes(self) -> None:
        self.box.now += 90

    @rule()
    def touch(self) -> None:
        for path in self.box.root.glob("app*"):
            os.utime(path, (self.box.now, self.box.now))

    @rule(
        call=st.sampled_from(CALLS),
        error=st.sampled_from([errno.EIO, errno.ESTALE, errno.EINTR, errno.EMFILE]),
        skip=st.integers(0, 6),
        count=st.integers(1, 4),
    )
    def fault(self, call: Call, error: int, skip: int, count: int) -> None:
        """One of the next calls into the operating system fails.

        Not beside copies: a copy that is read while its longer original cannot be is taken for another file.
        """
        if not self.copies:
            self.faults = Faults(call, error, skip, count, self.faults.most)

    @rule(most=st.sampled_from([1, 7, 64, 1 << 30]))
    def short_reads(self, most: int) -> None:
        self.faults.most = most

    def line(self, width: int) -> bytes:
        """A line that is like no other."""
        self.serial += 1
        return b'{"n": %d, "pad": "%s"}' % (self.serial, b"x" * width)

    def system(self) -> AbstractContextManager[None]:
        """The operating system as the tailer is to see it."""
        return self.faults.applied() if self.faults.count or self.faults.most < 1 << 30 else nullcontext()

    def shift(self) -> None:
        """Rotated files move on by one, the oldest first."""
        numbered = sorted(self.box.root.glob("app.jsonl.*"), key=lambda path: -int(path.name.split(".")[2]))
        for path in numbered:
            parts = path.name.split(".")
            parts[2] = str(int(parts[2]) + 1)
            path.rename(path.with_name(".".join(parts)))

    def finish_line(self) -> None:
        """No torn line is left."""
        if self.torn:
            self.write(1, 3)

    def settle(self) -> None:
        """Everything is read, torn lines are completed, nothing fails."""
        self.faults = Faults()
        self.finish_line()
        self.poll()
        self.poll()

    def telling(self) -> int:
        """How many bytes of the live file tell it from others; the NULs that it may begin with do not."""
        return len(self.live.read_bytes().lstrip(b"\0")) if self.live.exists() else 0

    def oldest(self) -> Path | None:
        """The rotated file that is compressed next; gzip leaves those with a second name alone."""
        plain = [path for path in self.box.root.glob("app.jsonl.*") if path.suffix not in ARCHIVES and path.stat().st_nlink == 1]
        return max(plain, key=lambda path: int(path.suffix[1:]), default=None)

    def _commit(self, chunk: Chunk) -> None:
        self.box.commit(chunk)
        self.got += lines_of(chunk)

    @invariant()
    def never_twice(self) -> None:
        assert not [line for line, count in Counter(self.got).items() if count > 1 + self.again[line]]

    @invariant()
    def books_hold(self) -> None:
        assert all(generation.books.balanced for generation in self.box.store.values())

    @invariant()
    def no_byte_of_a_log_is_kept(self) -> None:
        for generation in self.box.store.values():
            assert len(generation.head) in (0, 18)
            assert b'{"n"' not in generation.head + generation.tail

    @invariant()
    def what_is_shown_is_what_is(self) -> None:
        """The overview follows changes only; one that looks at everything says the same."""
        tailer, roster = self.box.tailer, self.box.tailer._roster
        seen = set(roster.changes)
        fresh = Overview(roster)
        roster.changes.update([*roster.tracks.values(), *roster.ended.values()])
        shown = fresh.files(), fresh.lag_bytes(), fresh.suspicion(), {track.now.number for track in fresh.ready(self.box.now)}
        roster.changes.clear()
        roster.changes.update(seen)
        ready = {track.now.number for track in tailer._overview.ready(self.box.now)}
        assert shown == (tailer.files(), tailer.lag_bytes(), tailer._overview.suspicion(), ready)

    def teardown(self) -> None:
        try:
            self.rollback()
            self.faults = Faults()
            self.finish_line()
            self.box.now += 200
            for _ in range(3):
                self.box.now += 90
                self.poll()
            self.never_twice()
            self.account()
            self.check_order()
            assert self.box.tailer.lag_bytes() == self.left()
        finally:
            self.box.tailer.close()
            shutil.rmtree(self.directory)

    def account(self) -> None:
        """Everything that was written has come, and nothing else."""
        assert sorted(self.got) == sorted(self.expected)

    def left(self) -> int:
        """Bytes that are never read."""
        return 0

    def check_order(self) -> None:
        """Within a file life lines arrive in the order in which they were written."""
        rank = {line: index for index, line in enumerate(self.expected) if not self.again[line]}
        last: dict[int, int] = {}
        for chunk in self.box.chunks:
            for line in lines_of(chunk):
                if line in rank:
                    assert last.get(chunk.generation.number, -1) < rank[line]
                    last[chunk.generation.number] = rank[line]


class Rotating(Machine):
    """Everything that log rotation, archiving and people do to files while no unread byte is destroyed.

    Truncation and deletion only happen here after everything was read.
    """

    links = 0

    @rule()
    def rename_rotate(self) -> None:
        self.finish_line()
        self.rename_rotate_with_a_torn_end()

    @rule()
    def rename_rotate_with_a_torn_end(self) -> None:
        """The rest of the torn line never comes: the line counts once the file is left alone.

        Not under a second name, which may be that of a live file: there it waits.
        """
        if self.links:
            self.finish_line()
        self.shift()
        if self.live.exists():
            self.live.rename(self.box.root / "app.jsonl.1")
        self.expected += [self.torn] if self.torn else []
        self.torn = b""

    @rule(read_between=st.booleans())
    def copytruncate(self, read_between: bool) -> None:
        if self._copy_to_first():
            if read_between:
                self.poll()
            os.truncate(self.live, 0)

    @rule(read_between=st.booleans())
    def copytruncate_under_a_writer_with_its_own_offset(self, read_between: bool) -> None:
        """Its next line comes after as many NULs as it had written bytes."""
        if self._copy_to_first() and (size := self.live.stat().st_size):
            os.truncate(self.live, 0)
            if read_between:
                self.poll()
            line = self.line(20)
            with self.live.open("r+b") as file:
                file.seek(size)
                file.write(line + b"\n")
            os.utime(self.live, (self.box.now, self.box.now))
            self.expected.append(line)

    @rule(share=st.floats(0, 1))
    def slow_copytruncate(self, share: float) -> None:
        """The copy is looked at half-way."""
        if self.live.exists():
            self.finish_line()
            self.shift()
            self._write_slowly("app.jsonl.1", self.live.read_bytes(), share)
            os.truncate(self.live, 0)

    @rule(regrow=st.booleans())
    def truncate(self, regrow: bool) -> None:
        """In place, after everything was read; with `regrow` beyond its old size before anybody looks."""
        if self.live.exists():
            self.settle()
            size = self.live.stat().st_size
            os.truncate(self.live, 0)
            while regrow and self.live.stat().st_size <= size:
                self.write(3, 20)

    @rule(again=st.booleans())
    def delete(self, again: bool) -> None:
        """With `again` the next file may get the inode number of the deleted one."""
        self.settle()
        self.live.unlink(missing_ok=True)
        if again:
            self.write(2, 10)

    @rule()
    def replace_with_more(self) -> None:
        """Atomic save: another inode, the old lines and new ones."""
        if self.telling() >= EVIDENCE and self.live.stat().st_nlink == 1:
            self.finish_line()
            line = self.line(5)
            self.box.write(".tmp", self.live.read_bytes() + line + b"\n")
            (self.box.root / ".tmp").replace(self.live)
            self.expected.append(line)

    @rule(share=st.floats(0, 1), suffix=st.sampled_from(ARCHIVES))
    def slow_compression(self, share: float, suffix: str) -> None:
        """The archive is looked at half-way."""
        if (path := self.oldest()) and not path.with_name(path.name + suffix).exists():
            self._write_slowly(path.name + suffix, pack(path.read_bytes(), suffix), share)
            path.unlink()

    @rule(read_before_unlink=st.booleans(), suffix=st.sampled_from(ARCHIVES))
    def compress_oldest(self, read_before_unlink: bool, suffix: str) -> None:
        if (path := self.oldest()) and not path.with_name(path.name + suffix).exists():
            path.with_name(path.name + suffix).write_bytes(pack(path.read_bytes(), suffix))
            if read_before_unlink:
                self.poll()
            path.unlink()

    @rule(pick=st.integers(0, 3))
    def decompress_beside(self, pick: int) -> None:
        """As `gunzip -k` does: the archive stays."""
        archives = sorted(path for path in self.box.root.iterdir() if path.suffix in ARCHIVES)
        if pick < len(archives) and not (plain := archives[pick].with_suffix("")).exists():
            plain.write_bytes(unpack(archives[pick]))

    @rule()
    def hard_link(self) -> None:
        if self.telling() >= EVIDENCE:
            self.links += 1
            os.link(self.live, self.box.root / f"link-{self.links}.jsonl")

    @rule(first=st.just(False))
    def copy(self, first: bool) -> None:
        """With `first` its name comes before that of its original: met together, it is taken for the original until that one grows."""
        if self.telling() >= COPY:
            self.finish_line()
            self.faults = Faults()
            self.copies += 1
            name = f"{'a' if first else 'z'}-copy-{self.copies}.jsonl"
            self.box.write(name, self.live.read_bytes())

    def _copy_to_first(self) -> bool:
        if not self.live.exists():
            return False
        self.finish_line()
        self.shift()
        shutil.copy(self.live, self.box.root / "app.jsonl.1")
        return True

    def _write_slowly(self, name: str, content: bytes, share: float) -> None:
        half = int(len(content) * share)
        self.box.write(name, content[:half])
        self.poll()
        self.box.write(name, content[half:])

    @invariant()
    def nothing_is_missed(self) -> None:
        assert all(generation.gap == 0 for generation in self.box.store.values())
