"""Readings of traffic itself: rows a second against a limit, and against the same hours a week or a day before."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from tuimon.alerts import Reading, ReadingState
from tuimon.config import Settings, Threshold
from tuimon.monitor.judge import Budget
from tuimon.monitor.rates import Proof, Scope, under
from tuimon.monitor.timeline import Sums, Timeline
from tuimon.monitor.traffic import SERIES_MINUTES, by_minute, records, traffic
from tuimon.monitor.windows import Window, window_at
from tuimon.stats import binomial_excess, poisson_tails
from tuimon.store import ColumnFacts, ModelFacts, Store

FLOW_RULES = ("rows_per_second", "traffic_drop")
HOUR, DAY, WEEK = 3_600, 86_400, 604_800
EARLIER = ((WEEK, "last week"), (DAY, "yesterday"))
"""What traffic is held against, the first that is known."""
LEAST_PAIRS, LEAST_RECORDS = 12, 20
"""Pairs of hours, and records of a pair, from which on a spread is learned."""
UNLEARNED = 0.35
"""Taken for the standard deviation of the logarithm of a ratio while too few pairs are known."""
USUAL = 3.72
"""Standard deviations beyond which one hour in 10,000 lies."""
MEDIAN_OF_SQUARE = 0.4549
"""Of a standard normal value."""


@dataclass(frozen=True)
class Arrived:
    """What the readings of one moment are made from."""

    facts: ModelFacts
    timeline: Timeline
    columns: dict[int, ColumnFacts]
    summed: Callable[[Window], Sums]
    at: float


class Flow:
    """The traffic of one model; hours before the present one are read once, and again where rows came late."""

    def __init__(self, settings: Settings, store: Store, model: str) -> None:
        self._settings, self._store, self._model = settings, store, model
        self._hours: dict[int, float] = {}
        self._read_until = 0
        asked = {entry.rule for entry in settings.overrides if entry.warning is not None or entry.critical is not None}
        self.asked = bool(asked & set(FLOW_RULES))
        """Whether any model has limits on traffic."""

    def rows_came(self, since: int) -> None:
        """Read hours again from that of the minute `since` on."""
        self._read_until = min(self._read_until, since // HOUR * HOUR)

    def readings(self, seen: Arrived, budget: Budget) -> list[Reading]:
        """Return the readings of the rules that have limits; windows without any row are judged as well."""
        if not self.asked:
            return []
        return [*self._rates(seen, budget), *self._drop(seen, budget)]

    def _scope(self, seen: Arrived, width: int, budget: Budget, version: str | None = None) -> Scope:
        return Scope(self._settings, self._model, window_at(seen.facts, width, seen.at), budget.p_star(width), version)

    def _rates(self, seen: Arrived, budget: Budget) -> Iterator[Reading]:
        common = self._scope(seen, 60, budget)
        names = sorted({slot.version for slot in seen.timeline.slots if slot.role == "traffic"})
        own = [replace(common, version=name) for name in names]
        for scope in (common, *(s for s in own if s.limits("rows_per_second") != common.limits("rows_per_second"))):
            limits = scope.limits("rows_per_second")
            first = limits.critical if limits.warning is None else limits.warning
            if first is not None:
                width = self._width(partial(operator.mul, first))
                yield self._rate(seen, self._scope(seen, width, budget, scope.version))

    def _rate(self, seen: Arrived, scope: Scope) -> Reading:
        window = scope.window
        flow = traffic(seen.timeline, seen.summed(window), scope.version)
        found = flow.every.count
        varies = _dispersion(seen.timeline, window, seen.at)
        below = scope.limits("rows_per_second").direction == "below"

        def proof(limit: float) -> bool:
            return bool(poisson_tails(found / varies, limit * window.span / varies)[0 if below else 1] <= scope.p_star)

        # A log that has just begun has not been silent before.
        known = seen.facts.first is not None and seen.facts.first <= window.start
        return _reading(scope, "rows_per_second", found / window.span, proof, "rows/s", "ok" if known else "insufficient")

    def _drop(self, seen: Arrived, budget: Budget) -> Iterator[Reading]:
        if not self._scope(seen, 60, budget).has_limits("traffic_drop"):
            return
        self._read_on(seen)
        for lag, words in EARLIER:
            width = self._width(partial(self._expected_in, seen, lag))
            scope = self._scope(seen, width, budget)
            before = self._expected(scope.window, seen.at, lag)
            if before > 0 and seen.facts.first is not None and seen.facts.first <= scope.window.start - lag:
                yield self._dropped(seen, scope, before, lag, words)
                return

    def _dropped(self, seen: Arrived, scope: Scope, before: float, lag: int, words: str) -> Reading:
        flow = traffic(seen.timeline, seen.summed(scope.window))
        now = flow.every.count
        # Records of a sample are worth no more than the rows that were seen.
        worth = flow.every.worth / now if now else 1.0
        usual = math.exp(-USUAL * self._spread(scope.window.start, lag))

        def proof(limit: float) -> bool:
            left = (1 - limit) * usual
            return bool(binomial_excess(before * worth, (before + now) * worth, 1 / (1 + left)) <= scope.p_star)

        return _reading(scope, "traffic_drop", max(0.0, 1 - now / before), proof, words)

    def _width(self, expected: Callable[[int], float]) -> int:
        """The configured window, else the narrowest in which enough rows are expected: those that came may be none at all."""
        windows = self._settings.windows
        if windows.current is not None:
            return windows.current
        return next((width for width in windows.widths if expected(width) >= windows.min_rows), windows.widths[-1])

    def _expected_in(self, seen: Arrived, lag: int, width: int) -> float:
        return self._expected(window_at(seen.facts, width, seen.at), seen.at, lag)

    def _expected(self, window: Window, at: float, lag: int) -> float:
        """The records of the same time of day `lag` seconds before: between the middles of hours their rate goes in a straight line."""
        begin, end = max(window.start, window.known_from) - lag, min(at, window.end) - lag
        minutes = np.arange(begin, end, 60.0)
        if not len(minutes):
            return 0.0
        first = int(begin) // HOUR * HOUR - HOUR
        hours = np.arange(first, int(end) + 2 * HOUR, HOUR)
        rates = np.array([self._hours.get(hour, 0.0) / HOUR for hour in hours.tolist()])
        lengths = np.minimum(60.0, end - minutes)
        return float((np.interp(minutes + lengths / 2, hours + HOUR / 2, rates) * lengths).sum())

    def _spread(self, until: float, lag: int) -> float:
        """The standard deviation of the log ratio of an hour of the past week to the one `lag` before, without counting chance."""
        hours = range(int(until) // HOUR * HOUR - WEEK, int(until) // HOUR * HOUR, HOUR)
        pairs = np.array([(self._hours.get(hour, 0.0), self._hours.get(hour - lag, 0.0)) for hour in hours])
        both = pairs.sum(axis=1)
        known = (both >= LEAST_RECORDS) & (pairs[:, 1] > 0)
        if known.sum() < LEAST_PAIRS:
            return UNLEARNED
        apart = (pairs[known, 0] - pairs[known, 1]) ** 2 - both[known]
        return math.sqrt(max(0.0, float(np.median(apart / (both[known] / 2) ** 2))) / MEDIAN_OF_SQUARE)

    def _read_on(self, seen: Arrived) -> None:
        """Take the hours before the present one, two weeks back."""
        until = int(seen.at) // HOUR * HOUR
        since = max(self._read_until, until - 2 * WEEK - DAY)
        if since >= until:
            return
        columns = {number: column for number, column in seen.columns.items() if column.role in ("traffic", "sampling")}
        hours = Timeline(left_out=seen.timeline.left_out)
        hours.replace(self._store.cells(self._model, HOUR, since, until), columns, since)
        counted, _ = records(hours, since, (until - since) // HOUR, HOUR)
        self._hours |= {since + i * HOUR: count for i, count in enumerate(counted)}
        self._read_until = until


def _dispersion(timeline: Timeline, window: Window, at: float) -> float:
    """How much more the minutes of the past hour vary than by chance alone, by neighbours, so that one jump does not count: 1 and more."""
    end = int(at) // 60 * 60
    start = end - SERIES_MINUTES * 60
    counts = np.array(by_minute(timeline, start)[0][max(0, (window.known_from - start) // 60) :])
    mean = float(counts.mean()) if len(counts) > 1 else 0.0
    return max(1.0, float((np.diff(counts) ** 2).mean()) / (2 * mean)) if mean > 0 else 1.0


def _reading(scope: Scope, rule: str, value: float, proof: Proof, unit: str, state: ReadingState = "ok") -> Reading:
    asked = Reading(rule, scope.model, scope.version, None, scope.window.name, value, Threshold(), True, state, unit, proof=proof)
    return under(asked, scope.limits(rule))
