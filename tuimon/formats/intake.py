"""A chunk of any container as lines of JSON objects, and the lines that are none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tuimon.formats.csvfile import csv_lines
from tuimon.formats.engine import Engine
from tuimon.formats.lines import Cut, Lines, cut_lines
from tuimon.formats.parquet import Rows, json_lines
from tuimon.formats.privacy import Privacy
from tuimon.formats.rejects import LONG, TOO_DEEP, Rejects, explain, too_deep
from tuimon.values.chunk import Chunk, Container


@dataclass(frozen=True)
class Intake:
    """A chunk's lines by what they are: total = lines + blank + skipped + rejected so far."""

    lines: Lines
    total: int
    blank: int
    skipped: int
    rejects: Rejects
    original: Cut | None = None
    """The lines as they stand in the file, where `lines` are a translation."""

    def reject(self, lines: Lines, row: int, line: int, reason: str | None = None) -> None:
        """Reject the line at a row of `lines`, which has the number `line`; without a reason because it is no JSON."""
        raw = lines.raw(row)
        shown = raw if self.original is None or reason is None else _numbered(self.original.lines, line)
        self.rejects.add(line, lines.offset[row], reason or explain(raw), shown)


def _numbered(lines: Lines, line: int) -> bytes:
    return lines.raw(int(np.searchsorted(lines.number, line)))


def take_in(engine: Engine, container: Container, chunk: Chunk, privacy: Privacy, parquet: Rows) -> Intake:
    """Return a chunk's lines; `parquet` reads on in Parquet files, and raises UnreadableChunk for one that cannot be read."""
    rejects = Rejects(privacy)
    for place, (position, size) in enumerate(chunk.overlong):
        rejects.overlong(chunk.first_line + place, position, size)
    if container == "parquet":
        rows = parquet.read(chunk.generation.number, chunk.descriptor, chunk.start, chunk.end)
        lines = json_lines(engine, rows, chunk.first_line)
        return Intake(lines, len(lines), 0, 0, rejects)
    if container == "csv":
        original, lines, skipped = csv_lines(engine, chunk, rejects)
        return Intake(lines, original.total + len(chunk.overlong), original.blank, skipped, rejects, original)
    cut = cut_lines(chunk.data, chunk.first_line, chunk.start)
    for row, raw in enumerate(cut.odd.raws()):
        rejects.add(cut.odd.number[row], cut.odd.offset[row], explain(raw), raw)
    return Intake(_shallow(cut.lines, rejects), cut.total + len(chunk.overlong), cut.blank, 0, rejects)


def _shallow(lines: Lines, rejects: Rejects) -> Lines:
    """Return the lines without those that are long and nested too deeply."""
    deep = [row for row in lines.longer_than(LONG) if too_deep(lines.raw(row))]
    for row in deep:
        rejects.add(lines.number[row], lines.offset[row], TOO_DEEP, lines.raw(row))
    return lines.take(~np.isin(np.arange(len(lines)), deep)) if deep else lines
