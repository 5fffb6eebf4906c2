"""The exact distribution of the two-sample Kolmogorov-Smirnov statistic."""

from __future__ import annotations

import numpy as np

_SLACK = 1e-9
"""A difference of shares this much below d counts as d: both are quotients of whole numbers."""


def ks_exact(d: float, n: int, m: int) -> float:
    """Return P(D >= d) for n and m rows of one continuous distribution.

    All orders in which the rows of both sides may come are equally likely. The chance that the difference of the two shares has not
    reached d yet is carried along the lattice diagonal by diagonal (Hodges 1957): n + m steps over those places of the smaller side that
    are nearer than d.
    """
    small, large = min(n, m), max(n, m)
    lowest, highest = _inside(d, small, large)
    taken = np.arange(small + 1, dtype=np.float64)
    alive, first, last, hit = np.ones(1), 0, 0, 0.0
    for step in range(1, small + large + 1):
        # The next row is of one side with the share of its rows among those that are left.
        places, left = taken[first : last + 1], small + large - step + 1
        moved = np.zeros(last - first + 2)
        moved[:-1] = alive * ((large - step + 1 + places) / left)
        moved[1:] += alive * ((small - places) / left)
        low, high = max(first, lowest[step]), min(last + 1, highest[step])
        if low > high:
            return 1.0
        alive = moved[low - first : high - first + 1]
        hit += float(moved[: low - first].sum() + moved[high - first + 1 :].sum())
        first, last = low, high
    return min(1.0, hit)


def _inside(d: float, small: int, large: int) -> tuple[list[int], list[int]]:
    """The first and last i, of the i + j = step rows taken so far, for which |i / small - j / large| is below d."""
    step = np.arange(small + large + 1)
    unit, reach = 1 / small + 1 / large, d - _SLACK
    lowest = np.maximum(np.floor((step / large - reach) / unit) + 1, np.maximum(0, step - large))
    highest = np.minimum(np.ceil((step / large + reach) / unit) - 1, np.minimum(small, step))
    return lowest.astype(np.int64).tolist(), highest.astype(np.int64).tolist()
