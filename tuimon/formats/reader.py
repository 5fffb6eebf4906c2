"""Lines that look like objects, decoded: those that are none set apart, those that a filter leaves out skipped."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tuimon import config
from tuimon.formats import bulk
from tuimon.formats.assemble import NO_PARTS, Parts, Where, assemble
from tuimon.formats.discover import discover
from tuimon.formats.engine import Engine, LineError
from tuimon.formats.features import extend
from tuimon.formats.layout import Layout
from tuimon.formats.lines import Lines
from tuimon.formats.privacy import Privacy
from tuimon.formats.reading import read_values
from tuimon.formats.values import Values


@dataclass(frozen=True)
class Decoded:
    """What lines came to, and the layout that they were read by."""

    parts: Parts
    layout: Layout | None
    """None while no line has shown anything."""
    lines: Lines
    """Those that `parts.reasons` counts."""
    broken: Lines
    """Those that are no JSON."""
    skipped: int = 0


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
        kept = lines.take(wanted)
        decoded = Decoded(NO_PARTS, layout, kept, broken, int(len(lines) - len(kept)))
        if not len(kept):
            return decoded
        values = self.read(kept, layout or extend(Layout(), kept.records(), self.source, self.privacy))
        return replace(decoded, layout=values.layout, parts=assemble(self.engine, kept, values, where))

    def read(self, lines: Lines, layout: Layout) -> Values:
        """Return the values of valid lines by a layout that has grown by what they show."""
        while True:
            values = read_values(self.engine, lines, layout, self.source, self.privacy)
            grown = discover(self.engine, lines, values, self.privacy)
            if grown == layout:
                return values
            if grown.roles.get("model") == layout.roles.get("model"):
                return read_values(self.engine, lines, grown, self.source, self.privacy)
            layout = grown
