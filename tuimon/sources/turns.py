"""Whose turn it is to be read: files of one stem oldest first, stems one chunk at a time in rotation."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

from tuimon.sources.names import name_of, natural
from tuimon.sources.track import Track
from tuimon.sources.walk import Entry

Item = Track | Entry
"""Something to read, or an archive to verify."""


class Turns:
    """A rotation of stems; within each the oldest generation comes first."""

    def __init__(self) -> None:
        self._groups: deque[deque[Item]] = deque()

    def __bool__(self) -> bool:
        return bool(self._groups)

    def clear(self) -> None:
        """Forget the rotation: what is listed has changed."""
        self._groups.clear()

    def fill(self, tracks: Iterable[Track], archives: Iterable[Entry]) -> None:
        """Begin a rotation over everything that is ready."""
        groups: dict[bytes, list[tuple[tuple[bytes, int], int, Item]]] = defaultdict(list)
        for track in tracks:
            groups[track.name.group].append((track.name.age, track.now.number, track))
        for entry in archives:
            groups[name_of(entry.path).group].append((name_of(entry.path).age, 0, entry))
        for group in sorted(groups, key=natural):
            self._groups.append(deque(item for *_, item in sorted(groups[group], key=lambda ranked: ranked[:2])))

    def first(self) -> Item:
        """Return what is to be read now."""
        return self._groups[0][0]

    def next(self, keep: Item | None) -> None:
        """Pass the turn to the next stem; `keep` takes the place of what was read, None drops it."""
        group = self._groups.popleft()
        group.popleft()
        if keep is not None:
            group.appendleft(keep)
        if group:
            self._groups.append(group)
