"""Which generation each listed file is: the truth that every scan re-establishes from content."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from tuimon.sources.archive import FIRST, ArchiveError
from tuimon.sources.format import Format, Sniff
from tuimon.sources.held import Held
from tuimon.sources.identity import Index
from tuimon.sources.matching import Opened, holds_content, same_file
from tuimon.sources.names import family_of, natural
from tuimon.sources.opening import Inode, Signature, inode, open_regular, passes, read_at, reason, sign
from tuimon.sources.recognise import Aside, Known, New, Recogniser, Verdict
from tuimon.sources.sealing import Seal, from_store
from tuimon.sources.track import Track
from tuimon.sources.walk import Entry, Listing
from tuimon.values.chunk import Books, Container, Generation

_EMPTY = Books()
"""What every generation begins with: one object for all."""


@dataclass(frozen=True)
class Other:
    """A listed file that is not read."""

    entry: Entry
    signature: Signature
    why: Aside
    readable: bool = True
    unsound: bool = False
    """An archive that could not be read to its end: somebody may still be writing it."""
    stirred: bool = False
    """It changed after that: it is read again once it rests, or every scan would decompress all that is there so far."""


class Roster:
    """All generations and all files that are none, as the last scan left them."""

    def __init__(
        self, known: Iterable[Generation], formats: Mapping[Container, Format], sniff: Sniff, next_number: int, held: Held, seal: Seal
    ) -> None:
        self.tracks: dict[int, Track] = {}
        self.ended: dict[int, Track] = {}
        self.others: dict[bytes, Other] = {}
        self.archives: dict[bytes, Entry] = {}
        """Archives found and not yet verified."""
        self.stale = False
        """Files were found in other places than the listing says: nothing is declared lost before the next one."""
        self.changes: set[Track] = set()
        """Tracks about which anything has changed; whoever has looked at them takes them out."""
        self.revision = 0
        """Grows with every change of `others` and `archives`."""
        self.touched: set[int] = set()
        """Generations about which the store may not know everything."""
        self.blind = False
        """Something could not be looked at that may well be seen by the next scan."""
        self._formats, self._held, self._next, self._seal = formats, held, next_number, seal
        self._recogniser = Recogniser(formats, sniff)
        self._index: Index | None = None
        self._copies: dict[Inode, int] = {}
        """What was a copy of which generation when the scan began."""
        for generation in known:
            saved = from_store(generation)
            track = Track(saved, seal, self.changes, saved=saved)
            (self.ended if track.ended else self.tracks)[generation.number] = track

    def find(self, number: int) -> Track:
        """Return a generation that is followed or has ended."""
        return self.tracks.get(number) or self.ended[number]

    def scan(self, listing: Listing, now: float) -> None:
        """Re-establish which generation each listed file is, and empty the listing's entries; `now` in seconds since 1970."""
        self._index, self.stale, self.revision = None, False, self.revision + 1
        self.blind = any(passes(error) for error in listing.broken.values())
        self._copies = {other.entry.inode: other.why.copy_of for other in self.others.values() if other.why.copy_of is not None}
        self.archives = {path: entry for path, entry in self.archives.items() if path in listing.entries}
        self.others = {path: other for path, other in self.others.items() if path in listing.entries}
        places = self._places(listing)
        for track in list(self.tracks.values()):
            if not self._rests(track, places):
                self._follow(track, places, listing, now)
                track.rest()
        # Of files that begin alike the longest is met first: where it is known, the shorter ones are its copies.
        unclaimed = sorted(places.values(), key=lambda entry: natural(entry.path))
        unclaimed.sort(key=lambda entry: -entry.signature[0])
        unclaimed.reverse()
        places.clear()
        listing.entries.clear()
        while unclaimed:
            self._meet(unclaimed.pop(), now)
        self._index = None
        self.settle(now)

    def _places(self, listing: Listing) -> dict[Inode, Entry]:
        """Each inode once: under the path where it is followed already, else under the first one."""
        places = {entry.inode: entry for entry in listing.entries.values()}
        if len(places) == len(listing.entries):
            return places
        here = {track.now.path for track in self.tracks.values() if track.placed}
        for entry in listing.entries.values():
            best = places[entry.inode]
            if (entry.path not in here, entry.path) < (best.path not in here, best.path):
                places[entry.inode] = entry
        for entry in listing.entries.values():
            if places[entry.inode] is not entry:
                self.others[entry.path] = Other(entry, entry.signature, Aside("another name of a file that is read already"))
        return places

    def _rests(self, track: Track, places: dict[Inode, Entry]) -> bool:
        """Whether a track is where it was and nobody touched it; if so its place is taken."""
        entry = places.get(track.inode)
        if entry is None or track.checked != entry.signature or not track.settled or entry.path != track.now.path:
            return False
        del places[entry.inode]
        return True

    def _follow(self, track: Track, places: dict[Inode, Entry], listing: Listing, now: float) -> None:
        entry = places.get(track.inode)
        try:
            if entry is not None and entry.path != track.now.path and self._replaced(track, listing):
                entry = None
        except OSError as error:
            # Which of the two files goes on with the content is for a scan that can read both.
            self._fail(track, error)
            del places[track.inode]
            return
        if entry is None and (hidden := listing.unknown(track.now.path)):
            self._fail(track, hidden)
            return
        before = track.now
        if entry is not None and self._still(track, entry, now):
            del places[track.inode]
            self.others.pop(entry.path, None)
            self.archives.pop(entry.path, None)
        elif not track.gone:
            track.vanish(content_lost=entry is not None or not holds_content(track))
        if before is not track.now:
            self.touched.add(track.now.number)

    def _replaced(self, track: Track, listing: Listing) -> bool:
        """Whether another file at the old path goes on with the content.

        Then that is its place, and the file that now has the old inode number is judged anew: it may be a copy that was given the
        number of the replaced file. A held descriptor keeps the number taken. Raises OSError when that cannot be told now.
        """
        other = listing.entries.get(track.now.path)
        if other is None or track.descriptor >= 0 or track.whole or not track.now.head:
            return False
        try:
            descriptor, status = open_regular(other.path)
        except OSError as error:
            if passes(error):
                raise
            return False
        try:
            return inode(status) != track.inode and same_file(track, Opened(other, descriptor, status, b""), self._formats)
        finally:
            os.close(descriptor)

    def _still(self, track: Track, entry: Entry, now: float) -> bool:
        """Whether a file under the track's inode number still is the track's content; if so it is placed there."""
        descriptor = track.descriptor
        try:
            descriptor, status = (descriptor, os.fstat(descriptor)) if descriptor >= 0 else open_regular(entry.path)
            opened = Opened(entry, descriptor, status, b"")
            found = opened.inode == track.inode and same_file(track, opened, self._formats)
        except OSError as error:
            self._fail(track, error)
            found = True
        else:
            if found:
                track.place(entry, opened.status, now)
                self._held.offer(track, descriptor)
                return True
        if descriptor not in (-1, track.descriptor):
            os.close(descriptor)
        return found

    def _fail(self, track: Track, error: OSError) -> None:
        """Whether a track is where it was cannot be told now."""
        track.note, track.readable = reason(error), False
        self.blind = self.blind or passes(error)

    def _meet(self, entry: Entry, now: float) -> None:
        """Find out what a listed file is that no followed generation has claimed."""
        other, signature = self.others.get(entry.path), entry.signature
        if other and other.unsound and other.signature != signature:
            self.others[entry.path] = replace(other, entry=entry, signature=signature, stirred=True)
            return
        if other and other.readable and not other.stirred and other.signature == signature and not self._reopened(other.why):
            return
        # A copy is known by its number, or by its name when it was replaced by a longer one.
        copy_of = self._copies.get(entry.inode, other.why.copy_of if other else None)
        self._judge(entry, now, lambda opened: self._recogniser.file(opened, self._known(), now, copy_of))

    def _reopened(self, why: Aside) -> bool:
        """Whether what was said of a file may no longer hold although nobody touched it."""
        original = self.tracks.get(why.copy_of) if why.copy_of is not None else None
        return why.waiting or (why.copy_of is not None and (original is None or original.gone))

    def verify(self, entry: Entry, now: float) -> Track | None:
        """Read an archive to its end once; return the generation that it is, None when it is set aside.

        When another file has its name by now the listing is stale: where everything else is cannot be relied on either.
        """
        self.archives.pop(entry.path, None)
        self._index, self.revision = None, self.revision + 1
        self.stale = _moved(entry)
        return None if self.stale else self._judge(entry, now, lambda opened: self._recogniser.archive(opened, self._known()))

    def _judge(self, entry: Entry, now: float, judge: Callable[[Opened], Verdict]) -> Track | None:
        self.others.pop(entry.path, None)
        try:
            descriptor, status = open_regular(entry.path)
        except OSError as error:
            self.others[entry.path] = _unreadable(entry, error)
            return None
        try:
            opened = Opened(entry, descriptor, status, read_at(descriptor, 0, FIRST))
            track = self._apply(judge(opened), opened, now)
        except ArchiveError as error:
            # What it was like when it was opened: whoever wrote to it meanwhile has changed it.
            self.others[entry.path], track = Other(entry, sign(status), Aside(str(error)), unsound=True), None
        except OSError as error:
            self.others[entry.path], track = _unreadable(entry, error), None
        if self._index is not None:
            self._index.rest()
        if track is None:
            os.close(descriptor)
        else:
            self._held.offer(track, descriptor)
        return track

    def _apply(self, verdict: Verdict, opened: Opened, now: float) -> Track | None:
        if isinstance(verdict, Known):
            return self._adopt(verdict, opened, now)
        if isinstance(verdict, New):
            return self._begin(verdict, opened, now)
        if isinstance(verdict, Aside):
            self.others[opened.entry.path] = Other(opened.entry, sign(opened.status), verdict)
        else:
            self.archives[opened.entry.path] = opened.entry
        return None

    def _adopt(self, verdict: Known, opened: Opened, now: float) -> Track:
        """The generation goes on in this file, from where it was read to."""
        track = verdict.track
        size = verdict.total if verdict.compression else opened.size
        cut_off = 0 if track.whole else max(track.now.size - size, 0)
        self.ended.pop(track.now.number, None)
        self.tracks[track.now.number] = track
        track.detach()
        track.total = verdict.total
        track.now = replace(track.now, compression=verdict.compression)
        if verdict.grown:
            track.now = replace(track.now, path=opened.entry.path, life="live")
        self._settle_in(track, opened, now)
        track.now = replace(track.now, gap=cut_off)
        return track

    def _begin(self, verdict: New, opened: Opened, now: float) -> Track:
        entry = opened.entry
        family = family_of(entry.path, entry.root) if entry.source.detect else ""
        name, kind = entry.source.name, (verdict.container, verdict.compression)
        generation = Generation(self._next, name, family, entry.path, *kind, head=verdict.head, tail=verdict.tail, books=_EMPTY)
        self._next += 1
        track = Track(generation, self._seal, self.changes, total=verdict.total)
        self.tracks[generation.number] = track
        self._settle_in(track, opened, now)
        self._known().add(track)
        return track

    def _settle_in(self, track: Track, opened: Opened, now: float) -> Track:
        track.place(opened.entry, opened.status, now)
        self.touched.add(track.now.number)
        return track

    def _known(self) -> Index:
        if self._index is None:
            self._index = Index([*self.ended.values(), *self.tracks.values()], self._seal)
        return self._index

    def settle(self, now: float) -> None:
        """End the generations whose content is out of reach, or is read to its end and left alone for a minute.

        What is in flight, and what an archive or a young copy may still turn out to hold, is left for later.
        """
        if self.stale or self.blind or self.archives or any(other.why.waiting or other.stirred for other in self.others.values()):
            return
        for track in [track for track in self.tracks.values() if not track.placed and not track.flight]:
            drained = track.descriptor >= 0 and not track.suspect and not track.ready(now) and track.idle(now)
            if track.gone or drained:
                self._end(track)

    def _end(self, track: Track) -> None:
        left = track.unread(track.now.position)
        track.detach()
        track.gone = True
        track.now = replace(track.now, life="lost" if left else "finished", gap=track.now.gap + left)
        self.ended[track.now.number] = self.tracks.pop(track.now.number)
        self.touched.add(track.now.number)

    def reconsider(self) -> None:
        """Look at every file that was set aside again in the next scan; what a copy was a copy of stays known."""
        copies = {path: other for path, other in self.others.items() if other.why.copy_of is not None}
        self.others = {path: replace(other, signature=(other.signature[0], -1, -1)) for path, other in copies.items()}
        self.revision += 1


def _unreadable(entry: Entry, error: OSError) -> Other:
    return Other(entry, entry.signature, Aside(reason(error), waiting=passes(error)), readable=False)


def _moved(entry: Entry) -> bool:
    try:
        return inode(os.lstat(entry.path)) != entry.inode
    except OSError:
        return True
