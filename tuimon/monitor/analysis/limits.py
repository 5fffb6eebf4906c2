"""Which values are usual: bounds learned from the reference's own chunks, or fixed ones of a convention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from tuimon.config import Drift
from tuimon.monitor.analysis.blocks import Key
from tuimon.monitor.analysis.reference import History
from tuimon.monitor.analysis.results import Measured
from tuimon.stats.exact import Bounds, Convention, Growth, Prediction, three_sigma

MOST_CHANCE = 0.05
"""However seldom one looks, a bound that one of twenty quiet chunks passes is none."""
_GROWTH: Mapping[str, Growth] = {"psi": "square", "ks": "path", "wasserstein": "path", "wasserstein_normalised": "path"}
_SHARES = ("accuracy", "f1", "roc_auc", "ece", "missing_rate")
_GOOD = ("accuracy", "f1", "roc_auc", "r2")
"""Numbers that are bad when they fall."""


def chance_of(drift: Drift, chunk_seconds: float, series: int) -> float:
    """Return the chance that one series of one chunk may have of a false alarm, so that all of them keep the budget."""
    budget = drift.false_alarms * chunk_seconds / drift.false_alarms_seconds
    return min(MOST_CHANCE, budget / max(1, series))


@dataclass(frozen=True)
class Limits:
    """The bounds of every number of an analysis."""

    convention: Convention
    history: History
    chance: float
    least: int
    """Rows, or labels, below which the error and the performance of a chunk have no bounds."""

    def distance(self, key: Key, name: str, value: float | None, n: int, m: int) -> Measured:
        """Return a drift measure with its bounds, for n values of the chunk and m of the reference."""
        rule = next((rule for rule in self.convention.fixed.values() if rule.name == name), None)
        if rule is not None:
            low, high = (rule.limit, None) if rule.side == "below" else (None, rule.limit)
            reached = rule.side == "reached" and value is not None and value >= rule.limit
            return _measured(name, value, Bounds(low, high), reached)
        if name in self.convention.fixed:
            # A statistic that is judged by its p-value.
            return Measured(name, value)
        if self.convention.learning == "prediction":
            learned = self._predictions.get((key, name))
            bounds = learned.bounds(1 / n + 1 / m, self.chance, low=False, high=True) if learned and n and m else Bounds()
            return _measured(name, value, bounds)
        return _measured(name, value, self._three_sigma(key, name, None))

    def rate(self, key: Key, name: str, value: float | None) -> Measured:
        """Return a rate of quality with its bounds: only those that conventions other than tuimon's set."""
        if name in self.convention.fixed_rates:
            return _measured(name, value, Bounds(None, self.convention.fixed_rates[name]))
        if self.convention.learning == "three_sigma" and name == "missing_rate":
            return _measured(name, value, self._three_sigma(key, name, 1.0, both_sides=True))
        return Measured(name, value)

    def error(self, value: float | None, rows: int) -> Measured:
        """Return the reconstruction error with its bounds: it can fall as well as rise."""
        if self.convention.learning == "three_sigma":
            return _measured("error", value, self._three_sigma("pca", "error", None, both_sides=True))
        learned = self._predictions.get(("pca", "error"))
        bounds = learned.bounds(1 / rows, self.chance, low=True, high=True) if learned and rows >= self.least else Bounds()
        return _measured("error", value, bounds)

    def metric(self, name: str, value: float | None, labels: int) -> Measured:
        """Return a number of the realised performance with its bounds: tuimon's on the bad side only."""
        if self.convention.learning == "three_sigma":
            highest = 1.0 if name in _SHARES or name == "r2" else None
            lowest = None if name == "r2" else 0.0
            return _measured(name, value, self._three_sigma("performance", name, highest, both_sides=True, lowest=lowest))
        learned = self._predictions.get(("performance", name))
        good = name in _GOOD
        bounds = learned.bounds(1 / labels, self.chance, low=good, high=not good) if learned and labels >= self.least else Bounds()
        return _measured(name, value, bounds)

    @cached_property
    def _predictions(self) -> dict[tuple[object, str], Prediction]:
        if self.convention.learning != "prediction":
            return {}
        made = {}
        for (series, name), pairs in self.history.values.items():
            growth: Growth = _GROWTH.get(name, "root") if isinstance(series, Key) else "mean"
            made[series, name] = Prediction([value for value, _ in pairs], [inverse for _, inverse in pairs], growth)
        return made

    def _three_sigma(
        self, series: object, name: str, highest: float | None, both_sides: bool = False, lowest: float | None = 0.0
    ) -> Bounds:
        known = self.history.values.get((series, name), [])
        return three_sigma([value for value, _ in known], lowest, highest, both_sides)


def _measured(name: str, value: float | None, bounds: Bounds, reached: bool = False) -> Measured:
    return Measured(name, value, bounds.low, bounds.high, reached or (value is not None and bounds.leaves(value)))
