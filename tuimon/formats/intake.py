"""A chunk of any container as lines of JSON objects, and the lines that are none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tuimon.formats.csvfile import csv_lines
from tuimon.formats.engine import Engine
from tuimon.formats.lines import Cut, Lines, cut_lines
from tuimon.formats.parquet import parquet_lines
from tuimon.formats.privacy import Privacy
from tuimon.formats.reader import Decoded
from tuimon.formats.rejects import Rejects, explain
from tuimon.values import Chunk, Container


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

    def reject(self, decoded: Decoded) -> None:
        """Add the lines that are no JSON, and those that hold nothing to record."""
        for row in range(len(decoded.broken)):
            raw = decoded.broken.raw(row)
            self.rejects.add(decoded.broken.number[row], decoded.broken.offset[row], explain(raw), raw)
        for row, reason in decoded.parts.reasons.items():
            number = decoded.lines.number[row]
            self.rejects.add(number, decoded.lines.offset[row], reason, self._shown(decoded.lines, row))

    def _shown(self, lines: Lines, row: int) -> bytes:
        if self.original is None:
            return lines.raw(row)
        place = int(np.searchsorted(self.original.lines.number, lines.number[row]))
        return self.original.lines.raw(place)


def take_in(engine: Engine, container: Container, chunk: Chunk, privacy: Privacy) -> Intake:
    """Return a chunk's lines; raises UnreadableChunk for a Parquet file that cannot be read."""
    rejects = Rejects(privacy)
    for place, (position, size) in enumerate(chunk.overlong):
        rejects.overlong(chunk.first_line + place, position, size)
    if container == "parquet":
        rows = parquet_lines(engine, chunk.descriptor, chunk.start, chunk.end, chunk.first_line)
        return Intake(rows, len(rows), 0, 0, rejects)
    if container == "csv":
        original, lines, skipped = csv_lines(engine, chunk, rejects)
        return Intake(lines, original.total + len(chunk.overlong), original.blank, skipped, rejects, original)
    cut = cut_lines(chunk.data, chunk.first_line, chunk.start)
    for row in range(len(cut.odd)):
        rejects.add(cut.odd.number[row], cut.odd.offset[row], explain(cut.odd.raw(row)), cut.odd.raw(row))
    return Intake(cut.lines, cut.total + len(chunk.overlong), cut.blank, 0, rejects)
