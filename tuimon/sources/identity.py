"""Who a file is, by content: the bytes that were consumed, not its name and not its inode number."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

from tuimon.sources.names import name_of
from tuimon.sources.opening import Inode
from tuimon.sources.packing import START
from tuimon.sources.sealing import Read, Seal, Sealed, length_of, tail_start
from tuimon.sources.track import Track
from tuimon.values.chunk import Generation

EVIDENCE = START
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


Key = TypeVar("Key", bound=Hashable)


class Shelf(Generic[Key]):
    """Tracks by key. Nearly every key has one: that one takes no list."""

    def __init__(self) -> None:
        self._tracks: dict[Key, Track | list[Track]] = {}

    def put(self, key: Key, track: Track) -> None:
        """Take a track in."""
        have = self._tracks.setdefault(key, track)
        if isinstance(have, list):
            have.append(track)
        elif have is not track:
            self._tracks[key] = [have, track]

    def at(self, key: Key) -> list[Track]:
        """Return the tracks with a key, in the order in which they came."""
        have = self._tracks.get(key, [])
        return have if isinstance(have, list) else [have]

    def take(self, key: Key) -> list[Track]:
        """Return the tracks with a key and forget them."""
        found = self.at(key)
        self._tracks.pop(key, None)
        return found

    def __bool__(self) -> bool:
        return bool(self._tracks)


class Index:
    """Known generations by inode, by the first bytes of their content, and small ones by name; sealed heads by their digest."""

    def __init__(self, tracks: Iterable[Track], seal: Seal) -> None:
        self._seal = seal
        self._inodes, self._starts, self._small = Shelf[Inode](), Shelf[int](), Shelf[bytes]()
        """By start they stand under its hash alone, a third of the memory: whoever asks compares the bytes."""
        self._groups: Shelf[bytes] | None = None
        """All by name, once a file asks for it that has too few bytes for anything else."""
        self._begun: list[Track] = []
        """Those whose beginning is known."""
        self._heads: list[bytes] = []
        self._sealed: dict[int, Shelf[bytes]] = defaultdict(Shelf)
        self._awake: list[Track] = []
        for track in tracks:
            self._put(track)
        self._heads.sort()

    def add(self, track: Track) -> None:
        """Take a generation in that was just found: nothing of it is consumed yet."""
        self._put(track)

    def rest(self) -> None:
        """Pack what was unpacked for a comparison."""
        for track in self._awake:
            track.rest()
        self._awake.clear()

    def _put(self, track: Track) -> None:
        # What was found in its place is met under no other name.
        if not track.placed:
            self._inodes.put(track.inode, track)
        head = track.now.head
        if start := track.start:
            self._put_start(track, start)
        elif isinstance(head, Sealed) and head:
            self._sealed[head.length].put(head, track)

    def _put_start(self, track: Track, start: bytes) -> None:
        self._begun.append(track)
        if len(start) >= EVIDENCE:
            self._starts.put(hash(start), track)
        else:
            self._small.put(track.name.group, track)
        if self._groups is not None:
            self._groups.put(track.name.group, track)
        if track.now.position:
            self._heads.append(start)

    def of_inode(self, inode: Inode) -> list[Track]:
        """Return the generations last seen under an inode whose content is not known to be there."""
        return self._inodes.at(inode)

    def like(self, first: bytes, path: bytes) -> Iterator[Track]:
        """Yield the generations whose known start a file that begins with `first` may continue, repeat or cut short.

        A sealed head is opened by the first content that begins with all of it.
        """
        self._open(first)
        group = name_of(path).group
        short = len(first) < EVIDENCE
        for track in self._of_group(group) if short else [*self._starts.at(hash(first[:EVIDENCE])), *self._small.at(group)]:
            if self._alike(track, first):
                yield track

    def _of_group(self, group: bytes) -> list[Track]:
        if self._groups is None:
            self._groups = Shelf()
            for track in self._begun:
                self._groups.put(track.name.group, track)
        return self._groups.at(group)

    def _alike(self, track: Track, first: bytes) -> bool:
        if alike := track.begins_like(first):
            self._awake.append(track)
        return alike

    def _open(self, first: bytes) -> None:
        found: list[Track] = []
        for length, heads in self._sealed.items():
            if length <= len(first):
                found += heads.take(self._seal.of(first[:length]))
        for track in found:
            track.recover(lambda at, count: first[at : at + count])
            self._put_start(track, track.start)
        if found:
            self._awake += found
            self._heads.sort()

    def may_be_cut_short(self, content: bytes) -> bool:
        """Whether some known head is longer than `content` and begins with it; of a sealed one only its length is known."""
        if any(heads and length > len(content) for length, heads in self._sealed.items()):
            return True
        if len(content) >= EVIDENCE:
            longer = (track for track in self._starts.at(hash(content[:EVIDENCE])) if length_of(track.now.head) > len(content))
            return any(track.now.position and self._alike(track, content) for track in longer)
        at = bisect.bisect_left(self._heads, content)
        while at < len(self._heads) and self._heads[at] == content:
            at += 1
        return at < len(self._heads) and self._heads[at].startswith(content)
