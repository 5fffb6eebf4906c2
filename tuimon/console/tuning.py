"""The key that tries a threshold where its number stands."""

from __future__ import annotations

from tuimon.console.acting import Acting
from tuimon.console.board import Board, Subject
from tuimon.console.messages import NewSnapshot
from tuimon.console.screens.threshold import ThresholdScreen, Tunable
from tuimon.console.views.detail import DetailView
from tuimon.monitor.feed import SaveThreshold, StopTrying
from tuimon.values.alert import Alert

OF_MODELS: dict[str, tuple[str, ...]] = {
    "latency": ("latency_p95_ms", "latency_p99_ms", "latency_p50_ms", "latency_p90_ms"),
    "errors": ("error_rate",),
    "performance": ("accuracy", "f1", "roc_auc", "mae", "rmse", "r2", "ece"),
    "flow": ("stale", "rows_per_second", "traffic_drop"),
}
WHERE_ASKED = ("rows_per_second", "traffic_drop")
"""Rules whose limits say which way is bad: they are only tried where somebody has set one."""
OF_COLUMNS = ("missing_rate", "invalid_rate")
OF_BASELINE = ("unseen_rate", "out_of_range_rate")
"""Numbers of a column that need a baseline."""


class Tuning(Acting):
    """The stage with the threshold screen."""

    def action_threshold(self) -> None:
        """Open the threshold of the selected number."""
        subject = self._tried()
        if subject is None or not subject.model:
            self.tell("no threshold is about this row" if subject is None else "limits about all logs are set in the configuration file")
            return

        def closed(_result: None) -> None:
            self.feed.request(StopTrying())

        screen = ThresholdScreen(subject, self.chars, self.feed.request, lambda: self.feed.request(SaveThreshold()))
        self.push_screen(screen, closed)

    def on_new_snapshot(self, message: NewSnapshot) -> None:
        """Hand what is known of a threshold to the screen that shows it."""
        if isinstance(self.screen, ThresholdScreen):
            self.screen.take(message.snapshot.trial)

    def _tried(self) -> Tunable | None:
        if self.board is None:
            return None
        if self.view == "detail":
            subject = self.base.query_one(DetailView).subject
            return None if subject is None else rules_of(self.board, subject)
        row = self.page.table.row
        if row is None:
            return None
        alert = next((alert for alert in self.board.snapshot.alerts if alert.id in row.alerts), None)
        if self.view == "alerts" and alert is not None:
            return _of_alert(alert)
        return None if row.subject is None else rules_of(self.board, row.subject)


def rules_of(board: Board, subject: Subject) -> Tunable:
    """Return the rules about the subject of a row, the one that its number is about first."""
    if subject.kind != "column":
        rules = tuple(rule for rule in OF_MODELS[subject.kind] if rule not in WHERE_ASKED or _is_asked(board, subject.model, rule))
        if subject.kind == "performance" and (model := board.models.get(subject.model)) is not None:
            rules = tuple(rule for rule in rules if getattr(model.performance, rule) is not None) or rules[:1]
        return Tunable(subject.model, None, None, rules)
    drift, quality = board.drift(subject), board.quality(subject)
    shown = () if quality is None else tuple(rule for rule in OF_BASELINE if getattr(quality, rule) is not None)
    rules = (*((drift.method,) if drift is not None else ()), *OF_COLUMNS, *shown)
    return Tunable(subject.model, None, subject.column, rules)


def _is_asked(board: Board, model: str, rule: str) -> bool:
    found = board.models.get(model)
    return found is not None and any(limit.rule == rule for limit in found.limits)


def _of_alert(alert: Alert) -> Tunable:
    return Tunable(alert.model, alert.version, alert.column, (alert.rule,))
