"""The Detail page of a subject: five pictures, whatever the subject is."""

from __future__ import annotations

from dataclasses import dataclass

from tuimon.console import formatting
from tuimon.console.board import Board, Subject
from tuimon.console.charset import Charset
from tuimon.console.lines import Line, text
from tuimon.console.measured import telling
from tuimon.console.panels import activity, column, latency, performance
from tuimon.console.panels.picture import Picture, lines_of, message
from tuimon.console.status import of_alert
from tuimon.values.snapshot import Model, Sampling


@dataclass(frozen=True)
class Page:
    """What the boxes of Detail hold."""

    head: Picture
    main: Picture
    facts: Picture
    trend: Picture
    history: Picture


def page(board: Board, subject: Subject, chars: Charset) -> Page:
    """Return the page of a subject; it says so when the subject is gone."""
    model = board.models.get(subject.model)
    past = activity.history(board, subject, chars)
    if model is None:
        gone = message(subject.words, f"{subject.model} is not in this snapshot")
        return Page(gone, gone, gone, gone, past)
    if subject.kind == "column":
        return _column(board, subject, model, past, chars)
    head = _head(board, subject, model)
    if subject.kind == "latency":
        return Page(head, latency.percentiles(board, model, chars), latency.facts(model), latency.histogram(model, chars), past)
    if subject.kind == "errors":
        return Page(head, latency.error_chart(board, model, chars), latency.version_facts(model), latency.traffic_chart(model, chars), past)
    if subject.kind == "performance":
        rule = telling(board, model)
        chart = performance.over_time(board, model, rule, chars)
        behind = performance.confusion(model) if model.realised and model.realised.confusion else latency.traffic_chart(model, chars)
        return Page(head, chart, performance.facts(model.performance), behind, past)
    return Page(head, latency.traffic_chart(model, chars), _flow(model), latency.error_chart(board, model, chars), past)


def _column(board: Board, subject: Subject, model: Model, past: Picture, chars: Charset) -> Page:
    drift, quality = board.compared(subject), board.quality(subject)
    if drift is None:
        gone = message(subject.column, f"{subject.column} is not measured in this snapshot")
        return Page(gone, gone, gone, gone, past)
    return Page(
        column.evidence(board, subject, drift, chars),
        column.distribution(drift, chars, tall_shape=True),
        column.distances(drift, quality),
        column.trend(drift, model, chars),
        past,
    )


def _head(board: Board, subject: Subject, model: Model) -> Picture:
    alerts = [a for a in board.alerts(subject) if a.state != "resolved"]
    lines = [text(a.message, of_alert(a)) for a in alerts] or [text("no alert is active", "dim")]
    rows = f"{model.window}, {model.window_rows:,} rows, {model.window_state.replace('_', ' ')}"
    return lines_of(f"{model.model} · {subject.words}", lines, rows)


def _flow(model: Model) -> Picture:
    found: list[tuple[str, str]] = [
        ("state", model.window_state.replace("_", " ")),
        ("window", f"{model.window}  {formatting.clock(model.window_start)} to {formatting.clock(model.window_end)}"),
        ("rows", f"{model.window_rows:,} in the window, {formatting.count(model.rows)} in all"),
        *([("sampled", _sampled(model.sampling))] if model.sampling else []),
        ("errors", formatting.count(model.errors)),
        ("ids again", _again(model)),
        ("first row", formatting.date(model.first)),
        ("last row", formatting.date(model.last)),
        ("baseline", model.baseline),
        ("advice", model.window_advice or "-"),
    ]
    return lines_of("Rows", [_fact(name, value) for name, value in found])


def _sampled(found: Sampling) -> str:
    """What share of the records is in the log, and how many these rows stand for."""
    rates = f"{100 * found.lowest:.3g} %" if not found.mixed else f"{100 * found.lowest:.3g} to {100 * found.highest:.3g} %"
    words = f"{rates}, ~{formatting.count(found.records)} ±{formatting.count(found.margin)} records"
    return f"{words}, {formatting.count(found.unrated)} rows name no rate" if found.unrated else words


def _again(model: Model) -> str:
    """Rows whose id was seen before."""
    found = model.repeated
    return "no ids" if found is None else f"{found.part:,} of {formatting.count(found.rows)}, {formatting.between(found.interval)}"


def _fact(name: str, value: str) -> Line:
    return ((f"{name:<10} ", "label"), (value, "bright"))
