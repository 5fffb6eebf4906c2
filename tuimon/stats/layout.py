"""Columns of different lengths laid end to end in one flat array."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]


class Layout:
    """Where each of c columns lies in a flat last axis; a column may be empty.

    `offsets` is int64[c + 1], `total` the flat length, `owner` the column of each element, int64[total].
    """

    def __init__(self, lengths: Sequence[int]) -> None:
        self.offsets: Longs = np.concatenate(([0], np.cumsum(np.asarray(lengths, dtype=np.int64)))).astype(np.int64)
        self.columns = len(lengths)
        self.total = int(self.offsets[-1])
        self.owner: Longs = np.repeat(np.arange(self.columns, dtype=np.int64), np.diff(self.offsets))
        self._filled = np.flatnonzero(np.diff(self.offsets))
        self._starts = self.offsets[:-1][self._filled]

    def slice(self, column: int) -> slice:
        """Return where the column lies."""
        return slice(int(self.offsets[column]), int(self.offsets[column + 1]))

    def sum(self, values: Floats) -> Floats:
        """Return the sum over each column, float64[..., c], of float64[..., total]; 0 for an empty one."""
        return self._reduce(np.add, values)

    def max(self, values: Floats) -> Floats:
        """Return the maximum over each column, float64[..., c], of float64[..., total] that is not negative; 0 for an empty one."""
        return self._reduce(np.maximum, values)

    def running(self, values: Floats) -> Floats:
        """Return what the column holds up to and with each element, float64[..., total]; exact for counts."""
        running = np.cumsum(values, axis=-1)
        start = np.zeros((*values.shape[:-1], self.columns))
        start[..., self._filled] = running[..., self._starts] - values[..., self._starts]
        return np.asarray(running - start[..., self.owner])

    def _reduce(self, ufunc: np.ufunc, values: Floats) -> Floats:
        if self._filled.size == self.columns and self.columns:
            return np.asarray(ufunc.reduceat(values, self._starts, axis=-1))
        result = np.zeros((*values.shape[:-1], self.columns))
        if self._filled.size:
            result[..., self._filled] = ufunc.reduceat(values, self._starts, axis=-1)
        return result
