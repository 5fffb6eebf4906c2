"""Alerts: firing, pending and lately resolved ones."""

from __future__ import annotations

from tuimon.console import formatting
from tuimon.console.board import Board, subject_of
from tuimon.console.draw.grid import Cell, Column, Row
from tuimon.console.status import of_alert
from tuimon.values.alert import Alert, is_share
from tuimon.values.text import cell_width, fit


def alert_columns(board: Board) -> tuple[Column, ...]:
    """Return the columns; times are wider when some alert is more than a day old."""
    now = board.snapshot.at
    since = max((len(formatting.when(alert.since, now)) for alert in board.snapshot.alerts), default=5)
    state = max((cell_width(state_words(alert, now)) for alert in board.snapshot.alerts), default=0)
    return (
        Column("since", since, drop=3),
        Column("for", 4, "right", drop=4),
        Column("state", max(8, state)),
        Column("rule", 14, drop=1),
        Column("subject", 14, grow=True),
        Column("value", 7, "right"),
        Column("limit", 7, "right", drop=2),
    )


SUBJECT = 4
"""The place of the column that says what an alert is about."""

WHO = 5
"""Cells of a login name: with them only "for" has to go at 80; Detail and the history have the whole name."""

_BLIND = {"no_data": "no data", "insufficient": "few rows", "stale": "no rows", "error": "unjudged"}
"""Why an alert stays as it is at present."""


def alert_rows(board: Board) -> list[Row]:
    """Return a row for each alert in the snapshot's order: firing first, worst first, resolved last."""
    return [_row(board, alert) for alert in board.snapshot.alerts]


def state_words(alert: Alert, now: float) -> str:
    """Return the state, with what it lacks to be judged; until when it is silent; or who has seen it: "ack alice 14:02", names cut."""
    if alert.silenced is not None and alert.state != "resolved":
        return f"silent to {formatting.moment(alert.silenced.until, now)}"
    if alert.acknowledged_by is not None and alert.acknowledged_at is not None:
        who = fit(alert.acknowledged_by, min(WHO, cell_width(alert.acknowledged_by)))
        return f"ack {who} {formatting.moment(alert.acknowledged_at, now)}"
    blind = _BLIND.get(alert.data) if alert.state != "resolved" else None
    return f"{alert.state}, {blind}" if blind else alert.state


def value_words(alert: Alert, value: float | None) -> str:
    """Return a value of the alert's rule in its unit: a share in percent, silence as a duration."""
    return rule_words(alert.rule, value)


def rule_words(rule: str, value: float | None) -> str:
    """Return a value of a rule in its unit, latencies without it."""
    if is_share(rule):
        return formatting.percent(value)
    if rule == "stale":
        return formatting.duration(value)
    if rule == "lag_bytes":
        return formatting.size(value)
    return formatting.bare_ms(value) if rule.endswith("_ms") else formatting.number(value)


def limit_words(alert: Alert) -> str:
    """Return the alert's threshold in the unit of its rule."""
    return (
        value_words(alert, alert.threshold)
        if is_share(alert.rule) or alert.rule in ("stale", "lag_bytes")
        else formatting.limit(alert.threshold)
    )


def _row(board: Board, alert: Alert) -> Row:
    subject = subject_of(alert)
    status = of_alert(alert)
    now = board.snapshot.at
    quiet = alert.state == "resolved"
    where = "/".join(part for part in (alert.model if board.many or not alert.column else "", alert.version, alert.column) if part)
    where = where or "all logs"
    return Row(
        key=(alert.id,),
        status=status,
        cells=(
            Cell(formatting.when(alert.since, now), "dim", alert.since),
            Cell(formatting.duration(now - alert.since) if not alert.historic else "past", "dim", now - alert.since),
            Cell(state_words(alert, now), "dim" if quiet or alert.acknowledged or alert.silenced else status),
            Cell(alert.rule, "dim" if quiet else "text"),
            Cell(where, "dim" if quiet else "bright"),
            Cell(value_words(alert, alert.value), "dim" if quiet else status, alert.value),
            Cell(limit_words(alert), "dim", alert.threshold),
        ),
        subject=subject,
        alerts=frozenset({alert.id}),
    )
