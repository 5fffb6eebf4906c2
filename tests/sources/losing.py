"""The machine's second half: truncation, deletion and replacement of bytes that nobody has read yet."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.sources.harness import SECRET
from tests.sources.machine import ARCHIVES, Rotating, unpack
from tuimon.sources.sealing import Seal, from_store, length_of
from tuimon.values.chunk import Generation


class Losing(Rotating):
    """What is destroyed unread may be lost, nothing else; where its size was known it is a gap."""

    def __init__(self) -> None:
        super().__init__()
        self.may_be_lost: set[bytes] = set()
        self.known: list[tuple[int, list[bytes]]] = []
        """Generation and the unread lines of it whose bytes the store had seen before they were destroyed."""

    @rule(share=st.floats(0, 0.99), regrow=st.booleans())
    def cut(self, share: float, regrow: bool) -> None:
        """Truncated to anywhere; what is left counts again, as that of a file that was written anew."""
        content = self.live.read_bytes() if self.live.exists() else b"\0"
        if content.startswith(b"\0"):
            return
        left = int(len(content) * share)
        self._lose(self.live, left)
        os.truncate(self.live, left)
        os.utime(self.live, (self.box.now, self.box.now))
        *kept, self.torn = content[:left].split(b"\n")
        self.torn = self.torn.lstrip(b"\0")
        self.may_be_lost.add(self.torn)
        self.again.update([line.lstrip(b"\0") for line in [*kept, self.torn]])
        while regrow and self.live.stat().st_size <= len(content):
            self.write(3, 20)

    @rule(pick=st.integers(0, 5))
    def destroy(self, pick: int) -> None:
        """Any file, an archive among them."""
        paths = sorted(self.box.root.iterdir())
        if pick < len(paths):
            self._lose(paths[pick])
            paths[pick].unlink()

    @rule()
    def replace(self) -> None:
        """Another file takes the name of the live one."""
        if self.live.exists():
            self._lose(self.live)
            line = self.line(30)
            self.box.write(".tmp", line + b"\n")
            (self.box.root / ".tmp").replace(self.live)
            self.expected.append(line)

    @rule(count=st.integers(1, 4))
    def copytruncate_too_late(self, count: int) -> None:
        """The lines between the copy and the truncation are in neither."""
        if self._copy_to_first():
            self.write(count, 10)
            self._lose(self.live)
            os.truncate(self.live, 0)

    def _lose(self, path: Path, left: int = 0) -> None:
        """The content of a file after its first `left` bytes is about to go.

        Its torn end may still come: a deleted file is read to its end.
        """
        content = unpack(path) if path.suffix in ARCHIVES else path.read_bytes()
        *lines, torn = [line.lstrip(b"\0") for line in content.split(b"\n")]
        if path == self.live and torn:
            self.expected.append(torn)
            self.torn = b""
        got = set(self.got)
        self.may_be_lost.update(line for line in [*lines, torn] if line not in got)
        if path.suffix not in ARCHIVES and path.stat().st_nlink == 1:
            self._note_what_is_known(path, content, left, got)

    def _note_what_is_known(self, path: Path, content: bytes, left: int, got: set[bytes]) -> None:
        """A cut behind what was read may grow over before anybody looks: then nothing tells."""
        status = path.stat()
        for generation in self.box.store.values():
            here = (generation.device, generation.inode) == (status.st_dev, status.st_ino)
            seen = not left or left < generation.position
            if here and seen and generation.life in ("live", "rotated") and _holds(generation, content):
                unread = content[generation.position : generation.size].split(b"\n")[:-1]
                lines = [line for line in unread if line not in got and len(line) < 200 and not line.startswith(b"\0")]
                self.known.append((generation.number, lines))

    def nothing_is_missed(self) -> None:
        """What was destroyed is told once everything is read."""

    def left(self) -> int:
        """A torn line may live on under another name of its file; nobody knows that no more will come."""
        plain = [path for path in self.box.root.iterdir() if path.name.startswith("link-")]
        ends = {path.stat().st_ino: path.read_bytes().rpartition(b"\n")[2] for path in plain}
        return min(self.box.tailer.lag_bytes(), sum(map(len, ends.values())))

    def account(self) -> None:
        came, written = set(self.got), set(self.expected)
        assert came <= written
        assert written - came <= self.may_be_lost
        for number, lines in self.known:
            missing = [line for line in lines if not any(whole.endswith(line) for whole in came)]
            assert self.box.store[number].gap >= sum(len(line) + 1 for line in missing)


def _holds(generation: Generation, content: bytes) -> bool:
    seal, known = Seal(SECRET), from_store(generation)
    head = content[: length_of(known.head)]
    tail = content[generation.position - length_of(known.tail) : generation.position]
    return len(content) >= generation.position and (seal.of(head), seal.of(tail, head)) == (known.head, known.tail)
