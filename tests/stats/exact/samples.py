"""Pairs of columns of numbers, many of them awkward."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from tuimon.stats.exact.sample import Floats

_PLAIN = st.floats(-1e6, 1e6, allow_nan=False)
_FEW = st.sampled_from([-1.0, 0.0, 0.5, 2.0])
columns: st.SearchStrategy[Floats] = st.one_of(st.lists(_PLAIN, min_size=1, max_size=60), st.lists(_FEW, min_size=1, max_size=60)).map(
    lambda values: np.array(values, dtype=np.float64)
)


def normal(rows: int, seed: int, mean: float = 0.0, deviation: float = 1.0) -> Floats:
    """Return normal values, the same for the same seed."""
    return np.random.default_rng(seed).normal(mean, deviation, rows)
