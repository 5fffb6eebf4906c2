"""Alerts: firing, pending and resolved ones, and what has happened."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container

from tuimon.console import formatting
from tuimon.console.board import Board
from tuimon.console.panels import activity
from tuimon.console.rows.alerts import alert_columns, alert_rows
from tuimon.console.state import Scene
from tuimon.console.views.view import View
from tuimon.console.widgets.panel import Panel
from tuimon.console.widgets.table import Content, Table


class AlertsView(View):
    """View 5."""

    def compose(self) -> ComposeResult:
        """Return the table and the event log."""
        with Container(classes="stack"):
            yield Table(id="alerts-table")
            yield Panel(id="alerts-events")

    def show(self, scene: Scene, board: Board) -> None:
        """Show the data."""
        rows = tuple(alert_rows(board))
        active = sum(1 for row in rows if row.status != "ok")
        content = Content(
            f"Alerts · {active} active{_silences(board)}",
            alert_columns(board),
            rows,
            "no alerts: nothing is over its limit",
            scene.glow,
            scene.chars,
        )
        self.table.show(content)
        self.query_one("#alerts-events", Panel).show(activity.events(board), scene.chars)


def _silences(board: Board) -> str:
    """Return how many silences hold, whether or not an alert is meant by them now."""
    found = board.snapshot.silences
    if not found:
        return ""
    until = formatting.moment(min(silence.until for silence in found), board.snapshot.at)
    return f" · 1 silence to {until}" if len(found) == 1 else f" · {len(found)} silences, the first to {until}"
