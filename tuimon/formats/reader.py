"""Lines that look like objects, decoded: those that are none set apart, those that a filter leaves out skipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tuimon import config
from tuimon.formats import bulk
from tuimon.formats.assemble import Assembled, assemble, joined, nothing
from tuimon.formats.discover import discover
from tuimon.formats.engine import Engine, LineError, TooMuch
from tuimon.formats.features import extend
from tuimon.formats.layout import ROLES, Layout
from tuimon.formats.lines import Lines
from tuimon.formats.privacy import Privacy
from tuimon.formats.reading import read_values
from tuimon.formats.roles import find_rate
from tuimon.formats.values import Values
from tuimon.formats.where import Where

LOOKED_AT = 20
"""Lines of a chunk in which a sample rate is looked for that none had before."""
MOST_CELLS = 1 << 22
"""Values that are read at a time: 32 MB of numbers. Where many models share a source each line has most of them empty."""


@dataclass(frozen=True)
class Decoded:
    """What lines came to, and the layout that they were read by."""

    assembled: Assembled
    layout: Layout | None
    """None while no line has shown anything."""
    lines: Lines
    """Those that `assembled.reasons` counts."""
    broken: Lines
    """Those that are no JSON."""
    skipped: np.ndarray
    """[chunks] lines that a filter leaves out."""


@dataclass(frozen=True)
class Reader:
    """Reads the lines of one source with one engine."""

    engine: Engine
    source: config.Source
    privacy: Privacy

    def decode(self, lines: Lines, layout: Layout | None, where: Where) -> Decoded:
        """Return what the lines come to. All are taken for valid at first; only when one is not is each asked."""
        none = lines.take(np.zeros(len(lines), bool))
        try:
            return self._valid(lines, layout, where, none)
        except LineError:
            good = bulk.valid(self.engine, lines)
        return self._valid(lines.take(good), layout, where, lines.take(~good))

    def _valid(self, lines: Lines, layout: Layout | None, where: Where, broken: Lines) -> Decoded:
        wanted = bulk.matching(self.engine, lines, self.source.where) if self.source.where and len(lines) else np.ones(len(lines), bool)
        kept, chunks = lines.take(wanted), len(where.generation)
        skipped = np.bincount(where.chunks(lines)[~wanted], minlength=chunks)
        decoded = Decoded(nothing(chunks), layout, kept, broken, skipped)
        if not len(kept):
            return decoded
        layout = layout or extend(Layout(), kept.records(), self.source, self.privacy)
        if self.source.fields.sample_rate is not None and "sample_rate" not in layout.roles:
            # A rate may be named when the log has been read for long: nothing else of a known layout changes by that.
            layout = find_rate(layout, kept.records(range(min(len(kept), LOOKED_AT))), self.source, self.privacy)
        found = []
        for at, values in self._stretches(kept, layout):
            part = assemble(self.engine, kept.slice(at, values.rows), values, where)
            where, layout = where.after([one.newest for one in part.parts]), values.layout
            found.append((at, part))
        return replace(decoded, layout=layout, assembled=joined(found))

    def _stretches(self, lines: Lines, layout: Layout) -> Iterator[tuple[int, Values]]:
        """Yield all lines in stretches of at most MOST_CELLS values, each with its first row."""
        at, most = 0, len(lines)
        while at < len(lines):
            some = lines.slice(at, min(most, most_lines(layout)))
            try:
                layout, values = self._read(some, layout)
            except TooMuch:
                if len(some) == 1:
                    raise
                most = len(some) // 2
                continue
            if values is not None:
                yield at, values
                at += len(some)

    def _read(self, lines: Lines, layout: Layout) -> tuple[Layout, Values | None]:
        """Return the layout grown by what the lines show, and their values by it; None when they must be read again by it."""
        values = read_values(self.engine, lines, layout, self.source, self.privacy)
        grown = discover(self.engine, lines, values, self.privacy)
        if grown == layout:
            return grown, values
        # What was found can be the models' names, or more than fits.
        if grown.roles.get("model") != layout.roles.get("model") or len(lines) > most_lines(grown):
            return grown, None
        return grown, read_values(self.engine, lines, grown, self.source, self.privacy)


def most_lines(layout: Layout) -> int:
    """Return how many lines can be read at a time by a layout so that their values stay within MOST_CELLS."""
    return max(1, MOST_CELLS // (len(layout.places()) + len(ROLES) + len(layout.faults)))
