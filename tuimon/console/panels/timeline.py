"""One time axis for all: did the model, the data or the machine change?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tuimon.console import formatting
from tuimon.console.board import Board, Subject
from tuimon.console.charset import Charset
from tuimon.console.draw.axis import times
from tuimon.console.draw.columns import Values
from tuimon.console.draw.track import Mark, marked, strip
from tuimon.console.lines import Line, text
from tuimon.console.measured import MEASURES, axis, lifted, telling, trend_of, value_of
from tuimon.console.panels.picture import Picture, message
from tuimon.console.status import of_alert, rank
from tuimon.values.snapshot import Drift, Model
from tuimon.values.text import cell_width, fit

LABEL, VALUE = 11, 9
Limits = tuple[tuple[float, str], ...]
_LOOKS = {"limit": "warning", "limit2": "critical"}


@dataclass(frozen=True)
class _Strip:
    name: str
    value: str
    values: Values
    limits: Limits
    falls: bool = False
    """Whether lower is worse."""


def timeline(board: Board, model: Model | None, column: str, chars: Charset) -> Picture:
    """Return traffic, latency, errors, drift, performance, versions and alerts of a model over one axis.

    Drift is that of `column`, or of the worst one when it is empty.
    """
    if model is None or model.window_end is None:
        return message("Timeline", "no data yet")
    series, strips = model.series, list(_strips(board, model, column))
    end = series.start + series.step * len(series.rows_per_second)

    def draw(width: int, height: int) -> list[Line]:
        room = width - LABEL - VALUE - 2
        if room < 8 or height < 3:
            return [text("too small for a timeline", "dim")]
        below = [*_versions(model, (series.start, end), room), _alerts(board, model, column, (series.start, end), room, chars)]
        shown = strips[: max(1, height - len(below) - 1)]
        tall = max(1, min(3, (height - len(below) - 1) // len(shown)))
        lines = [line for one in shown for line in _drawn(one, (room, tall), chars)]
        axis = _labelled("", "", (times(series.start, end, room), "dim"))
        return [*lines, *below, axis][-height:] if len(lines) + len(below) < height else [*lines, *below][:height]

    title = f"Timeline · {model.model}" if board.many else "Timeline"
    return Picture(text(title, "title"), draw, text(f"{formatting.span(end - series.start)} to {formatting.clock(end)} UTC", "dim"))


def lines_of_timeline(board: Board, model: Model | None, column: str, tall: int = 1) -> int:
    """Return how many lines a timeline fills with strips of `tall` lines."""
    if model is None:
        return 1
    return tall * sum(1 for _ in _strips(board, model, column)) + bool(model.series.begun) + 2


def _strips(board: Board, model: Model, column: str) -> Iterator[_Strip]:
    series = model.series
    gapless = tuple(None if value == 0 else value for value in series.rows_per_second)
    yield _Strip("rows/s", formatting.records(model.rows_per_second, model.sampling), gapless, ())
    p95 = board.limits(model, "latency_p95_ms")
    yield _Strip("p95 ms", formatting.bare_ms(model.latency.p95), series.p95, p95)
    yield _Strip("errors", formatting.percent(model.error_rate), series.error_rate, board.limits(model, "error_rate"))
    if any(point.labels for point in model.realised.trend) if model.realised else False:
        yield _performance(board, model)
    drift = _drift(board, model, column)
    if drift is not None:
        limits = tuple((value, role) for value, role in ((drift.warning, "limit"), (drift.critical, "limit2")) if value is not None)
        yield _Strip(drift.column, formatting.effect(drift.value), drift.trend, limits)


def _performance(board: Board, model: Model) -> _Strip:
    """Its bottom is not 0: a change would not be seen there."""
    rule = telling(board, model)
    measure, limits = next(one for one in MEASURES if one.rule == rule), board.limits(model, rule)
    values = trend_of(model, rule)
    found = axis(rule, values, [value for value, _ in limits])
    bottom = found[0] if found else 0.0
    lowered = tuple((value - bottom, role) for value, role in limits)
    shown = formatting.number(value_of(model.performance, rule))
    return _Strip(measure.words, shown, lifted(rule, values, [value for value, _ in limits]), lowered, measure.falls)


def _drift(board: Board, model: Model, column: str) -> Drift | None:
    if column:
        return board.compared(Subject("column", model.model, column))
    measured = [drift for drift in model.drift if drift.value is not None]
    return max(measured, key=lambda drift: (drift.verdict == "drift", (drift.value or 0.0) / (drift.warning or 1.0)), default=None)


def _drawn(one: _Strip, size: tuple[int, int], chars: Charset) -> list[Line]:
    looks = tuple((value, _LOOKS.get(role, role)) for value, role in one.limits)
    lines = strip(one.values, size, looks, chars, one.falls)
    return [_labelled("", "", *line) for line in lines[:-1]] + [_labelled(one.name, one.value, *lines[-1])]


def _labelled(name: str, value: str, *runs: tuple[str, str]) -> Line:
    return ((fit(name, LABEL), "label"), (f"{value:>{VALUE}}  ", "bright"), *runs)


def _versions(model: Model, axis: tuple[float, float], room: int) -> list[Line]:
    """Where versions began; nothing where none did."""
    marks = [Mark(at, at, f"|{fit(name, min(12, cell_width(name)))}", "accent") for name, at in model.series.begun]
    return [_labelled("versions", str(len(model.versions)), *marked(marks, axis, room))] if marks else []


def _alerts(board: Board, model: Model, column: str, axis: tuple[float, float], room: int, chars: Charset) -> Line:
    """What fires since when, worst on top, and where something ended or was lost."""
    alerts = [one for one in board.snapshot.alerts if one.model == model.model and (not column or one.column in (column, None))]
    active = sorted((one for one in alerts if one.state != "resolved"), key=lambda one: -rank(of_alert(one)))
    stretches = [Mark(one.since, axis[1], chars.stretch, of_alert(one)) for one in active]
    ended = [Mark(one.since, one.since, "ok", "ok") for one in alerts if one.state == "resolved"]
    events = [event for event in board.snapshot.events if event.model in (model.model, None)]
    looks = {"critical": "!!", "warning": "!"}
    begun = [Mark(one.at, one.at, looks[one.severity], one.severity) for one in events if one.severity in looks]
    lost = [Mark(one.at, one.at, "x", "critical") for one in events if one.kind == "gap"]
    return _labelled("alerts", str(len(active)), *marked([*stretches, *ended, *begun, *lost], axis, room))
