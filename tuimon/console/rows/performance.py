"""Performance: one row a model and measure."""

from __future__ import annotations

from collections.abc import Iterator

from tuimon.console import formatting
from tuimon.console.board import Board, Subject
from tuimon.console.charset import Charset
from tuimon.console.draw.columns import sparkline
from tuimon.console.draw.grid import Cell, Column, Row
from tuimon.console.measured import MeasureOf, known, lifted, trend_of, value_of
from tuimon.console.rows.worst import model_cells
from tuimon.console.status import Status, of_alerts
from tuimon.values.snapshot import Model


def performance_columns(board: Board, trend: int = 12) -> tuple[Column, ...]:
    """Return the columns; the model's only when there are several."""
    return (
        Column("measure", 9, grow=True),
        Column("model", model_cells(board), drop=3),
        Column("value", 7, "right"),
        Column("limit", 6, "right", drop=2),
        Column("baseline", 8, "right", drop=1),
        Column("labels", 6, "right", drop=4),
        Column("of rows", 7, "right", drop=6),
        Column("trend", trend, drop=5),
    )


def performance_rows(board: Board, chars: Charset, trend: int = 12) -> list[Row]:
    """Return a row for each measure of each model that has labels; of a model without, one that says so where others have some."""
    return [row for model in board.snapshot.models for row in _of_model(board, model, chars, trend)]


def _of_model(board: Board, model: Model, chars: Charset, trend: int) -> Iterator[Row]:
    subject = Subject("performance", model.model)
    found = known(model.performance)
    for measure in found:
        yield _row(board, model, measure, chars, trend)
    if not found and any(other.performance.labels for other in board.snapshot.models):
        cells = ("no labels", model.model, formatting.NONE, "", "", "0", "", "")
        yield Row((model.model, ""), "none", tuple(Cell(words, "dim") for words in cells), subject)


def _row(board: Board, model: Model, measure: MeasureOf, chars: Charset, trend: int) -> Row:
    subject, found = Subject("performance", model.model), model.performance
    alerts = [alert for alert in board.alerts(subject) if alert.rule == measure.rule]
    status: Status = of_alerts(alerts) or "ok"
    value, before = value_of(found, measure.rule), value_of(model.realised.baseline if model.realised else None, measure.rule)
    points = trend_of(model, measure.rule)
    return Row(
        key=(model.model, measure.rule),
        status=status,
        cells=(
            Cell(measure.words, "text" if status == "ok" else "bright"),
            Cell(model.model, "dim"),
            Cell(formatting.number(value), status if status in ("critical", "warning") else "bright", value),
            Cell(formatting.limit(board.limit(alerts, model, measure.rule)), "dim"),
            Cell(formatting.number(before), "dim", before),
            Cell(formatting.count(found.labels), "text", found.labels),
            Cell(formatting.percent(found.labels / model.window_rows) if model.window_rows else "", "dim"),
            Cell(sparkline(lifted(measure.rule, points, ()), trend, chars), "spark"),
        ),
        subject=subject,
        alerts=frozenset(alert.id for alert in alerts),
    )
