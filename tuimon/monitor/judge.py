"""From a comparison to a verdict: an effect over its limit that chance does not explain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import get_args

from tuimon.alerts import Reading
from tuimon.config import Method, Settings, Threshold, threshold_for
from tuimon.monitor.drift import Compared
from tuimon.monitor.panels import number
from tuimon.monitor.windows import Window
from tuimon.stats import alarm_limit, false_alarms_per_week
from tuimon.store import ColumnFacts
from tuimon.values.alert import Severity
from tuimon.values.snapshot import Verdict

HOLD = 300.0
"""A drift is held for one narrow window before it fires, in seconds of event time."""


@dataclass(frozen=True)
class Budget:
    """The evidence that one series must show, so that the console as a whole keeps its false-alarm budget."""

    settings: Settings
    series: int

    def p_star(self, width: int) -> float:
        """Return the largest p that counts as evidence for one series; a width that is not configured has a part of the narrowest's."""
        found = self._limits.get(width)
        if found is not None:
            return found
        narrowest = min(self._limits)
        return self._limits[narrowest] * min(width / narrowest, 1.0)

    @cached_property
    def _limits(self) -> dict[int, float]:
        drift, widths = self.settings.drift, self.settings.windows.widths
        limits = alarm_limit(drift.false_alarms, drift.false_alarms_seconds, max(1, self.series), widths)
        return dict(zip(widths, limits.tolist(), strict=True))

    def per_week(self, p: float, width: int) -> float:
        """Return how often a week chance alone gives such a p in one series of this width."""
        return float(false_alarms_per_week(p, width))


def methods_of(settings: Settings) -> tuple[Method, ...]:
    """Return the drift methods that are rules: the configured one, and each that a threshold names, in a fixed order."""
    named = {entry.rule for entry in settings.overrides}
    others: tuple[Method, ...] = get_args(Method)
    return (settings.drift.method, *(method for method in others if method in named and method != settings.drift.method))


def limits_of(settings: Settings, model: str, column: ColumnFacts) -> Threshold:
    """Return the drift limits of a column, by the configured method."""
    return threshold_for(settings, settings.drift.method, model, None, column.name)


def enough(settings: Settings, compared: Compared, i: int) -> bool:
    """Return whether both sides hold enough rows to compare."""
    least = settings.windows.min_rows
    return bool(compared.evidence.n[i] >= least and compared.evidence.baseline_n[i] >= least)


def readings(
    settings: Settings, model: str, window: Window, compared: Compared, budget: Budget, methods: Sequence[Method]
) -> list[Reading]:
    """Return the drift readings of each column for the alert rules: by the configured method, and by the others that have a limit there."""
    return [reading for method in methods for reading in _readings(settings, model, window, compared, budget, method)]


def _readings(settings: Settings, model: str, window: Window, compared: Compared, budget: Budget, method: Method) -> Iterator[Reading]:
    """Whatever the measure of the effect is, the evidence is G."""
    limits = [threshold_for(settings, method, model, None, column.name) for column in compared.columns]
    asked = [method == settings.drift.method or limit.is_set for limit in limits]
    if not any(asked):
        return
    evidence = (compared.p_value <= budget.p_star(window.width)).tolist()
    name = window.name
    parts = zip(compared.columns, compared.by(method).tolist(), compared.evidence.n.tolist(), evidence, strict=True)
    for i, (column, value, rows, proven) in enumerate(parts):
        if asked[i]:
            yield Reading(
                rule=method,
                model=model,
                version=None,
                column=column.name,
                window=name,
                value=number(value),
                threshold=held(limits[i]),
                evidence=proven,
                state="ok" if enough(settings, compared, i) else "insufficient" if rows else "no_data",
                unit="",
            )


def held(limits: Threshold) -> Threshold:
    """Return drift limits that are passed for one narrow window at least before they fire."""
    return limits if limits.hold >= HOLD else replace(limits, hold=HOLD)


def verdict_of(value: float | None, p: float | None, p_star: float, limits: Threshold, sufficient: bool) -> Verdict:
    """Return what effect and evidence say together."""
    if not sufficient or value is None or p is None:
        return "insufficient"
    if severity_of(value, limits) is None:
        return "ok"
    return "drift" if p <= p_star else "watch"


def severity_of(value: float, limits: Threshold) -> Severity | None:
    """Return which limit a value has passed, None for neither."""
    above = limits.direction == "above"
    if limits.critical is not None and (value > limits.critical if above else value < limits.critical):
        return "critical"
    if limits.warning is not None and (value > limits.warning if above else value < limits.warning):
        return "warning"
    return None
