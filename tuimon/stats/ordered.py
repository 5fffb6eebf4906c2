"""Bisection over the floats themselves, for edges that hold to the bit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_Ranks = npt.NDArray[np.int64]

_LARGEST = np.finfo(np.float64).max


def _ranks(values: Floats) -> _Ranks:
    bits = values.view(np.int64)
    return np.where(bits >= 0, bits, np.int64(-(2**63)) - bits)


def _floats(ranks: _Ranks) -> Floats:
    return np.where(ranks >= 0, ranks, np.int64(-(2**63)) - ranks).view(np.float64)


def bisect_floats(reached: Callable[[Floats, Floats], npt.NDArray[np.bool_]], wanted: Floats, guess: Floats, slack: Floats) -> Floats:
    """Return the smallest finite float x with `reached(x, wanted)` for each target, float64[k].

    `reached` must be monotone in x. -inf where the lowest float has it already, inf where none has it. The search is short where the
    answer lies within `slack` of `guess` (either may be infinite or NaN), and right wherever it lies.
    """
    low, high = _ranks(np.full(wanted.shape, -_LARGEST)), _ranks(np.full(wanted.shape, _LARGEST))
    first, last = reached(_floats(low), wanted), reached(_floats(high), wanted)
    with np.errstate(over="ignore", invalid="ignore"):
        bounds = [_ranks(np.nan_to_num(guess - slack)), _ranks(np.nan_to_num(guess + slack))]
    for bound in bounds:
        has = reached(_floats(bound), wanted)
        low, high = np.where(has, low, np.maximum(low, bound)), np.where(has, np.minimum(high, bound), high)
    while np.any(open_ := _width(low, high) > 1):
        half = low + (_width(low, high) // 2).astype(np.int64)
        has = reached(_floats(half), wanted)
        low, high = np.where(open_ & ~has, half, low), np.where(open_ & has, half, high)
    answer = _floats(high)
    return np.where(first, -np.inf, np.where(last, answer, np.inf))


def _width(low: _Ranks, high: _Ranks) -> npt.NDArray[np.uint64]:
    return high.view(np.uint64) - low.view(np.uint64)
