"""What the tailer shows at every refresh, kept up with what changed: ten thousand idle files cost nothing."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from tuimon.sources.roster import Roster
from tuimon.sources.track import Track
from tuimon.values.chunk import Generation


@dataclass(frozen=True, slots=True)
class FileState:
    """One listed file, or one that is read to its end through a held descriptor."""

    path: bytes
    source: str
    generation: Generation | None
    """As far as it is committed; None for a file that is not read."""
    size: int
    """Bytes on disk."""
    unread: int
    """Bytes not committed; for archives and Parquet a share of the size on disk."""
    readable: bool
    note: str


class Overview:
    """States, unread bytes and readiness of all files of a roster; only tracks that changed since the last look are looked at."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._awake: dict[int, Track] = {}
        self._suspects: set[int] = set()
        self._changed: dict[int, Track] = {}
        self._unlisted: dict[int, Track] = {}
        self._lags: dict[int, int] = {}
        """The unread bytes of those that have any."""
        self._states: dict[int, FileState] = {}
        self._unread = 0
        self._order: list[int] | None = None
        self._asides: tuple[FileState, ...] = ()
        self._revision = -1
        self._files: tuple[FileState, ...] | None = None

    def suspicion(self) -> bool:
        """Return whether only a scan can tell where some content is."""
        self._wake()
        return self._roster.stale or bool(self._suspects)

    def ready(self, now: float) -> list[Track]:
        """Return the tracks of which a read at `now` (seconds since 1970) may find something."""
        self._wake()
        return [track for track in self._awake.values() if track.ready(now)]

    def lag_bytes(self) -> int:
        """Return the bytes on disk that are not committed."""
        self._count()
        return self._unread + sum(entry.signature[0] for entry in self._roster.archives.values())

    def files(self) -> tuple[FileState, ...]:
        """Return every listed file by path, and those that are read to their end although they are gone."""
        self._catch_up()
        if self._revision != self._roster.revision:
            self._asides, self._revision, self._files = _asides(self._roster), self._roster.revision, None
        if self._files is None:
            if self._order is None:
                self._order = sorted(self._states, key=lambda number: (self._states[number].path, number))
            states = [self._states[number] for number in self._order]
            self._files = tuple(sorted((*states, *self._asides), key=attrgetter("path")) if self._asides else states)
        return self._files

    def _wake(self) -> None:
        """Take note of which of the changed tracks may be read, now or once they are left alone for long enough."""
        changes = list(self._roster.changes)
        self._roster.changes.clear()
        for track in changes:
            number = track.now.number
            self._changed[number] = track
            here = self._roster.tracks.get(number) is track
            if here and (track.undecided or track.ready(0.0)):
                self._awake[number] = track
            else:
                self._awake.pop(number, None)
            if here and track.suspect:
                self._suspects.add(number)
            else:
                self._suspects.discard(number)

    def _count(self) -> None:
        """Count anew what is unread of the changed tracks."""
        self._wake()
        for number, track in self._changed.items():
            self._unread -= self._lags.pop(number, 0)
            if self._roster.tracks.get(number) is track and (lag := _lag(track)):
                self._lags[number] = lag
                self._unread += lag
        if self._unlisted:
            self._unlisted.update(self._changed)
        else:
            self._unlisted = self._changed
        self._changed = {}

    def _catch_up(self) -> None:
        """State anew what was counted anew: without a screen nobody asks, and a hundred thousand states take 20 MB."""
        self._count()
        for number, track in self._unlisted.items():
            before = self._states.pop(number, None)
            after = _state(track) if self._roster.tracks.get(number) is track else None
            if after is not None:
                self._states[number] = after
            if (before.path if before else None) != (after.path if after else None):
                self._order = None
            self._files = None
        self._unlisted = {}


def _asides(roster: Roster) -> tuple[FileState, ...]:
    """The files that are not read, and the archives that wait."""
    states = [
        FileState(path, other.entry.source.name, None, other.signature[0], 0, other.readable, other.why.note)
        for path, other in roster.others.items()
    ]
    for path, entry in roster.archives.items():
        size = entry.signature[0]
        states.append(FileState(path, entry.source.name, None, size, size, True, "archive, not verified yet"))
    return tuple(states)


def _lag(track: Track) -> int:
    """Bytes beyond the committed position; a file that has grown since it was last compared counts as it is now."""
    grown = 0 if track.whole else max(track.signature[0] - track.now.size, 0)
    return track.unread(track.base.position) + grown


def _state(track: Track) -> FileState:
    note = track.note or ("" if track.placed else "removed: read to its end" if track.descriptor >= 0 else "removed")
    size = max(track.signature[0], track.now.size)
    return FileState(track.now.path, track.now.source, track.committed_state(), size, _lag(track), track.readable, note)
