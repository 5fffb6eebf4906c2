"""One file generation as it is followed: what is read ahead, what is committed, and whether more can be read."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace

from tuimon.sources.archive import Inflated
from tuimon.sources.names import Name, name_of
from tuimon.sources.opening import Inode, Signature, inode, read_at, sign
from tuimon.sources.packing import START, may_agree, pack, unpack
from tuimon.sources.sealing import Read, Seal, Sealed, bare, length_of
from tuimon.sources.walk import Entry
from tuimon.values.chunk import Generation, Life

IDLE = 60.0
"""Seconds without a change after which a rotated file is taken to be complete."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a generation was read: what rollback goes back to and a commit moves."""

    position: int
    head: bytes
    tail: bytes
    header: bytes
    line: int
    """Number of the next line."""


@dataclass(eq=False, slots=True)
class Track:
    """A generation with its descriptor; `now` is ahead of `base` by the chunks in flight.

    There may be a hundred thousand. One that is neither held nor in flight is at rest: its raw bytes are packed, and `now` is the very
    generation that the store has in memory, as long as it equals it.
    """

    now: Generation
    """Its head and tail are raw once they were found in a file; before they are sealed, and at rest they are mere lengths."""
    seal: Seal
    changes: set[Track] = field(default_factory=set, repr=False)
    """Where it enters itself whenever anything about it changes."""
    saved: Generation | None = None
    """What the store holds, None when it has not heard of it."""
    descriptor: int = -1
    placed: bool = False
    """A listed file holds this content."""
    gone: bool = False
    """Nothing that we can reach holds this content any more."""
    suspect: bool = False
    """The content changed under us: the next scan decides what it is."""
    total: int = -1
    """Decompressed bytes, or rows of Parquet, of the whole file; -1 for a plain file."""
    signature: Signature = (0, 0, 0)
    checked: Signature | None = None
    """The signature at which the content was last compared."""
    stalled: Signature | None = None
    """The signature at which there was nothing left to take."""
    changed_at: float = 0.0
    note: str = ""
    readable: bool = True
    flight: tuple[Mark, ...] = ()
    line: int = field(init=False)
    _finally: bool = False
    """Whether that was so although an unterminated last line counted."""
    _base: Mark | None = None
    """What is committed while chunks are in flight."""
    _packed: bytes = b""
    """The raw head and tail at rest."""
    _inflated: Inflated | None = None

    def __setattr__(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)
        if (changes := getattr(self, "changes", None)) is not None:
            changes.add(self)

    def __post_init__(self) -> None:
        self.line = self.now.books.lines + 1

    @property
    def inode(self) -> Inode:
        return self.now.device, self.now.inode

    @property
    def name(self) -> Name:
        return name_of(self.now.path)

    @property
    def whole(self) -> bool:
        """True for archives and Parquet files, which are complete when they are read at all."""
        return bool(self.now.compression) or self.now.container == "parquet"

    @property
    def settled(self) -> bool:
        """Whether nothing about where its content is needs to be found out."""
        return self.placed and self.readable and not self.suspect

    @property
    def lent(self) -> bool:
        """Whether chunks in flight need the descriptor itself."""
        return bool(self.flight) and self.now.container == "parquet"

    @property
    def reachable(self) -> bool:
        """Whether its content can be read now."""
        return self.placed or self.descriptor >= 0

    @property
    def ended(self) -> bool:
        return self.now.life in ("finished", "lost")

    @property
    def base(self) -> Mark:
        """How far the generation is committed."""
        return self._base or self._mark()

    def read(self, at: int, count: int) -> bytes:
        """Return decompressed bytes at a position through the held descriptor; raises OSError or ArchiveError."""
        if not self.now.compression:
            return read_at(self.descriptor, at, count)
        if self._inflated is None:
            self._inflated = Inflated(self.descriptor, self.now.compression)
        return self._inflated.read(at, count)

    def attach(self, descriptor: int) -> None:
        """Hold a descriptor in place of the one held so far."""
        self._let_go()
        self.descriptor = descriptor
        self.wake()

    def detach(self) -> None:
        """Let the descriptor go."""
        self._let_go()
        self.rest()

    def _let_go(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
        self.descriptor, self._inflated = -1, None

    def rest(self) -> None:
        """Pack the raw head and tail while nobody reads the file."""
        known = self.now
        if self.flight or self.descriptor >= 0 or not known.head or isinstance(known.head, Sealed):
            return
        self._packed = pack(known.head, b"" if isinstance(known.tail, Sealed) else known.tail)
        resting = bare(known)
        if isinstance(known.tail, Sealed):
            resting = replace(resting, tail=known.tail)
        self.now = self.saved if self.saved == resting else resting

    def closed(self) -> Generation:
        """Return the generation as the store may have it."""
        self.wake()
        return self.seal.closed(self.now)

    def wake(self) -> None:
        """Make the head and tail raw again that `rest` packed."""
        if self._packed:
            head, tail = unpack(self._packed, length_of(self.now.head))
            known, self._packed = self.now, b""
            self.now = replace(known, head=head, tail=tail if len(tail) == length_of(known.tail) else known.tail)

    @property
    def start(self) -> bytes:
        """The first 64 bytes of its head; empty while that is only known by its digest."""
        head = self.now.head
        if self._packed:
            return self._packed[: min(length_of(head), START)]
        return b"" if isinstance(head, Sealed) else head[:START]

    def begins_like(self, first: bytes) -> bool:
        """Whether its head and the first bytes of a file agree as far as both go; its head is raw if they do."""
        head = self.now.head
        if self._packed:
            length = length_of(head)
            if not may_agree(self._packed, length, first):
                return False
            head, _ = unpack(self._packed, length)
        shared = min(len(head), len(first))
        alike = not isinstance(head, Sealed) and head[:shared] == first[:shared]
        if alike:
            self.wake()
        return alike

    def see(self, status: os.stat_result, now: float, listed: Signature | None = None) -> None:
        """Take note of the file's size and times; if they are as `listed`, that one is kept: one value less for each file."""
        signature = sign(status)
        if signature != self.signature:
            first = self.signature == (0, 0, 0)
            self.changed_at = min(now, status.st_mtime) if first else now
            self.signature = listed if listed == signature else signature

    def trust(self) -> None:
        """The content was compared and is ours: its size and times are what was last seen of it."""
        if self.checked != self.signature:
            self.checked = self.signature
            gap = self.now.gap + self._cut_off(self.signature[0])
            self.now = replace(self.now, size=self.signature[0], modified=self.signature[1], gap=gap)

    def _cut_off(self, size: int) -> int:
        """Unread bytes that a file of ours had and has not any more: it was truncated between what was read and its end."""
        return 0 if self.whole else max(self.now.size - size, 0)

    def place(self, entry: Entry, status: os.stat_result, now: float) -> None:
        """A listed file was found to hold this content."""
        moved = os.path.basename(entry.path) != os.path.basename(self.now.path) or name_of(entry.path).rotated
        life: Life = "rotated" if moved or self.now.life == "rotated" else "live"
        if self.whole and 0 <= self.total <= self.now.position:
            life = "finished"
        self.see(status, now, entry.signature)
        device, number = entry.inode if inode(status) == entry.inode else inode(status)
        if not self.readable:
            self.stalled = None
        self.checked = self.signature
        self.now = replace(
            self.now,
            path=entry.path,
            device=device,
            inode=number,
            size=self.signature[0],
            modified=self.signature[1],
            life=life,
            gap=(self.now.gap if self.placed else 0) + self._cut_off(status.st_size),
        )
        self.placed, self.gone, self.suspect, self.readable, self.note = True, False, False, True, ""
        if not self.whole and self.now.size == self.now.position:
            self.stall(final=False)

    def vanish(self, content_lost: bool) -> None:
        """No listed file holds this content any more; a held descriptor may still."""
        self.placed = False
        if content_lost or self.suspect or self.descriptor < 0:
            self.detach()
            self.gone, self.suspect = True, False
        elif self.now.life == "live":
            self.now = replace(self.now, life="rotated")

    def idle(self, now: float) -> bool:
        """Whether nobody has touched the file for a minute; a clock that went back does not count as time."""
        return now - self.changed_at >= IDLE

    def final(self, now: float) -> bool:
        """Whether no more bytes will come, so that an unterminated last line counts."""
        return self.whole or (self.now.life != "live" and self.signature[0] > self.now.position and self.idle(now))

    @property
    def undecided(self) -> bool:
        """Whether it depends on the time if there is something to read."""
        return not self.whole and self.now.life != "live" and self.signature[0] > self.now.position

    def stall(self, final: bool) -> None:
        """There is nothing left to take as the file is now; `final` says whether an unterminated last line would have counted."""
        self.stalled, self._finally = self.signature, final

    def _stalled(self, final: bool) -> bool:
        return self.stalled == self.signature and self._finally == final

    def ready(self, now: float) -> bool:
        """Whether a read may find something."""
        if self.suspect or self.gone or not self.reachable:
            return False
        if self.whole:
            return 0 <= self.now.position < self.total and not self._stalled(final=True)
        return not self._stalled(self.final(now))

    def unread(self, position: int) -> int:
        """Bytes on disk beyond a position; a share of the file's size for archives and Parquet."""
        if not self.whole:
            return max(self.now.size - position, 0)
        if self.now.life == "finished" and position == self.now.position:
            return 0
        if self.total > 0:
            return self.now.size * max(self.total - position, 0) // self.total
        return self.now.size if not position else 0

    def recover(self, read: Read, with_tail: bool = True) -> None:
        """Take the raw head and tail from content that holds them; raises what `read` raises."""
        self.wake()
        known = self.seal.opened(self.now, read, with_tail)
        if known is not self.now:
            self.now = known

    def advance(self, mark: Mark) -> None:
        """A chunk up to `mark` was handed out."""
        self._base = self.base
        self._go(mark)
        self.flight = (*self.flight, mark)

    def commit(self, generation: Generation) -> None:
        """The store holds `generation`: what was in flight up to its position is committed."""
        done = sum(mark.position <= generation.position for mark in self.flight)
        if done:
            self._base = self.flight[done - 1] if done < len(self.flight) else None
            self.flight = self.flight[done:]
        self.now = replace(self.now, books=generation.books, newest=generation.newest)
        self.saved = bare(generation)
        self.rest()

    def rollback(self) -> None:
        """Forget what is in flight."""
        if not self.flight:
            return
        base = self.base
        self.flight, self._base = (), None
        self._go(base)
        self.stalled = None
        if self.now.life == "finished":
            self.now = replace(self.now, life="rotated")
        self.rest()

    def committed_state(self) -> Generation:
        """Return the generation with what is committed of it."""
        if not self.flight:
            return self.now
        base = self.base
        return replace(self.now, position=base.position, head=base.head, tail=base.tail, header=base.header)

    def _go(self, mark: Mark) -> None:
        self.now = replace(self.now, position=mark.position, head=mark.head, tail=mark.tail, header=mark.header)
        self.line = mark.line

    def _mark(self) -> Mark:
        return Mark(self.now.position, self.now.head, self.now.tail, self.now.header, self.line)
