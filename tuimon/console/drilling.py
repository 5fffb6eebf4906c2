"""The key that shows the stored rows behind a number."""

from __future__ import annotations

from tuimon.console.board import Subject
from tuimon.console.messages import NewSnapshot
from tuimon.console.screens.rows import RowsScreen
from tuimon.console.tuning import Tuning
from tuimon.console.views.detail import DetailView
from tuimon.monitor.feed import ShowRows
from tuimon.values.alert import Alert
from tuimon.values.evidence import Behind

_RULES = {"latency": "latency_p95_ms", "errors": "error_rate", "flow": "stale", "performance": "accuracy"}
WIDEST = 3_600.0
"""Seconds of a window of which rows are looked at: the newest ones."""


class Drilling(Tuning):
    """The stage with the rows behind a number."""

    def action_rows(self) -> None:
        """Show the stored predictions behind the selected number, of the moment that is on the screen."""
        row = self.page.table.row
        subject = self.base.query_one(DetailView).subject if self.view == "detail" else row.subject if row is not None else None
        asked = self._behind(subject, row.alerts if row is not None and self.view != "detail" else frozenset())
        if asked is None:
            self.tell("no stored row is behind this one")
            return
        self.feed.request(ShowRows(asked))
        title = f"Rows · {asked.model} · {subject.words if subject else ''}"
        self.push_screen(RowsScreen(asked, title, self.chars), lambda _result: self.feed.request(ShowRows(None)))

    def on_new_snapshot(self, message: NewSnapshot) -> None:
        """Hand rows that were found to the screen that shows them."""
        if isinstance(self.screen, RowsScreen):
            self.screen.take(message.snapshot.witnesses)

    def _behind(self, subject: Subject | None, alerts: frozenset[str]) -> Behind | None:
        board = self.board
        model = board.models.get(subject.model) if board is not None and subject is not None else None
        if board is None or subject is None or model is None or model.window_end is None or model.window_start is None:
            return None
        found = sorted(board.alerts(subject), key=lambda alert: (alert.id not in alerts, alert.state != "firing"))
        alert = next((one for one in found if one.state != "resolved"), None)
        drift = board.drift(subject)
        rule = alert.rule if alert else drift.method if drift else _RULES.get(subject.kind, "stale")
        limit = _limit(alert, model.latency.p95) if rule.startswith("latency") else None
        start = max(model.window_start, model.window_end - WIDEST)
        return Behind(rule, model.model, subject.column or None, start, model.window_end, alert.version if alert else None, limit)


def _limit(alert: Alert | None, p95: float | None) -> float:
    return alert.threshold if alert is not None else p95 or 0.0
