"""What happened: active alerts, the event log, the history of one subject."""

from __future__ import annotations

from dataclasses import replace

from tuimon.console import formatting
from tuimon.console.board import Board, Subject
from tuimon.console.charset import Charset
from tuimon.console.draw.grid import Row, Sort, head_line, row_line, widths
from tuimon.console.flash import Glow
from tuimon.console.lines import Line, text
from tuimon.console.panels.picture import Picture, message
from tuimon.console.rows.alerts import SUBJECT, alert_columns, alert_rows, limit_words, state_words, value_words
from tuimon.console.status import glyph, of_alert
from tuimon.values.alert import Alert, Event

_LOOKS = {"critical": "critical", "warning": "warning", "ok": "ok", "info": "dim"}
_SIGNS = {"critical": "!!", "warning": "! ", "ok": "ok", "info": "  "}


def active(board: Board, chars: Charset, glow: Glow) -> Picture:
    """Return the alerts that are firing or pending; the rows of those that flash so."""
    rows = [row for row in alert_rows(board) if row.status != "ok"]
    count = len({row.key if row.subject is None or row.subject.kind != "column" else row.subject for row in rows})
    rows = _together(board, rows)
    if not rows:
        return message("Alerts", "none active")

    def draw(width: int, height: int) -> list[Line]:
        columns = alert_columns(board)
        sizes = widths(columns, width)
        lines = [row_line(row, columns, sizes, False, chars) for row in rows[: height - 1]]
        drawn = [glow.on(line, row.alerts) for row, line in zip(rows, lines, strict=False)]
        return [head_line(columns, sizes, Sort(), chars), *drawn]

    return Picture(text(f"Active alerts {count}", "title"), draw)


def _together(board: Board, rows: list[Row]) -> list[Row]:
    """One row for the alerts of columns that moved together, or of one column, where the worst of them stood."""
    by_alert = {alert: incident for incident in board.snapshot.incidents for alert in incident.alerts}
    shown: dict[tuple[str, ...], Row] = {}
    for row in rows:
        incident = by_alert.get(row.key[0])
        if incident is None:
            shown[row.key] = row
        elif incident.alerts in shown:
            continue
        elif len(incident.columns) == 1:
            rule = replace(row.cells[SUBJECT - 1], text=f"{row.cells[SUBJECT - 1].text.removesuffix('_rate')} +{len(incident.alerts) - 1}")
            cells = (*row.cells[: SUBJECT - 1], rule, *row.cells[SUBJECT:])
            shown[incident.alerts] = replace(row, cells=cells, alerts=frozenset(incident.alerts))
        else:
            whose = (f"{incident.model}/" if board.many else "") + str(len(incident.columns))
            subject = replace(row.cells[SUBJECT], text=f"{whose} columns moved together: ")
            cells = (*row.cells[:SUBJECT], subject, *row.cells[SUBJECT + 1 :])
            row = replace(row, cells=cells, alerts=frozenset(incident.alerts))
            shown[incident.alerts] = replace(row, names=incident.columns, short=f"{whose} moved: ", listing=SUBJECT)
    return list(shown.values())


def events(board: Board, title: str = "History") -> Picture:
    """Return the event log, newest first."""
    found = board.snapshot.events
    if not found:
        return message(title, "nothing has happened yet")
    now = board.snapshot.at
    return Picture(text(title, "title"), lambda _w, h: [event_line(e, now) for e in reversed(found[-h:])], text("newest first", "dim"))


def event_line(event: Event, now: float) -> Line:
    """Return one event: time, sign, kind, words."""
    look = _LOOKS.get(event.severity, "dim")
    far = abs(now - event.at) >= 86_400
    at = formatting.when(event.at, now) if far else formatting.clock(event.at, seconds=True)
    return (
        (f"{at:<11} " if far else f"{at} ", "dim"),
        (_SIGNS.get(event.severity, "  ") + " ", look),
        (f"{event.kind:<7} ", "label"),
        (event.text, "text"),
    )


def history(board: Board, subject: Subject, chars: Charset) -> Picture:
    """Return the alerts of one subject and the events that name it, newest first."""
    lines = [_alert_line(alert, board.snapshot.at, chars) for alert in board.alerts(subject)]
    about = (subject.model, subject.column or None)
    told = [event_line(e, board.snapshot.at) for e in reversed(board.snapshot.events) if (e.model, e.column) == about]
    if not lines and not told:
        return message("Alert history", "no alert about this so far")
    return Picture(text("Alert history", "title"), lambda _w, h: [*lines, *told][:h])


def _alert_line(alert: Alert, now: float, chars: Charset) -> Line:
    status = of_alert(alert)
    words = f"{alert.rule} {value_words(alert, alert.value)} limit {limit_words(alert)}"
    return (
        (f"{formatting.when(alert.since, now)} ", "dim"),
        (glyph(status, chars) + " ", status),
        (f"{state_words(alert, now):<8} ", "label"),
        (words, "text"),
    )
