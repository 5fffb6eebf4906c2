"""Rows in order of time, cut into chunks of time or of rows; one chunk is in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tuimon.monitor.analysis.blocks import Block

MICROS = 1_000_000
USUAL = (86_400, 21_600, 3_600, 600, 60)
"""Widths in seconds to choose from where none is given, widest first."""
FEW = 10


@dataclass(frozen=True)
class Cut:
    """How rows are cut: by stretches of `seconds` that begin at whole multiples of it (UTC), or by so many `rows`."""

    seconds: float | None = None
    rows: int | None = None


@dataclass(frozen=True)
class Chunk:
    """The rows of one chunk; times in seconds. By time it ends where the next begins, by rows with its last row."""

    index: int
    start: float
    end: float
    blocks: tuple[Block, ...]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(block.rows for block in self.blocks)


def usual_cut(seconds: float, rows: int, least: int) -> Cut:
    """Return how a range of so many seconds and rows is cut when nobody says how: the widest that gives FEW chunks, or a wider one until
    a chunk has about the `least` rows that can be judged."""
    place = next((place for place, width in enumerate(USUAL) if seconds >= FEW * width), len(USUAL) - 1)
    while place and rows * USUAL[place] < least * seconds:
        place -= 1
    return Cut(float(USUAL[place]))


def chunks(blocks: Iterable[Block], cut: Cut) -> Iterator[Chunk]:
    """Yield the chunks of blocks that come in order of time; stretches without rows are passed over, the last rows are a short chunk."""
    pieces = _by_rows(blocks, cut.rows) if cut.rows else _by_time(blocks, round((cut.seconds or 0) * MICROS))
    for index, (start, end, held) in enumerate(pieces):
        yield Chunk(index, start / MICROS, end / MICROS, tuple(held))


def _by_rows(blocks: Iterable[Block], rows: int) -> Iterator[tuple[int, int, list[Block]]]:
    held: list[Block] = []
    missing = rows
    for block in blocks:
        at = 0
        while block.rows - at >= missing:
            held.append(block.slice(at, at + missing))
            yield _span(held)
            at, held, missing = at + missing, [], rows
        if at < block.rows:
            held.append(block.slice(at, block.rows))
            missing -= block.rows - at
    if held:
        yield _span(held)


def _by_time(blocks: Iterable[Block], width: int) -> Iterator[tuple[int, int, list[Block]]]:
    held: list[Block] = []
    current: int | None = None
    for block in blocks:
        number = block.ts // width
        borders = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), block.rows]
        for first, last in pairwise(borders):
            if first == last:
                continue
            if current is not None and int(number[first]) != current:
                yield current * width, (current + 1) * width, held
                held = []
            current = int(number[first])
            held.append(block.slice(first, last))
    if held and current is not None:
        yield current * width, (current + 1) * width, held


def _span(held: list[Block]) -> tuple[int, int, list[Block]]:
    return int(held[0].ts[0]), int(held[-1].ts[-1]), held
