"""A line chart of several series over time, in braille dots or ASCII marks, with axes and threshold lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from tuimon.console import formatting
from tuimon.console.charset import Charset
from tuimon.console.draw.axis import ticks, times
from tuimon.console.lines import Line

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
Cells = list[list[tuple[str, str]]]
Axis = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """One series; None, NaN and infinities are gaps."""

    values: tuple[float | None, ...]
    role: str
    mark: str
    """The character that draws it without braille."""


@dataclass(frozen=True)
class Chart:
    """What a chart shows: later curves lie on top."""

    curves: tuple[Curve, ...]
    start: float
    step: float
    limits: tuple[tuple[float, str], ...] = ()
    """(value, role) of each threshold line."""
    label: Callable[[float | None], str] = formatting.number
    axis: Axis | None = None
    """(bottom, top) of the value axis; None is from 0 to a little above the data."""


def draw_chart(chart: Chart, size: tuple[int, int], chars: Charset) -> list[Line]:
    """Return the chart over size = (width, height) cells, one line of it for the times; gaps stay open."""
    cells, height = size
    axis = axis_of(chart)
    if cells < 12 or height < 3 or axis is None:
        return [(("no data for a chart", "dim"),)] if height > 0 else []
    rows = height - 1
    marks = _tick_rows(chart, axis, rows)
    margin = max(len(label) for label, _ in marks.values()) + 1
    if cells - margin < 6:
        return [(("too narrow for a chart", "dim"),)]
    area = _raster(chart, cells - margin - 1, rows, axis, chars)
    lines = [_row(area[y], marks.get(y, ("", "dim")), margin, chars) for y in range(rows)]
    return [*lines, _times(chart, cells, margin, chars)]


def axis_of(chart: Chart) -> Axis | None:
    """Return (bottom, top) of the value axis, None when no curve has a value.

    A threshold is drawn when it lies within three times the data, so that a far one does not flatten the curves.
    """
    known = [v for curve in chart.curves for v in curve.values if v is not None and math.isfinite(v)]
    if not known:
        return None
    if chart.axis is not None:
        return chart.axis
    most = max(*known, 0.0)
    near = [value for value, _ in chart.limits if value <= 3 * most]
    return 0.0, max([most, *near]) * 1.05 or 1.0


def _place(value: float, axis: Axis, rows: int) -> int:
    bottom, top = axis
    return rows - 1 - min(rows - 1, int((value - bottom) / (top - bottom) * rows))


def _tick_rows(chart: Chart, axis: Axis, rows: int) -> dict[int, tuple[str, str]]:
    """Return row -> (label, role); a threshold's label wins over a round number near it."""
    bottom, top = axis
    out = {_place(value, axis, rows): (chart.label(value), role) for value, role in chart.limits if bottom <= value <= top}
    for value in ticks(bottom, top, max(2, rows // 2)):
        y = _place(value, axis, rows)
        if value == 0 or not {y - 1, y, y + 1} & {*out}:
            out[y] = (chart.label(value), "dim")
    return out


def _raster(chart: Chart, cells: int, rows: int, axis: Axis, chars: Charset) -> Cells:
    area: Cells = [[(" ", "text")] * cells for _ in range(rows)]
    for value, role in chart.limits:
        if axis[0] <= value <= axis[1]:
            area[_place(value, axis, rows)] = [(chars.threshold, role)] * cells
    for curve in chart.curves:
        if chars.braille:
            _braille(area, curve, axis)
        else:
            _marks(area, curve, axis)
    return area


def _levels(curve: Curve, columns: int, steps: int, axis: Axis) -> list[int | None]:
    out: list[int | None] = []
    bottom, top = axis
    for column in range(columns):
        value = _value_at(curve.values, column * (len(curve.values) - 1) / max(1, columns - 1))
        out.append(None if value is None else min(steps - 1, max(0, int((value - bottom) / (top - bottom) * steps))))
    return out


def _value_at(values: Sequence[float | None], place: float) -> float | None:
    """Return the value between two neighbours, None next to a gap unless the place is nearest to a known one."""
    if not values:
        return None
    low = int(place)
    left, right = values[low], values[min(low + 1, len(values) - 1)]
    known_left, known_right = left is not None and math.isfinite(left), right is not None and math.isfinite(right)
    if known_left and known_right and left is not None and right is not None:
        return left + (right - left) * (place - low)
    nearest, known = (left, known_left) if place - low < 0.5 else (right, known_right)
    return nearest if known else None


def _braille(area: Cells, curve: Curve, axis: Axis) -> None:
    rows, cells = len(area), len(area[0])
    before: int | None = None
    for x, level in enumerate(_levels(curve, cells * 2, rows * 4, axis)):
        if level is not None:
            low, high = sorted((level, level if before is None else before + (level > before) - (level < before)))
            for step in range(low, high + 1):
                _dot(area, x, rows * 4 - 1 - step, curve.role)
        before = level


def _dot(area: Cells, x: int, y: int, role: str) -> None:
    old = area[y // 4][x // 2][0]
    bits = ord(old) - 0x2800 if "\u2800" <= old <= "\u28ff" else 0
    area[y // 4][x // 2] = (chr(0x2800 + (bits | _DOTS[y % 4][x % 2])), role)


def _marks(area: Cells, curve: Curve, axis: Axis) -> None:
    rows, cells = len(area), len(area[0])
    for x, level in enumerate(_levels(curve, cells, rows, axis)):
        if level is not None:
            area[rows - 1 - level][x] = (curve.mark, curve.role)


def _row(cells: Sequence[tuple[str, str]], mark: tuple[str, str], margin: int, chars: Charset) -> Line:
    runs = tuple(("".join(c for c, _ in part), role) for role, part in groupby(cells, key=lambda cell: cell[1]))
    label, look = mark
    return ((label.rjust(margin), look), (chars.axis if label else chars.vertical, "border"), *runs)


def _times(chart: Chart, cells: int, margin: int, chars: Charset) -> Line:
    longest = max((len(curve.values) for curve in chart.curves), default=0)
    end = chart.start + chart.step * max(0, longest - 1)
    words = times(chart.start, end, cells - margin - 1, min(7, longest))
    return ((" " * margin, "text"), (chars.corner, "border"), (words, "dim"))
