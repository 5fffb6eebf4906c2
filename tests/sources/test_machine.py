"""Whatever happens to the files, every complete line of every file life arrives exactly once and in order."""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.sources.harness import Harness, lines_of
from tuimon.values import Chunk


class Tailing(RuleBasedStateMachine):
    """The model is a list: the lines that were completed while somebody could still read them.

    What destroys unread bytes (truncation, deletion) only happens after a scan and a full read here, so nothing may be lost.
    """

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

    @initialize(held=st.sampled_from([1, 128]))
    def limits(self, held: int) -> None:
        self.box.max_held = held
        self.box.restart()

    def _line(self, width: int) -> bytes:
        self.serial += 1
        return b'{"n": %d, "pad": "%s"}' % (self.serial, b"x" * width)

    @rule(count=st.integers(1, 12), width=st.integers(0, 90))
    def write(self, count: int, width: int) -> None:
        lines = [self._line(width) for _ in range(count)]
        self.box.write("app.jsonl", b"".join(line + b"\n" for line in lines))
        lines[0] = self.torn + lines[0]
        self.torn = b""
        self.expected += lines

    @rule(width=st.integers(0, 40))
    def write_torn(self, width: int) -> None:
        if len(self.torn) < 100:
            part = self._line(width)[:-1]
            self.box.write("app.jsonl", part)
            self.torn += part

    @rule()
    def rename_rotate(self) -> None:
        self._finish_line()
        self._shift()
        if self.live.exists():
            self.live.rename(self.box.root / "app.jsonl.1")

    @rule()
    def rename_rotate_with_a_torn_end(self) -> None:
        """The rest of the torn line never comes: the line counts once the file is left alone."""
        self._shift()
        if self.live.exists():
            self.live.rename(self.box.root / "app.jsonl.1")
        self.expected += [self.torn] if self.torn else []
        self.torn = b""

    @rule(read_between=st.booleans())
    def copytruncate(self, read_between: bool) -> None:
        if not self.live.exists():
            return
        self._finish_line()
        self._shift()
        shutil.copy(self.live, self.box.root / "app.jsonl.1")
        if read_between:
            self.poll()
        os.truncate(self.live, 0)

    @rule(regrow=st.booleans())
    def truncate(self, regrow: bool) -> None:
        """In place, after everything was read; with `regrow` beyond its old size before anybody looks."""
        if not self.live.exists():
            return
        self._settle()
        size = self.live.stat().st_size
        os.truncate(self.live, 0)
        if regrow:
            while self.live.stat().st_size <= size:
                self.write(3, 20)

    @rule(again=st.booleans())
    def delete(self, again: bool) -> None:
        self._settle()
        self.live.unlink(missing_ok=True)
        if again:
            self.write(2, 10)

    @rule(share=st.floats(0, 1))
    def slow_copytruncate(self, share: float) -> None:
        """The copy is looked at half-way."""
        if not self.live.exists():
            return
        self._finish_line()
        self._shift()
        content = self.live.read_bytes()
        half = int(len(content) * share)
        self.box.write("app.jsonl.1", content[:half])
        self.poll()
        self.box.write("app.jsonl.1", content[half:])
        os.truncate(self.live, 0)

    @rule()
    def replace_with_more(self) -> None:
        """Atomic save: another inode, the old lines and new ones."""
        if not self.live.exists() or self.live.stat().st_size < 64:
            return
        self._finish_line()
        content = self.live.read_bytes()
        line = self._line(5)
        self.box.write(".tmp", content + line + b"\n")
        (self.box.root / ".tmp").replace(self.live)
        self.expected.append(line)

    @rule()
    def touch(self) -> None:
        for path in self.box.root.glob("app*"):
            os.utime(path, (self.box.now, self.box.now))

    @rule(share=st.floats(0, 1))
    def slow_compression(self, share: float) -> None:
        """The archive is looked at half-way."""
        plain = [path for path in self.box.root.glob("app.jsonl.*") if path.suffix != ".gz"]
        if plain:
            path = max(plain, key=lambda path: int(path.suffix[1:]))
            packed = gzip.compress(path.read_bytes(), mtime=0)
            half = int(len(packed) * share)
            self.box.write(path.name + ".gz", packed[:half])
            self.poll()
            self.box.write(path.name + ".gz", packed[half:])
            path.unlink()

    @rule(read_before_unlink=st.booleans())
    def compress_oldest(self, read_before_unlink: bool) -> None:
        plain = [path for path in self.box.root.glob("app.jsonl.*") if path.suffix != ".gz"]
        if plain:
            path = max(plain, key=lambda path: int(path.suffix[1:]))
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
            if read_before_unlink:
                self.poll()
            path.unlink()

    @rule()
    def scan(self) -> None:
        self.box.scan()

    @rule()
    def poll(self) -> None:
        self.box.scan()
        self._read()

    @rule()
    def read_ahead(self) -> None:
        """Two chunks are read before one is committed."""
        while len(self.ahead) < 2 and (chunk := self.box.tailer.next_chunk()):
            self.ahead.append(chunk)
        if self.ahead:
            self._commit(self.ahead.pop(0))

    @rule()
    def rollback(self) -> None:
        self.ahead.clear()
        self.box.tailer.rollback()

    @rule(saved=st.booleans())
    def restart(self, saved: bool) -> None:
        self.ahead.clear()
        if saved:
            self.box.save()
        self.box.restart()

    @rule()
    def time_passes(self) -> None:
        self.box.now += 90

    def _shift(self) -> None:
        """Rotated files move on by one, the oldest first."""
        numbered = sorted(self.box.root.glob("app.jsonl.*"), key=lambda path: -int(path.name.split(".")[2]))
        for path in numbered:
            parts = path.name.split(".")
            parts[2] = str(int(parts[2]) + 1)
            path.rename(path.with_name(".".join(parts)))

    def _finish_line(self) -> None:
        if self.torn:
            self.write(1, 3)

    def _commit(self, chunk: Chunk) -> None:
        self.box.commit(chunk)
        self.got += lines_of(chunk)

    def _read(self) -> None:
        while self.ahead:
            self._commit(self.ahead.pop(0))
        self.got += self.box.drain()

    def _settle(self) -> None:
        """Everything is read, torn lines are completed."""
        self._finish_line()
        self.poll()

    @invariant()
    def never_twice(self) -> None:
        twice = [line for line, count in Counter(self.got).items() if count > 1]
        assert not twice

    @invariant()
    def books_hold(self) -> None:
        for generation in self.box.store.values():
            assert generation.books.balanced
            assert generation.gap == 0

    @invariant()
    def no_byte_of_a_log_is_kept(self) -> None:
        for generation in self.box.store.values():
            assert len(generation.head) in (0, 18)
            assert b'{"' not in generation.head + generation.tail

    def teardown(self) -> None:
        try:
            self.box.tailer.rollback()
            self.ahead.clear()
            self._finish_line()
            self.box.now += 200
            for _ in range(3):
                self.box.now += 90
                self.poll()
            assert sorted(self.got) == sorted(self.expected)
            self._check_order()
            assert self.box.tailer.lag_bytes() == 0
        finally:
            self.box.tailer.close()
            shutil.rmtree(self.directory)

    def _check_order(self) -> None:
        """Within a file life lines arrive in the order in which they were written."""
        rank = {line: index for index, line in enumerate(self.expected)}
        last: dict[int, int] = {}
        for chunk in self.box.chunks:
            for line in lines_of(chunk):
                assert last.get(chunk.generation.number, -1) < rank[line]
                last[chunk.generation.number] = rank[line]


TestTailing = Tailing.TestCase
TestTailing.settings = settings(
    max_examples=100, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_long_machine() -> None:
    """The same machine, for much longer."""
    long = settings(TestTailing.settings, max_examples=3000, stateful_step_count=40)
    run_state_machine_as_test(Tailing, settings=long)
