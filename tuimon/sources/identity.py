"""Who a file is, by content: the bytes that were consumed, not its name and not its inode number."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator

from tuimon.sources.names import name_of
from tuimon.sources.opening import Inode
from tuimon.sources.sealing import Read, Seal, Sealed, length_of, tail_start
from tuimon.sources.track import Track
from tuimon.values import Generation

EVIDENCE = 64
"""Bytes of a head that must agree before a file under another inode is taken for a known one."""
_SAMPLES = 32
_BLOCK = 4096


def same_start(read: Read, generation: Generation) -> bool:
    """Whether the file still begins with the bytes that were consumed first."""
    return read(0, length_of(generation.head)) == generation.head


def same_content(read: Read, size: int, generation: Generation) -> bool:
    """Whether a file of `size` bytes can be read on at the generation's position: it is long enough, and head and tail agree."""
    if size < generation.position or not same_start(read, generation):
        return False
    return read(tail_start(generation), length_of(generation.tail)) == generation.tail


def alike(one: Read, other: Read, size: int) -> bool:
    """Whether two files agree in their first `size` bytes, as far as their ends and evenly spread samples tell."""
    step = max(size // _SAMPLES, _BLOCK)
    offsets = [*range(0, size, step), max(size - _BLOCK, 0)]
    return all(one(at, min(_BLOCK, size - at)) == other(at, min(_BLOCK, size - at)) for at in offsets)


class Index:
    """Known generations by inode, by the first bytes of their content, and small ones by name; sealed heads by their digest."""

    def __init__(self, tracks: Iterable[Track], seal: Seal) -> None:
        self._seal = seal
        self._inodes: dict[Inode, list[Track]] = defaultdict(list)
        self._starts: dict[bytes, list[Track]] = defaultdict(list)
        self._groups: dict[bytes, list[Track]] = defaultdict(list)
        self._small: dict[bytes, list[Track]] = defaultdict(list)
        self._heads: list[bytes] = []
        self._sealed: dict[int, dict[bytes, list[Track]]] = defaultdict(lambda: defaultdict(list))
        for track in tracks:
            self._put(track)
        self._heads.sort()

    def add(self, track: Track) -> None:
        """Take a generation in that was just found: nothing of it is consumed yet."""
        self._put(track)

    def _put(self, track: Track) -> None:
        self._inodes[track.inode].append(track)
        start = track.now.head
        if isinstance(start, Sealed) and start:
            self._sealed[start.length][start].append(track)
        elif start:
            self._put_start(track, start)

    def _put_start(self, track: Track, start: bytes) -> None:
        self._groups[track.name.group].append(track)
        if len(start) >= EVIDENCE:
            self._starts[start[:EVIDENCE]].append(track)
        else:
            self._small[track.name.group].append(track)
        if track.now.position:
            self._heads.append(start)

    def of_inode(self, inode: Inode) -> list[Track]:
        """Return the generations last seen under an inode."""
        return self._inodes.get(inode, [])

    def like(self, first: bytes, path: bytes) -> Iterator[Track]:
        """Yield the generations whose known start a file that begins with `first` may continue, repeat or cut short.

        A sealed head is opened by the first content that begins with all of it.
        """
        self._open(first)
        group = name_of(path).group
        if len(first) >= EVIDENCE:
            found = [*self._starts.get(first[:EVIDENCE], []), *self._small.get(group, [])]
        else:
            found = self._groups.get(group, [])
        for track in found:
            start = track.now.head
            shared = min(len(start), len(first))
            if start[:shared] == first[:shared]:
                yield track

    def _open(self, first: bytes) -> None:
        found: list[Track] = []
        for length, heads in self._sealed.items():
            if length <= len(first):
                found += heads.pop(self._seal.of(first[:length]), [])
        for track in found:
            track.recover(lambda at, count: first[at : at + count])
            self._put_start(track, track.now.head)
        if found:
            self._heads.sort()

    def may_be_cut_short(self, content: bytes) -> bool:
        """Whether some known head is longer than `content` and begins with it; of a sealed one only its length is known."""
        if any(heads and length > len(content) for length, heads in self._sealed.items()):
            return True
        at = bisect.bisect_left(self._heads, content)
        while at < len(self._heads) and self._heads[at] == content:
            at += 1
        return at < len(self._heads) and self._heads[at].startswith(content)
