"""The latency grid: base-2 exponential bins at scale 5, as in OpenTelemetry's exponential histogram."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

SCALE = 32
"""Bins per doubling."""
ZERO = -40_000
"""The bin of exact zeros; every other bin of a float lies above it."""
_MANTISSAS = np.exp2(np.arange(SCALE + 1) / SCALE - 1)
"""Edges of the bins of one octave, 0.5 to 1: one table, so an edge is the same in every octave."""


def latency_bins(x: npt.ArrayLike) -> Ints:
    """Return the bin of each latency, int32[n]: `ceil(log2(x) * 32) - 1`, and ZERO for 0.

    Bin i holds 2^(i/32) < x <= 2^((i+1)/32) (OpenTelemetry exponential histogram, scale 5). Takes finite values of at least 0 in
    any unit, float64[n]; raises ValueError for others.
    """
    values = np.asarray(x, dtype=np.float64)
    if values.size and not (values.min() >= 0 and values.max() < np.inf):
        raise ValueError("a latency is finite and not negative")
    mantissa, exponent = np.frexp(values)
    inside = np.searchsorted(_MANTISSAS, mantissa, side="left").astype(np.int32) - 1
    return np.where(values == 0, np.int32(ZERO), (exponent - 1) * SCALE + inside)


def latency_edges(bins: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return (lower, upper) of each bin, float64[k] each, in the unit that was counted; 0 and 0 for ZERO."""
    ids = np.asarray(bins, dtype=np.int64)
    zero = ids == ZERO
    return np.where(zero, 0.0, _edge(ids)), np.where(zero, 0.0, _edge(ids + 1))


def _edge(ids: npt.NDArray[np.int64]) -> Floats:
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(np.ldexp(_MANTISSAS[ids % SCALE], (ids // SCALE + 1).astype(np.int32)), dtype=np.float64)
