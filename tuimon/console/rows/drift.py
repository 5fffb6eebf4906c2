"""Drift: one row a column of a model."""

from __future__ import annotations

from tuimon.console import formatting
from tuimon.console.board import Board, Subject, drift_alerts, trend_title
from tuimon.console.charset import Charset
from tuimon.console.draw.grid import Cell, Column, Row
from tuimon.console.rows.worst import Brush, drift_trend, model_cells
from tuimon.console.status import change_words, of_drift, rank, why_no_verdict
from tuimon.values.snapshot import Drift, Model

KINDS = {"numeric": "num", "category": "cat"}


def drift_columns(board: Board, chars: Charset, trend: int = 12) -> tuple[Column, ...]:
    """Return the columns; the model's only when there are several."""
    return (
        Column("column", 12, grow=True),
        Column("model", model_cells(board), drop=3),
        Column("kind", 4, drop=5),
        Column("value", 6, "right"),
        Column("limit", 5, "right"),
        Column("chance" + chars.at_most, 7, "right", drop=4),
        Column("p", 6, "right", drop=6),
        Column("n", 5, "right", drop=1),
        Column("win", 4, "right", drop=7),
        Column(trend_title(board), trend, drop=2),
    )


def drift_rows(board: Board, chars: Charset, trend: int = 12) -> list[Row]:
    """Return a row for each column of each model, by status, then by value over limit.

    Where something else than the baseline is compared with, the status stays: it is what alerts go by.
    """
    found = [(drift, _row(board, model, drift, Brush(chars, trend))) for model in board.snapshot.models for drift in _compared(model)]
    found.sort(key=lambda pair: (rank(pair[1].status), -_over(pair[0])))
    return [row for _, row in found]


def _compared(model: Model) -> tuple[Drift, ...]:
    return model.aside.drift if model.aside else model.drift


def _over(drift: Drift) -> float:
    return (drift.value or 0.0) / (drift.warning or 1.0)


def _row(board: Board, model: Model, drift: Drift, brush: Brush) -> Row:
    subject = Subject("column", model.model, drift.column)
    usual = board.drift(subject) or drift
    alerts = drift_alerts(board, subject, usual)
    status = of_drift(usual, alerts)
    limit = drift.critical if drift.severity == "critical" else drift.warning
    look = drift.severity or "bright" if model.aside else status if status in ("critical", "warning") else "bright"
    unknown = drift.verdict in ("no_baseline", "insufficient") if model.aside else status == "none"
    trend = change_words(drift, board.snapshot.at) or (why_no_verdict(drift) if unknown else drift_trend(drift, brush.trend, brush.chars))
    return Row(
        key=(model.model, drift.column),
        status=status,
        cells=(
            Cell(drift.column, "text" if status == "ok" else "bright"),
            Cell(model.model, "dim"),
            Cell(KINDS.get(drift.kind, drift.kind), "dim"),
            Cell(formatting.effect(drift.value), look, drift.value),
            Cell(formatting.limit(limit), "dim", limit),
            Cell(formatting.effect(drift.p99), "dim", drift.p99),
            Cell(formatting.chance(drift.p_value), "dim", drift.p_value),
            Cell(formatting.count(drift.rows), "text", float(drift.rows)),
            Cell(drift.window, "dim"),
            Cell(trend, "bright" if drift.change else "none" if unknown else "spark"),
        ),
        subject=subject,
        alerts=frozenset(alert.id for alert in alerts),
    )
