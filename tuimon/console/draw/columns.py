"""Columns of blocks: sparklines, histograms, filled series."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tuimon.console.charset import Charset
from tuimon.console.lines import Line

Values = Sequence[float | None]


def resample(values: Values, cells: int) -> list[float | None]:
    """Return `cells` values: the largest of each bucket, stretched when there are fewer; None where a bucket has none."""
    n = len(values)
    if n == 0 or cells <= 0:
        return [None] * max(0, cells)
    out: list[float | None] = []
    for cell in range(cells):
        start, stop = cell * n // cells, max(cell * n // cells + 1, (cell + 1) * n // cells)
        known = [v for v in values[start:stop] if v is not None and math.isfinite(v)]
        out.append(max(known) if known else None)
    return out


def columns(values: Values, size: tuple[int, int], chars: Charset, role: str = "spark", top: float | None = None) -> list[Line]:
    """Return columns from 0 to `top` (default: the largest value) over size = (width, height) cells, highest line first.

    None, NaN and infinities are gaps; a value above 0 shows at least the lowest level; a constant series fills half.
    """
    cells, height = size
    picked = resample(values, cells)
    known = [v for v in picked if v is not None]
    ceiling = top if top is not None and math.isfinite(top) and top > 0 else max(known, default=0.0)
    heights = [_height(v, ceiling, height * len(chars.levels)) for v in picked]
    return [((_row(heights, height - 1 - y, chars), role),) for y in range(height)]


def sparkline(values: Values, cells: int, chars: Charset, top: float | None = None) -> str:
    """Return a one-line column picture."""
    return columns(values, (cells, 1), chars, top=top)[0][0][0]


def _height(value: float | None, ceiling: float, steps: int) -> int:
    if value is None or not math.isfinite(value):
        return -1
    if ceiling <= 0 or value <= 0:
        return 0
    return max(1, min(steps, math.ceil(min(1.0, value / ceiling) * steps)))


def _row(heights: Sequence[int], floor: int, chars: Charset) -> str:
    per_cell = len(chars.levels)
    return "".join(_block(height, floor * per_cell, chars) for height in heights)


def _block(height: int, below: int, chars: Charset) -> str:
    if height < 0:
        return " "
    part = min(height - below, len(chars.levels))
    if part > 0:
        return chars.levels[part - 1]
    return chars.levels[0] if below == 0 else " "
