"""A snapshot with the look-ups that screens need: models by name, alerts by subject."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from tuimon.console import formatting
from tuimon.values.alert import Alert
from tuimon.values.firing import firing
from tuimon.values.snapshot import Drift, Model, Quality, Snapshot

SubjectKind = Literal["column", "latency", "errors", "flow", "performance"]


@dataclass(frozen=True)
class Subject:
    """What a row is about: one column of a model, or one side of the model itself."""

    kind: SubjectKind
    model: str
    column: str = ""

    @property
    def words(self) -> str:
        return self.column or {"latency": "latency", "errors": "errors", "flow": "flow of rows"}.get(self.kind, self.kind)


FLOW_RULES = ("stale", "rows_per_second", "traffic_drop", "repeated_rate", "rejected_rate", "late_rate", "future_rate", "gaps", "lag_bytes")
"""Rules about what comes in, of a model or of all logs."""


def subject_of(alert: Alert) -> Subject:
    """Return the subject that an alert is about."""
    if alert.column:
        return Subject("column", alert.model, alert.column)
    if alert.rule.startswith("latency"):
        return Subject("latency", alert.model)
    if alert.rule == "error_rate":
        return Subject("errors", alert.model)
    return Subject("flow" if alert.rule in FLOW_RULES else "performance", alert.model)


class Board:
    """One snapshot, indexed once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.models = {model.model: model for model in snapshot.models}
        self.many = len(self.models) > 1
        self._alerts: dict[Subject, list[Alert]] = defaultdict(list)
        for alert in snapshot.alerts:
            self._alerts[subject_of(alert)].append(alert)

    def alerts(self, subject: Subject, *rules: str) -> list[Alert]:
        """Return the subject's alerts whose rule begins with one of `rules`; all of them without any."""
        found = self._alerts.get(subject, [])
        return [alert for alert in found if alert.rule.startswith(rules)] if rules else list(found)

    def drift(self, subject: Subject) -> Drift | None:
        """Return the drift of a column subject."""
        model = self.models.get(subject.model)
        return next((d for d in model.drift if d.column == subject.column), None) if model else None

    def compared(self, subject: Subject) -> Drift | None:
        """Return the column against what was asked for, which is its baseline unless something else is said."""
        model = self.models.get(subject.model)
        rows = model.aside.drift if model and model.aside else ()
        return next((row for row in rows if row.column == subject.column), None) or self.drift(subject)

    def quality(self, subject: Subject) -> Quality | None:
        """Return the quality of a column subject."""
        model = self.models.get(subject.model)
        return next((q for q in model.quality if q.column == subject.column), None) if model else None

    def model(self, name: str) -> Model | None:
        """Return a model by name, the worst one when there is no such."""
        return self.models.get(name) or next(iter(self.models.values()), None)

    def limits(self, model: Model, rule: str, column: str | None = None) -> tuple[tuple[float, str], ...]:
        """Return (value, role) of the limits that are set for a rule, as charts draw them."""
        found = [limit for limit in model.limits if limit.rule == rule and limit.column == column]
        pairs = [pair for limit in found for pair in ((limit.warning, "limit"), (limit.critical, "limit2"))]
        return tuple((value, role) for value, role in pairs if value is not None)

    def limit(self, alerts: list[Alert], model: Model, rule: str, column: str | None = None) -> float | None:
        """Return the limit to show: that of an alert that is not over, else the first that is set."""
        passed = next((alert.threshold for alert in alerts if alert.state != "resolved"), None)
        return passed if passed is not None else next((value for value, _ in self.limits(model, rule, column)), None)

    def firing(self) -> tuple[int, int]:
        """Return how many (critical, warning) alerts are firing, those of one column as one."""
        return firing(self.snapshot.alerts)


def trend_title(board: Board) -> str:
    """Return over what time trends are, "1h trend" as a rule."""
    series = next((model.series for model in board.models.values()), None)
    return f"{formatting.span(series.step * len(series.p95)) if series is not None else '1h'} trend"


QUALITY_RULES = ("missing", "invalid", "unseen", "out_of_range")


def drift_alerts(board: Board, subject: Subject, drift: Drift | None = None) -> list[Alert]:
    """Return the alerts of a column that are about drift, not about quality; and of its missing values when it is gone."""
    found = [alert for alert in board.alerts(subject) if not alert.rule.startswith(QUALITY_RULES)]
    return found + board.alerts(subject, "missing") if is_gone(drift) else found


def is_gone(drift: Drift | None) -> bool:
    """Return whether a column has no value any more."""
    return drift is not None and drift.change is not None and drift.change.kind == "gone"
