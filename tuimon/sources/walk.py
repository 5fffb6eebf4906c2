"""Listing of everything that the sources' globs match, without following symbolic links."""

from __future__ import annotations

import fnmatch
import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tuimon.config.settings import Source
from tuimon.sources.opening import Inode, Signature, inode, sign

Part = Callable[[str], object] | None
"""Matches one name; None is `**`."""


class Entry(NamedTuple):
    """One regular file as the listing saw it."""

    path: bytes
    source: Source
    root: bytes
    """The part of the glob before its first wildcard."""
    inode: Inode
    signature: Signature


@dataclass
class Listing:
    """What one pass over all globs found."""

    entries: dict[bytes, Entry] = field(default_factory=dict)
    broken: dict[bytes, OSError] = field(default_factory=dict)
    """Directories that exist but could not be listed, and files whose status could not be had: they and what is below them are
    unknown, not gone."""
    exposed: list[bytes] = field(default_factory=list)
    """Directories to which every user of the machine may write."""
    links: list[bytes] = field(default_factory=list)
    """Symbolic links that match and were not followed."""

    def unknown(self, path: bytes) -> OSError | None:
        """Return why the path, or a directory above it, could not be looked at; None where nothing failed."""
        above = (error for place, error in self.broken.items() if path == place or path.startswith(place.rstrip(b"/") + b"/"))
        return next(above, None)


@dataclass(frozen=True)
class Glob:
    """An absolute pattern, split at its first wildcard."""

    source: Source
    root: str
    parts: tuple[Part, ...]
    dots: tuple[bool, ...]
    """Whether the part names hidden files itself."""


def compile_globs(sources: Sequence[Source]) -> tuple[Glob, ...]:
    """Return the globs of all sources; a file that several match belongs to the first."""
    return tuple(_compile(source, os.path.normpath(path)) for source in sources for path in source.paths)


def _compile(source: Source, pattern: str) -> Glob:
    pieces = pattern.strip("/").split("/")
    wild = next((index for index, piece in enumerate(pieces) if re.search(r"[*?\[]", piece)), len(pieces) - 1)
    wild = min(wild, len(pieces) - 1)
    tail = pieces[wild:]
    parts = tuple(None if piece == "**" else re.compile(fnmatch.translate(piece)).match for piece in tail)
    return Glob(source, "/" + "/".join(pieces[:wild]), parts, tuple(piece.startswith(".") for piece in tail))


def list_files(globs: Sequence[Glob], exclude: Collection[str]) -> Listing:
    """Return every regular file that a glob matches, hidden ones and everything at or below an excluded real path left out."""
    listing = Listing()
    skipped = tuple(path.rstrip("/") for path in exclude)
    for glob in globs:
        _walk(glob, skipped, listing)
    return listing


def _walk(glob: Glob, skipped: tuple[str, ...], listing: Listing) -> None:
    stack = [(glob.root, os.path.realpath(glob.root), _closure(glob, {0}))]
    root = os.fsencode(glob.root)
    while stack:
        directory, real, states = stack.pop()
        if _excluded(real, skipped):
            continue
        if _exposed(directory):
            listing.exposed.append(os.fsencode(directory))
        inside = any(path.startswith(real.rstrip("/") + "/") for path in skipped)
        for item, following, matched in _matches(glob, directory, states, listing):
            if inside and _excluded(os.path.join(real, item.name), skipped):
                continue
            if following:
                stack.append((item.path, os.path.join(real, item.name), following))
            elif matched:
                _add(item, glob.source, root, listing)


def _exposed(directory: str) -> bool:
    try:
        return bool(os.stat(directory).st_mode & stat.S_IWOTH)
    except OSError:
        return False


def _excluded(real: str, skipped: tuple[str, ...]) -> bool:
    return any(real == path or real.startswith(path + "/") for path in skipped)


def _closure(glob: Glob, states: set[int]) -> frozenset[int]:
    """`**` also stands for no directory at all, so what follows it may match here."""
    reached = set(states)
    for state, part in enumerate(glob.parts[:-1]):
        if part is None and state in reached:
            reached.add(state + 1)
    return frozenset(reached)


def _matches(
    glob: Glob, directory: str, states: frozenset[int], listing: Listing
) -> Iterator[tuple[os.DirEntry[str], frozenset[int], bool]]:
    """Yield (entry, states below it, whether the entry itself matches) for each name that leads anywhere."""
    last = len(glob.parts) - 1
    for item in _scan(directory, listing):
        name = item.name
        hidden = name[0] == "."
        hits = [
            state
            for state in states
            if (not hidden or glob.dots[state]) and ((part := glob.parts[state]) is None or part(name) is not None)
        ]
        if not hits:
            continue
        if _is_directory(item, listing):
            below = {state if glob.parts[state] is None else state + 1 for state in hits if glob.parts[state] is None or state < last}
            yield item, _closure(glob, below), False
        else:
            yield item, frozenset(), last in hits


def _is_directory(item: os.DirEntry[str], listing: Listing) -> bool:
    """Some file systems do not say in the listing: then it takes a look that can fail."""
    try:
        return item.is_dir(follow_symlinks=False)
    except OSError as error:
        listing.broken[os.fsencode(item.path)] = error
        return False


def _scan(directory: str, listing: Listing) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as items:
            return list(items)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        listing.broken[os.fsencode(directory)] = error
        return []


def _add(item: os.DirEntry[str], source: Source, root: bytes, listing: Listing) -> None:
    path = os.fsencode(item.path)
    if path in listing.entries:
        return
    try:
        status = item.stat(follow_symlinks=False)
    except FileNotFoundError:
        return
    except OSError as error:
        listing.broken[path] = error
        return
    if stat.S_ISREG(status.st_mode):
        listing.entries[path] = Entry(path, source, root, inode(status), sign(status))
    elif stat.S_ISLNK(status.st_mode):
        listing.links.append(path)
