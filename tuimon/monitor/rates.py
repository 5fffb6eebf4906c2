"""Readings of rates and latency: a value over its limit, and whether chance could have put it there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tuimon.alerts import Reading, ReadingState
from tuimon.config import Settings, Threshold, threshold_for
from tuimon.monitor.panels import LatencyTail, latency, share
from tuimon.monitor.quality import Shares
from tuimon.monitor.relative import LATENCY_RULES, Before
from tuimon.monitor.timeline import Sums, Timeline
from tuimon.monitor.traffic import slots_of, traffic
from tuimon.monitor.windows import Window
from tuimon.stats import binomial_excess, fisher_excess
from tuimon.store import ModelFacts
from tuimon.values.snapshot import Share

SIDE = 1e-3
"""The p at which a share that has risen beyond chance is also on the far side of its limit: that it is no false alarm is proven already."""

Proof = Callable[[float], bool]
"""Whether the rows show that the true value is over a limit, and not only the one that these rows happen to have."""


@dataclass(frozen=True)
class Scope:
    """What a set of readings is about."""

    settings: Settings
    model: str
    window: Window
    p_star: float
    version: str | None = None

    def limits(self, rule: str, column: str | None = None) -> Threshold:
        """Return the merged limits of a rule."""
        return threshold_for(self.settings, rule, self.model, self.version, column)

    def has_limits(self, rule: str, column: str | None = None) -> bool:
        """Return whether anyone set a limit for the rule."""
        return self.limits(rule, column).is_set

    def more(self, part: int, whole: int, expected: float, p: float | None = None) -> bool:
        """Return whether a true share of `expected` would hardly ever show as many as `part` of `whole`: with at most `p`, p* as a rule."""
        found = binomial_excess(np.array([part]), np.array([whole]), np.array([expected]))[0]
        return bool(found <= (self.p_star if p is None else p))

    def reading(
        self,
        rule: str,
        value: float | None,
        rows: int,
        proof: Proof,
        column: str | None = None,
        unit: str = "",
        before: Before | None = None,
    ) -> Reading:
        """Return a reading of this scope; too few rows are said, not judged."""
        least = self.settings.windows.min_rows
        state: ReadingState = "no_data" if not rows or value is None else "ok" if rows >= least else "insufficient"
        limits, baseline = self.limits(rule, column), None
        if before is not None:
            limits, baseline = before.limits(rule, limits)
            state = state if limits.is_set or not self.has_limits(rule, column) else "no_data"
        asked = Reading(rule, self.model, self.version, column, self.window.name, value, limits, True, state, unit, baseline, proof)
        return under(asked, limits)


def under(reading: Reading, limits: Threshold) -> Reading:
    """Return the reading judged by these limits."""
    if reading.proof is None:
        return replace(reading, threshold=limits)
    limits, evidence = proven_limits(reading.value, limits, reading.proof)
    return replace(reading, threshold=limits, evidence=evidence)


def proven_limits(value: float | None, limits: Threshold, proof: Proof) -> tuple[Threshold, bool]:
    """Return the limits without a critical one that is passed but not proven while the warning is, and whether a passed one is proven."""
    if value is None:
        return limits, False
    sign = 1 if limits.direction == "above" else -1
    critical, warning = (limit is not None and sign * value > sign * limit and proof(limit) for limit in (limits.critical, limits.warning))
    if warning and not critical and limits.critical is not None and sign * value > sign * limits.critical:
        return replace(limits, critical=None), True
    return limits, warning or critical


def serving(scope: Scope, timeline: Timeline, sums: Sums, before: Before) -> list[Reading]:
    """Return error-rate and latency readings of the model, and of each version that has limits of its own."""
    found = _serving(scope, timeline, sums, before)
    for name in sorted({slot.version for slot in timeline.slots if slot.role == "traffic"}):
        own = replace(scope, version=name)
        if any(own.limits(rule) != scope.limits(rule) for rule in ("error_rate", *LATENCY_RULES)):
            found += _serving(own, timeline, sums, before)
    return found


def _serving(scope: Scope, timeline: Timeline, sums: Sums, before: Before) -> list[Reading]:
    own = traffic(timeline, sums, scope.version)
    errors, rows = own.evidence
    found = [scope.reading("error_rate", own.error_rate, own.rows, lambda limit: scope.more(errors, rows, limit), before=before)]
    slots = slots_of(timeline, "latency", scope.version)
    shown = latency(sums, slots)
    values = {"latency_p50_ms": shown.p50, "latency_p90_ms": shown.p90, "latency_p95_ms": shown.p95, "latency_p99_ms": shown.p99}

    tail = LatencyTail.of(sums, slots)

    def slower(quantile: float) -> Proof:
        return lambda limit: scope.more(tail.over(limit), shown.rows, 1 - quantile)

    rules = ((rule, quantile) for rule, quantile in LATENCY_RULES.items() if scope.has_limits(rule))
    return found + [scope.reading(rule, values[rule], shown.rows, slower(quantile), unit="ms", before=before) for rule, quantile in rules]


def quality(scope: Scope, columns: tuple[Shares, ...]) -> list[Reading]:
    """Return missing, invalid and unseen readings of every column; what the baseline already has is no news."""
    return [reading for column in columns for reading in _quality(scope, column)]


def _quality(scope: Scope, column: Shares) -> list[Reading]:
    before = column.baseline
    parts = {
        "missing_rate": (column.missing, before.nulls if before else 0),
        "invalid_rate": (column.invalid, before.invalid if before else 0),
        "unseen_rate": (column.unseen, 0),
    }
    if scope.has_limits("out_of_range_rate", column.column.name):
        parts["out_of_range_rate"] = (column.outside, 0)

    def proof(part: int, part_before: int) -> Proof:
        counts = column.baseline.n if column.baseline is not None else 0
        if not counts:
            return lambda limit: not column.new and scope.more(part, column.rows, limit)
        return lambda limit: scope.more(part, column.rows, limit, SIDE) and _is_news(scope, counts, column, part, part_before)

    return [
        scope.reading(rule, share(part, column.rows), column.rows, proof(part, earlier), column.column.name)
        for rule, (part, earlier) in parts.items()
        if part is not None
    ]


def _is_news(scope: Scope, before: int, column: Shares, part: int, part_before: int) -> bool:
    """Whether the share has risen against the baseline's `part_before` of `before` beyond chance."""
    sides = (part, column.rows, part_before, before)
    return bool(fisher_excess(*(np.array([count]) for count in sides))[0] <= scope.p_star)


def repeats(scope: Scope, repeated: Share | None) -> list[Reading]:
    """Return the reading of the share of rows whose id was seen before; nothing where nobody asks or no row has an id."""
    if repeated is None or not scope.has_limits("repeated_rate"):
        return []
    return [scope.reading("repeated_rate", repeated.rate, repeated.rows, lambda limit: scope.more(repeated.part, repeated.rows, limit))]


def staleness(settings: Settings, facts: ModelFacts, now: float) -> list[Reading]:
    """Return the reading of how long no new row has come, in seconds of wall time; none for a log of the past."""
    limits = threshold_for(settings, "stale", facts.name)
    if facts.historic or facts.last_arrival is None or (limits.warning is None and limits.critical is None):
        return []
    age = max(0.0, now - facts.last_arrival)
    return [Reading("stale", facts.name, None, None, None, age, limits, True, "ok", "s")]
