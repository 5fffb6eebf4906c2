"""Realised performance of one model: a measure over time, which classes are taken for which, what scores are worth."""

from __future__ import annotations

from collections.abc import Sequence

from tuimon.console import formatting
from tuimon.console.board import Board
from tuimon.console.charset import Charset
from tuimon.console.draw.bars import bar
from tuimon.console.draw.chart import Chart, Curve, draw_chart
from tuimon.console.lines import EMPTY, Line, text
from tuimon.console.measured import MEASURES, axis, known, trend_of, value_of
from tuimon.console.panels.picture import Picture, lines_of, message
from tuimon.values.performance import Confusion, Performance, Reliability
from tuimon.values.snapshot import Model
from tuimon.values.text import cell_width, fit

HOW_TO = (
    "no labels have arrived yet. A label is a line with the id of a prediction and what it turned out to be, in any of the logs:"
    ' {"id": "a1", "label": "yes"}. Each is joined to its prediction, however late it comes'
)
MOST_NAME = 12


def over_time(board: Board, model: Model | None, rule: str, chars: Charset) -> Picture:
    """Return one measure at the points of trends, with its limits and what it was in the baseline."""
    words = next(one.words for one in MEASURES if one.rule == rule)
    if model is None or model.realised is None or not model.performance.labels:
        return message("Performance", HOW_TO if model is None or not model.performance.labels else "no labels of late")
    values, series = trend_of(model, rule), model.series
    step = series.step * len(series.rows_per_second) / 12
    end = series.start + series.step * len(series.rows_per_second)
    before = value_of(model.realised.baseline, rule)
    limits = (*board.limits(model, rule), *(((before, "base"),) if before is not None else ()))
    curve = Curve(values, "middle", "*")
    chart = Chart((curve,), end - step * (len(values) - 1), step, limits, formatting.number, axis(rule, values, [v for v, _ in limits]))
    note: Line = ((f"{words} {formatting.number(value_of(model.performance, rule))}", "middle"),)
    if before is not None:
        note = (*note, (f"  {chars.threshold} baseline {formatting.number(before)}", "base"))
    title = f"Performance · {model.model}" if board.many else "Performance"
    return Picture(text(title, "title"), lambda w, h: draw_chart(chart, (w, h), chars), note)


def confusion(model: Model | None) -> Picture:
    """Return which classes were taken for which, as shares of the labels of each; the labels of a regression in numbers."""
    found = model.realised.confusion if model is not None and model.realised is not None else None
    if model is None or found is None:
        return facts(model.performance if model else None)

    def draw(width: int, height: int) -> list[Line]:
        name = min(MOST_NAME, max(map(cell_width, found.classes)))
        each = max(6, min(MOST_NAME, max(map(cell_width, found.classes)) + 1))
        shown = max(1, min(len(found.classes), (width - name - 8) // each))
        head = "".join(f"{fit(one, each - 1):>{each}}" for one in found.classes[:shown])
        lines = [(((f"{'label':<{name}}{'rows':>7} ", "label")), (head, "label"))]
        return [*lines, *(_confused(found, row, (name, each, shown)) for row in range(min(len(found.classes), height - 1)))]

    return Picture(text("Predicted as %", "title"), draw, text(f"{formatting.count(model.performance.labels)} labels", "dim"))


def _confused(found: Confusion, row: int, cells: tuple[int, int, int]) -> Line:
    name, each, shown = cells
    counts = found.counts[row]
    rows = sum(counts)
    shares = [
        (f"{formatting.bare_percent(n / rows) if rows else formatting.NONE:>{each}}", _look(at == row, n)) for at, n in enumerate(counts)
    ]
    return ((fit(found.classes[row], name), "text"), (f"{formatting.count(rows):>7} ", "bright"), *shares[:shown])


def _look(right: bool, rows: int) -> str:
    return "now" if right else "more" if rows else "dim"


def reliability(model: Model | None, chars: Charset) -> Picture:
    """Return the share of positives of each tenth of the scores beside the score itself: a calibrated model has the same."""
    found = model.realised.reliability if model is not None and model.realised is not None else ()
    if model is None or not found:
        return message("Calibration", "no scores between 0 and 1 with labels in this window")

    def draw(width: int, height: int) -> list[Line]:
        room = max(4, width - 24)
        head = text(f"{'score':<7}{'':<{room}}{'positive':>9}{'rows':>8}", "label")
        return [head, *(_tenth(one, room, chars) for one in _that_fit(found, height - 1))]

    return Picture(text("Calibration", "title"), draw, _signs(chars))


def _signs(chars: Charset) -> Line:
    return ((f"{chars.full} more", "more"), (" ", "text"), (f"{chars.shade} less", "base"), (" positive than scored", "dim"))


def _that_fit(found: Sequence[Reliability], rows: int) -> list[Reliability]:
    kept = sorted(sorted(found, key=lambda one: -one.rows)[: max(0, rows)], key=lambda one: one.score)
    return list(kept)


def _tenth(one: Reliability, room: int, chars: Charset) -> Line:
    drawn = bar(one.positive, one.score, 1.0, room, chars)
    return ((f"{one.score:<7.2f}", "text"), *drawn, (f"{one.positive:>9.2f}", "bright"), (f"{formatting.count(one.rows):>8}", "dim"))


def facts(found: Performance | None) -> Picture:
    """Return every measure that is known, one a line."""
    if found is None or not found.labels:
        return lines_of("Measures", [EMPTY])
    lines = [_fact(one.words, formatting.number(value_of(found, one.rule))) for one in known(found)]
    return lines_of("Measures", [_fact("task", found.task or "-"), _fact("labels", formatting.count(found.labels)), *lines])


def _fact(name: str, value: str) -> Line:
    return ((f"{name:<10} ", "label"), (value, "bright"))
