"""Limits that are given by what a metric was in the baseline: "+20%", "x2"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tuimon.config import Threshold
from tuimon.monitor.baselines import BaselineCounts, Counts
from tuimon.monitor.performance import InBaseline, measured
from tuimon.stats import latency_edges, latency_quantiles
from tuimon.store import ColumnFacts
from tuimon.values.performance import Performance

LATENCY_RULES = {"latency_p50_ms": 0.50, "latency_p90_ms": 0.90, "latency_p95_ms": 0.95, "latency_p99_ms": 0.99}
PERFORMANCE_RULES = ("accuracy", "f1", "roc_auc", "ece", "mae", "rmse", "r2")
_ERROR_BIN = 1


@dataclass(frozen=True)
class Before:
    """Latency, errors and performance of a baseline, of all its versions; worked out when somebody asks."""

    baseline: BaselineCounts | None
    columns: Iterable[ColumnFacts]
    least: int
    """Rows that it must have to be a measure of anything."""

    @cached_property
    def values(self) -> dict[str, float]:
        """The value of each rule that the baseline knows; a file of training data has no traffic."""
        found: dict[str, float] = {}
        latency, traffic = self._counts("latency"), self._counts("traffic")
        if latency is not None:
            largest = float(latency_edges(latency.bins)[1].max())
            quantiles = latency_quantiles(latency.bins, latency.counts, np.array(list(LATENCY_RULES.values())), largest)
            found |= dict(zip(LATENCY_RULES, quantiles.tolist(), strict=True))
        if traffic is not None:
            found["error_rate"] = float(traffic.counts[traffic.bins == _ERROR_BIN].sum()) / traffic.n
        known = ((name, getattr(self.performance, name, None)) for name in PERFORMANCE_RULES)
        return found | {name: value for name, value in known if value is not None}

    @cached_property
    def performance(self) -> Performance | None:
        """What its rows with a label come to, None where there are too few."""
        shown = None if self.baseline is None else measured(self.columns, InBaseline(self.baseline)).shown
        return shown if shown is not None and shown.labels >= self.least else None

    def limits(self, rule: str, limits: Threshold) -> tuple[Threshold, float | None]:
        """Return the limits as numbers, and the baseline's value where they go by it; one that it does not know is no limit."""
        if limits.warning_factor is None and limits.critical_factor is None:
            return limits, None
        value = self.values.get(rule)
        warning, critical = (
            value * factor if value is not None and factor is not None else limit
            for factor, limit in ((limits.warning_factor, limits.warning), (limits.critical_factor, limits.critical))
        )
        return replace(limits, warning=warning, critical=critical, warning_factor=None, critical_factor=None), value

    def _counts(self, role: str) -> Counts | None:
        number = next((column.number for column in self.columns if column.role == role), None)
        found = self.baseline.columns.get(number) if self.baseline is not None and number is not None else None
        return found if found is not None and found.finite >= self.least else None
