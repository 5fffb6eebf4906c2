"""Where lines come from: those of several chunks lie one after the other, and each knows its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from tuimon.formats.lines import Lines


@dataclass(frozen=True)
class Where:
    """The chunks that lines come from, and when they are read: what fills in for a missing time, and what is late."""

    chunk: np.ndarray
    """[lines] the place of a line's chunk, never falling."""
    line: np.ndarray
    """[lines] its number in its own generation."""
    generation: np.ndarray
    """[chunks]"""
    modified: np.ndarray
    """[chunks] microseconds."""
    newest: np.ndarray
    """[chunks] the latest event time of the generation so far, microseconds."""
    now: int

    def chunks(self, lines: Lines) -> np.ndarray:
        """Return the place of each line's chunk."""
        return np.asarray(self.chunk[lines.number])

    def lines(self, lines: Lines) -> np.ndarray:
        """Return the number that each line has in its own generation."""
        return np.asarray(self.line[lines.number])

    def after(self, newest: Sequence[int]) -> Where:
        """Return the same chunks once lines with these latest event times were read of them."""
        return replace(self, newest=np.maximum(self.newest, np.array(newest, np.int64)))

    def edges(self, lines: Lines) -> np.ndarray:
        """Return where the lines of each chunk begin and the last ones end."""
        return np.searchsorted(self.chunk[lines.number], np.arange(len(self.generation) + 1))


def laid_together(parts: Sequence[Lines]) -> tuple[Lines, np.ndarray, np.ndarray]:
    """Return the lines of several chunks as one run numbered from 0, with the chunk and the own number of each."""
    chunk = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    own = np.concatenate([part.number for part in parts])
    if len(parts) == 1:
        return replace(parts[0], number=np.arange(len(own))), chunk, own
    kind = pa.large_string() if any(part.text.type != pa.string() for part in parts) else pa.string()
    text = pa.concat_arrays([part.text.cast(kind) for part in parts])
    offset = np.concatenate([part.offset for part in parts])
    return Lines(text, np.arange(len(own)), offset, any(part.typeless for part in parts)), chunk, own
