"""Two category columns as counts over the same names."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tuimon.stats.exact.sample import Longs

Counts = Mapping[str, int]
"""Value -> rows."""


def aligned(before: Counts, now: Counts) -> tuple[Longs, Longs]:
    """Return both sides' counts over all values that either has, in order of their names, int64[k] each."""
    names = sorted({name for side in (before, now) for name, count in side.items() if count})
    return _over(before, names), _over(now, names)


def unseen_pooled(before: Counts, now: Counts) -> tuple[Longs, Longs]:
    """Return both sides' counts over the values before in order of their names, and in one last place everything that was not there."""
    names = sorted(name for name, count in before.items() if count)
    known = _over(now, names)
    rest = sum(now.values()) - int(known.sum())
    return np.append(_over(before, names), 0), np.append(known, rest)


def _over(counts: Counts, names: list[str]) -> Longs:
    return np.array([counts.get(name, 0) for name in names], dtype=np.int64)
