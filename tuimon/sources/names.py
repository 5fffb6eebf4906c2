"""What a file's name says about rotation: its stem, its age among its siblings, its family."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from functools import lru_cache

_COMPRESSED = re.compile(rb"\.(?:gz|zst)$", re.IGNORECASE)
_DATE = rb"[.\-_]\d{4}-?\d{2}-?\d{2}(?:[T_.\-]?\d{2}[:\-]?\d{2}(?:[:\-]?\d{2})?)?Z?$"
_STAMP = re.compile(_DATE + rb"|[.\-]\d{10}(?:\d{3})?$")
_NUMBER = re.compile(rb"\.(\d{1,5})$")
_DIGITS = re.compile(rb"\d+")


@dataclass(frozen=True, slots=True)
class Name:
    """A path read as `directory/stem` plus rotation suffixes."""

    group: bytes
    """Directory and stem: one live file and its rotated generations share it."""
    stamp: bytes
    """The digits of a date suffix; empty without one."""
    number: int
    """A numeric suffix (`.1`); 0 without one."""
    compressed: bool

    @property
    def rotated(self) -> bool:
        """Whether the name alone says that nobody writes to this file any more."""
        return self.compressed or bool(self.stamp) or self.number > 0

    @property
    def age(self) -> tuple[bytes, int]:
        """A key that sorts the files of one group oldest first: dates ascend, `.3` is older than `.1`, the bare name is newest."""
        return (self.stamp, self.number) if self.stamp else (b"~", -self.number)


@lru_cache(maxsize=4096)
def name_of(path: bytes) -> Name:
    """Return how the path reads once compression and rotation suffixes are taken off its end."""
    directory, base = os.path.split(path)
    bare = _COMPRESSED.sub(b"", base)
    stem, stamp, number = _strip(bare)
    return Name(directory + b"/" + stem, stamp, number, bare != base)


def _strip(base: bytes) -> tuple[bytes, bytes, int]:
    stamp, number = b"", 0
    while True:
        if (dated := _STAMP.search(base)) and dated.start() and not stamp:
            stamp, base = b"".join(_DIGITS.findall(dated.group())), base[: dated.start()]
        elif (counted := _NUMBER.search(base)) and counted.start() and not number:
            number, base = int(counted.group(1)), base[: counted.start()]
        else:
            return base, stamp, number


def family_of(path: bytes, root: bytes) -> str:
    """Return the path below `root` without rotation and date suffixes and with every run of digits as '#'.

    Files of one family are taken to share one layout; two paths that differ in rotation, date or counters only have the same family.
    """
    group = name_of(path).group
    below = group[len(root) :].lstrip(b"/") if group.startswith(root.rstrip(b"/") + b"/") else group
    directory, base = os.path.split(below)
    stem, extension = os.path.splitext(base)
    stem = _strip(stem)[0]
    return sys.intern(_DIGITS.sub(b"#", os.path.join(directory, stem + extension)).decode("utf-8", "backslashreplace"))


def natural(path: bytes) -> bytes:
    """Return a key that sorts names as people do: `f2` before `f10`.

    Before each number stands a NUL, which no path holds and every text sorts after, and how many digits it has.
    """
    return _DIGITS.sub(_ranked, path)


def _ranked(found: re.Match[bytes]) -> bytes:
    digits = found.group().lstrip(b"0")
    return b"\0" + len(digits).to_bytes(2, "big") + digits
