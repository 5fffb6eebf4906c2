"""Small archives of much: the good lines stand behind the end of it, and in a file beside it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from benchmarks.hostile.good import BEGINNING, GOOD, beginning, lines, neighbour

PIECE = 1 << 20
PIECES = 1_000


def gzip_line(place: Path) -> int:
    """One line."""
    with gzip.open(place / "bad.jsonl.gz", "wb", 1) as file:
        _fill(file.write, b"x" * PIECE)
    neighbour(place)
    return BEGINNING + 1 + 2 * GOOD


def gzip_blanks(place: Path) -> int:
    """Lines of 63 blanks."""
    with gzip.open(place / "bad.jsonl.gz", "wb", 1) as file:
        _fill(file.write, (b" " * 63 + b"\n") * (PIECE // 64))
    neighbour(place)
    return PIECES * (PIECE // 64) + BEGINNING + 1 + 2 * GOOD


def zstd_line(place: Path) -> int:
    """One line."""
    with (place / "bad.jsonl.zst").open("wb") as file, pa.CompressedOutputStream(file, "zstd") as stream:
        _fill(stream.write, b"x" * PIECE)
    neighbour(place)
    return BEGINNING + 1 + 2 * GOOD


def _fill(write: Callable[[bytes], object], piece: bytes) -> None:
    write(beginning())
    for _ in range(PIECES):
        write(piece)
    write(b"\n" + lines())
