"""The names of the groups of compared columns, as the screens show them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from tuimon.stats import Frame, group_ranges
from tuimon.store import ColumnFacts
from tuimon.values.text import safe_text

OTHERS = "other values"
"""The name of a hashed bin."""


def group_labels(columns: Sequence[ColumnFacts], frame: Frame) -> tuple[str, ...]:
    """Return the name of every group of a frame over these columns, in the order of its group layout."""
    lower, upper = (side.tolist() for side in group_ranges(frame))
    bins, found = frame.bins_of_groups(), []
    for column, (low, high) in zip(columns, pairwise(frame.group_layout.offsets.tolist()), strict=True):
        if column.kind == "category":
            found += [_values(column, bins[group]) for group in range(low, high)]
        else:
            found += [_range(lower[group], upper[group]) for group in range(low, high)]
    return tuple(found)


def _values(column: ColumnFacts, bins: list[int]) -> str:
    if len(bins) > 1:
        return f"{len(bins)} others"
    return safe_text(column.values[bins[0]] if bins[0] < len(column.values) else OTHERS)


def _range(lower: float, upper: float) -> str:
    if lower == -math.inf:
        return "any" if upper == math.inf else f"below {upper:.4g}"
    return f"{lower:.4g} and up" if upper == math.inf else f"{lower:.4g} to {upper:.4g}"
