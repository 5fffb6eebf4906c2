"""Readings of realised performance: too low or too high, and beyond what so many labels would show by chance where that is known."""

from __future__ import annotations

from tuimon.alerts import Reading
from tuimon.monitor.performance import Measured
from tuimon.monitor.rates import Proof, Scope
from tuimon.monitor.relative import PERFORMANCE_RULES, Before
from tuimon.stats import auc_error, normal_excess


def realised(scope: Scope, measured: Measured, before: Before) -> list[Reading]:
    """Return a reading of each measure that has limits and a value."""
    shown = measured.shown
    values = {rule: getattr(shown, rule) for rule in PERFORMANCE_RULES if scope.has_limits(rule)}
    return [
        scope.reading(rule, value, shown.labels, _proof(scope, measured, rule, value), before=before)
        for rule, value in values.items()
        if value is not None
    ]


def _proof(scope: Scope, measured: Measured, rule: str, value: float) -> Proof:
    """For the calibration error, RMSE, R² and the mean F1 of several classes no interval is known: enough labels have to do."""
    below = scope.limits(rule).direction == "below"
    wrong, labels = measured.shown.labels - round((measured.shown.accuracy or 0.0) * measured.shown.labels), measured.shown.labels

    def share(part: int, whole: int, limit: float) -> bool:
        return scope.more(whole - part, whole, 1 - limit) if below else scope.more(part, whole, limit)

    def far(limit: float, error: float) -> bool:
        distance = (limit - value if below else value - limit) / error if error > 0 else 0.0
        return bool(normal_excess(distance) <= scope.p_star)

    if rule == "accuracy":
        return lambda limit: share(labels - wrong, labels, limit)
    if rule == "f1" and measured.found is not None:
        # F1 = 2J / (1 + J) with J the share of hits among hits, misses and false alarms: a binomial one.
        hits, missed = measured.found
        return lambda limit: share(hits, hits + missed, limit / (2 - limit))
    if rule == "roc_auc" and measured.scored is not None:
        sides = measured.scored
        return lambda limit: far(limit, float(auc_error(limit, *sides)))
    if rule == "mae":
        return lambda limit: far(limit, measured.mae_error)
    return lambda _: True
