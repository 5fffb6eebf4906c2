"""Whose turn it is to be read: files of one stem oldest first, stems one chunk at a time in rotation."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

from tuimon.sources.names import Name, name_of, natural
from tuimon.sources.track import Track
from tuimon.sources.walk import Entry

Item = Track | Entry
"""Something to read, or an archive to verify."""


class Turns:
    """A rotation of stems; within each the oldest generation comes first."""

    def __init__(self) -> None:
        self._groups: deque[list[Item]] = deque()
        """In each the oldest generation is the last: lists of one take a tenth of what deques do."""

    def __bool__(self) -> bool:
        return bool(self._groups)

    def clear(self) -> None:
        """Forget the rotation: what is listed has changed."""
        self._groups.clear()

    def fill(self, tracks: Iterable[Track], archives: Iterable[Entry]) -> None:
        """Begin a rotation over everything that is ready."""
        groups: dict[bytes, list[Item]] = defaultdict(list)
        items: list[Item] = [*tracks, *archives]
        for item in items:
            groups[_name(item).group].append(item)
        for group in sorted(groups, key=natural):
            self._groups.append(sorted(groups.pop(group), key=_rank)[::-1])

    def first(self) -> Item:
        """Return what is to be read now."""
        return self._groups[0][-1]

    def next(self, keep: Item | None) -> None:
        """Pass the turn to the next stem; `keep` takes the place of what was read, None drops it."""
        group = self._groups.popleft()
        group.pop()
        if keep is not None:
            group.append(keep)
        if group:
            self._groups.append(group)


def _name(item: Item) -> Name:
    return name_of(item.path) if isinstance(item, Entry) else item.name


def _rank(item: Item) -> tuple[tuple[bytes, int], int]:
    return _name(item).age, 0 if isinstance(item, Entry) else item.now.number
