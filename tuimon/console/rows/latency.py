"""Latency: one row a model, then one a version of it."""

from __future__ import annotations

from tuimon.console import formatting
from tuimon.console.board import Board, Subject
from tuimon.console.charset import Charset
from tuimon.console.draw.columns import sparkline
from tuimon.console.draw.grid import Cell, Column, Row
from tuimon.console.status import Status, of_alerts
from tuimon.values.alert import Alert
from tuimon.values.snapshot import Model, Version

COLUMNS = (
    Column("model", 12, grow=True),
    Column("version", 8, drop=1),
    Column("rows/s", 6, "right", drop=3),
    Column("p50", 5, "right", drop=2),
    Column("p95", 5, "right"),
    Column("p99", 5, "right"),
    Column("max", 5, "right", drop=5),
    Column("err %", 5, "right", drop=4),
    Column("1h p95", 12, drop=6),
)


def latency_rows(board: Board, chars: Charset) -> list[Row]:
    """Return the rows, models worst first as the snapshot has them."""
    return [row for model in board.snapshot.models for row in _of_model(board, model, chars)]


def _of_model(board: Board, model: Model, chars: Charset) -> list[Row]:
    alerts = board.alerts(Subject("latency", model.model))
    whole = _row(model, "", [a for a in alerts if a.version is None], model)
    rows = [_with_trend(whole, model.series.p95, chars)]
    if len(model.versions) < 2:
        only = model.versions[0].version if model.versions else ""
        return [_with_trend(_row(model, only, alerts, model), model.series.p95, chars)]
    for version in model.versions:
        own = [a for a in alerts if a.version == version.version]
        row = _row(model, version.version, own, version)
        rows.append(_with_trend(row, version.p95_series, chars))
    return rows


def _row(model: Model, version: str, alerts: list[Alert], found: Model | Version) -> Row:
    latency = found.latency
    status: Status = of_alerts(alerts) or ("ok" if latency.rows else "none")
    look = status if status in ("critical", "warning") else "bright"
    named = version or "all"
    return Row(
        key=(model.model, version),
        status=status,
        cells=(
            Cell(model.model, "bright" if named == "all" else "text"),
            Cell(named, "dim"),
            Cell(formatting.records(found.rows_per_second, found.sampling), "text", found.rows_per_second),
            Cell(formatting.bare_ms(latency.p50), "text", latency.p50),
            Cell(formatting.bare_ms(latency.p95), look, latency.p95),
            Cell(formatting.bare_ms(latency.p99), look, latency.p99),
            Cell(formatting.bare_ms(latency.max), "dim", latency.max),
            Cell(formatting.bare_percent(found.error_rate), "text", found.error_rate),
        ),
        subject=Subject("latency", model.model),
        alerts=frozenset(alert.id for alert in alerts),
    )


def _with_trend(row: Row, series: tuple[float | None, ...], chars: Charset) -> Row:
    trend = Cell(sparkline(series, 12, chars), "spark")
    return Row(row.key, row.status, (*row.cells, trend), row.subject, row.alerts)
