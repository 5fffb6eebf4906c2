"""Overview: every subject of every model, worst first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tuimon.console import formatting
from tuimon.console.board import QUALITY_RULES, Board, Subject, drift_alerts, is_gone, subject_of, trend_title
from tuimon.console.charset import Charset
from tuimon.console.draw.columns import sparkline
from tuimon.console.draw.grid import Cell, Column, Row
from tuimon.console.measured import MEASURES, lifted, telling, trend_of, value_of
from tuimon.console.rows.alerts import limit_words, value_words
from tuimon.console.status import Status, change_words, of_alert, of_alerts, of_drift, of_window, rank, why_no_verdict
from tuimon.values.alert import Alert, Incident
from tuimon.values.snapshot import Drift, Model, Quality, Share
from tuimon.values.text import cell_width, fit

NOTABLE = 0.001
"""Quality rates below this are no row of their own unless an alert is about them."""


@dataclass(frozen=True)
class Brush:
    """How trends are drawn: the characters and how many cells."""

    chars: Charset
    trend: int


def worst_columns(board: Board, trend: int = 12) -> tuple[Column, ...]:
    """Return the columns; the model's only when there are several."""
    return (
        Column("subject", 12, grow=True),
        Column("model", model_cells(board), drop=2),
        Column("stat", 8, drop=1),
        Column("value", 7, "right"),
        Column("limit", 6, "right", drop=3),
        Column(trend_title(board), trend, drop=4),
        Column("since", 5, "right", drop=5),
    )


def model_cells(board: Board) -> int:
    """Return the width of a column of model names, 0 when there is only one."""
    return max(5, min(12, max(cell_width(name) for name in board.models))) if board.many else 0


def worst_rows(board: Board, chars: Charset, trend: int = 12) -> list[Row]:
    """Return a row for each subject, ordered by status, then by how far it is over its limit."""
    scored = [pair for model in board.snapshot.models for pair in _of_model(board, model, Brush(chars, trend))]
    scored += [(0.0, _of_all_logs(board, alert)) for alert in board.snapshot.alerts if not alert.model and alert.state != "resolved"]
    scored.sort(key=lambda pair: (rank(pair[1].status), -pair[0]))
    return [row for _, row in scored]


def _of_model(board: Board, model: Model, brush: Brush) -> Iterator[tuple[float, Row]]:
    yield _flow(board, model)
    if model.repeated is not None and model.repeated.rate >= NOTABLE:
        yield _repeated(board, model, model.repeated)
    yield _latency(board, model, brush)
    yield _errors(board, model, brush)
    if model.performance.labels or board.alerts(Subject("performance", model.model)):
        yield _performance(board, model, brush)
    incidents = [incident for incident in board.snapshot.incidents if incident.model == model.model]
    together = {column for incident in incidents for column in incident.columns}
    yield from (row for incident in incidents if (row := _incident(board, model, incident, brush)) is not None)
    for drift in model.drift:
        if drift.column not in together and not _said_by_quality(drift, model):
            yield _drift(board, model, drift, brush)
    folded = {alert for incident in incidents for alert in incident.alerts}
    gone = {drift.column: change_words(drift, board.snapshot.at) for drift in model.drift if is_gone(drift)}
    for quality in model.quality:
        found = _quality(board, model, quality, gone.get(quality.column, ""))
        yield from ((over, row) for over, row in found if not row.alerts or row.alerts - folded)


def _row(
    subject: Subject, stat: str, status: Status, value: tuple[str, float | None], limit: str, trend: str, alerts: list[Alert], now: float
) -> Row:
    since = min((a.since for a in alerts if a.state != "resolved"), default=None)
    look = status if status in ("critical", "warning", "stale") else "text" if status == "none" else "bright"
    return Row(
        key=(subject.kind, subject.model, subject.column, stat),
        status=status,
        cells=(
            Cell(subject.words, "text" if status == "ok" else "bright"),
            Cell(subject.model, "dim"),
            Cell(stat, "dim"),
            Cell(value[0], look, value[1]),
            Cell(limit, "dim"),
            Cell(trend, "none" if status == "none" else "spark"),
            Cell(formatting.when(since, now)[-5:] if since is not None else "", "dim", since),
        ),
        subject=subject,
        alerts=frozenset(alert.id for alert in alerts),
    )


def _of_all_logs(board: Board, alert: Alert) -> Row:
    """How lines arrive is about no model: it has a row while there is something to say."""
    stat = {"rejected_rate": "rejects"}.get(alert.rule, alert.rule.removesuffix("_rate").removesuffix("_bytes"))
    value = (value_words(alert, alert.value), alert.value)
    row = _row(subject_of(alert), stat, of_alert(alert), value, limit_words(alert), "", [alert], board.snapshot.at)
    return replace(row, subject=None, cells=(replace(row.cells[0], text="all logs"), *row.cells[1:]))


def _over(value: float | None, limit: float | None) -> float:
    return value / limit if value is not None and limit else value or 0.0


def _drift(board: Board, model: Model, drift: Drift, brush: Brush) -> tuple[float, Row]:
    subject = Subject("column", model.model, drift.column)
    alerts = drift_alerts(board, subject)
    status = of_drift(drift, alerts)
    limit = drift.critical if status == "critical" and drift.critical is not None else drift.warning
    words = change_words(drift, board.snapshot.at) or (why_no_verdict(drift) if status == "none" else "")
    trend = words or drift_trend(drift, brush.trend, brush.chars)
    stat = drift.method.upper() if drift.method in ("psi", "js", "ks") else drift.method
    row = _row(
        subject,
        stat[:7],
        status,
        (formatting.effect(drift.value), drift.value),
        formatting.limit(limit),
        trend,
        alerts,
        board.snapshot.at,
    )
    return _over(drift.value, limit), row


def _incident(board: Board, model: Model, incident: Incident, brush: Brush) -> tuple[float, Row] | None:
    """One row for columns that moved together, with the numbers of the worst; None when none of them is measured any more."""
    subjects = [Subject("column", model.model, column) for column in incident.columns]
    worst = next((drift for subject in subjects if (drift := board.drift(subject)) is not None), None)
    if worst is None:
        return None
    over, row = _drift(board, model, worst, brush)
    alerts = [alert for alert in board.snapshot.alerts if alert.id in incident.alerts]
    row = replace(row, status=of_alerts(alerts) or row.status, alerts=frozenset(incident.alerts))
    since = formatting.when(incident.since, board.snapshot.at)[-5:]
    whose = (f"{fit(model.model, model_cells(board)).strip()}: " if board.many else "") + str(len(subjects))
    if len(subjects) == 1:
        return over, replace(row, cells=(replace(row.cells[0], text=with_others(worst.column, alerts)), *row.cells[1:]))
    cells = (
        replace(row.cells[0], text=f"{whose} columns moved together: "),
        *row.cells[1:-1],
        replace(row.cells[-1], text=since, sort=incident.since),
    )
    key = ("together", model.model, incident.alerts[0])
    row = replace(row, key=key, cells=cells)
    return over, replace(row, names=incident.columns, short=f"{whose} moved: ", span=3)


def with_others(column: str, alerts: list[Alert]) -> str:
    """Return the name of a column with what else than drift its alerts are about: "age + missing"."""
    others = [rule for rule in QUALITY_RULES if any(alert.rule.startswith(rule) for alert in alerts)]
    return " + ".join((column, *others))


def drift_trend(drift: Drift, cells: int, chars: Charset) -> str:
    """Return the sparkline of a column's value; its full height is the critical limit or the largest value."""
    top = max([v for v in drift.trend if v is not None] + [drift.critical or drift.warning or 0.0])
    return sparkline(drift.trend, cells, chars, top=top)


def _latency(board: Board, model: Model, brush: Brush) -> tuple[float, Row]:
    subject = Subject("latency", model.model)
    alerts = board.alerts(subject)
    p99 = any(a.rule.startswith("latency_p99") and a.state == "firing" for a in alerts) and not any(
        a.rule.startswith("latency_p95") and a.state == "firing" for a in alerts
    )
    value = model.latency.p99 if p99 else model.latency.p95
    series = model.series.p99 if p99 else model.series.p95
    rule = "latency_p99_ms" if p99 else "latency_p95_ms"
    limit = board.limit([a for a in alerts if a.rule == rule and a.version is None], model, rule)
    status = of_alerts(alerts) or ("ok" if value is not None else "none")
    trend = sparkline(series, brush.trend, brush.chars) if value is not None else "no latency"
    stat = "p99 ms" if p99 else "p95 ms"
    shown = (formatting.bare_ms(value), value)
    return _over(value, limit) if limit else 0.0, _row(
        subject, stat, status, shown, formatting.limit(limit), trend, alerts, board.snapshot.at
    )


def _errors(board: Board, model: Model, brush: Brush) -> tuple[float, Row]:
    subject = Subject("errors", model.model)
    alerts = board.alerts(subject)
    status = of_alerts(alerts) or ("ok" if model.error_rate is not None else "none")
    limit = board.limit(alerts, model, "error_rate")
    trend = sparkline(
        model.series.error_rate, brush.trend, brush.chars, top=max([limit or 0.01, *(v or 0 for v in model.series.error_rate)])
    )
    value = (formatting.percent(model.error_rate), model.error_rate)
    shown = formatting.percent(limit) if limit else formatting.NONE
    row = _row(subject, "rate", status, value, shown, trend if status != "none" else "no data", alerts, board.snapshot.at)
    return _over(model.error_rate, limit), row


def _flow(board: Board, model: Model) -> tuple[float, Row]:
    subject = Subject("flow", model.model)
    alerts = board.alerts(subject)
    state = of_window(model)
    status = of_alerts(alerts) or state
    age = None if model.last is None else max(0.0, board.snapshot.at - model.last)
    if model.window_state == "historic":
        value, trend = ("past", age), "historic logs"
    elif model.window_state == "insufficient":
        value, trend = (formatting.count(model.window_rows), float(model.window_rows)), "too few rows"
    else:
        value, trend = (formatting.duration(age) if state == "stale" else "", age), "no data" if state == "none" else ""
    trend = formatting.sampled(model.sampling) if model.sampling is not None and trend in ("", "historic logs") else trend
    stat = {"insufficient": "rows", "stale": "silent"}.get(model.window_state, "state")
    shown = (value[0] or ("flowing" if state == "ok" else "none"), value[1])
    bound = board.limit(alerts, model, "stale")
    limit = formatting.NONE if bound is None or model.window_state == "historic" else formatting.duration(bound)
    return 0.0, _row(subject, stat, status, shown, limit, trend, alerts, board.snapshot.at)


def _repeated(board: Board, model: Model, found: Share) -> tuple[float, Row]:
    """Rows whose id was seen before."""
    value = (formatting.percent(found.rate), found.rate)
    return 0.0, _row(Subject("flow", model.model), "repeats", "ok", value, formatting.NONE, "", [], board.snapshot.at)


def _performance(board: Board, model: Model, brush: Brush) -> tuple[float, Row]:
    subject = Subject("performance", model.model)
    alerts = board.alerts(subject)
    rule = telling(board, model)
    value, status = value_of(model.performance, rule), of_alerts(alerts)
    limit = formatting.limit(board.limit([alert for alert in alerts if alert.rule == rule], model, rule))
    trend = sparkline(lifted(rule, trend_of(model, rule), ()), brush.trend, brush.chars)
    words = next(one.words for one in MEASURES if one.rule == rule)
    shown = status or ("ok" if value is not None else "none")
    return 0.0, _row(subject, words, shown, (formatting.number(value), value), limit, trend, alerts, board.snapshot.at)


def _said_by_quality(drift: Drift, model: Model) -> bool:
    """Whether the row of a column's missing values says all: it is gone."""
    return is_gone(drift) and any(quality.column == drift.column and quality.missing_rate for quality in model.quality)


def _quality(board: Board, model: Model, quality: Quality, gone: str) -> Iterator[tuple[float, Row]]:
    subject = Subject("column", model.model, quality.column)
    for rule in QUALITY_RULES:
        rate: float | None = getattr(quality, f"{rule}_rate")
        alerts = board.alerts(subject, rule)
        active = of_alerts(alerts)
        if active is None and (rate is None or rate < NOTABLE):
            continue
        limit = board.limit(alerts, model, f"{rule}_rate", quality.column)
        shown = formatting.percent(limit) if limit else formatting.NONE
        words, trend = "range" if rule == "out_of_range" else rule, gone if rule == "missing" else ""
        status = active or ("none" if trend else "ok")
        row = _row(subject, words, status, (formatting.percent(rate), rate), shown, trend, alerts, board.snapshot.at)
        yield _over(rate, limit), row
