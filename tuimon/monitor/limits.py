"""The limits that are set for a model, for screens that draw a value against its line."""

from __future__ import annotations

from collections.abc import Iterable

from tuimon.config import Settings, threshold_for
from tuimon.monitor.flow import FLOW_RULES
from tuimon.monitor.relative import LATENCY_RULES, PERFORMANCE_RULES
from tuimon.values.snapshot import Limit
from tuimon.values.text import safe_text

OF_MODELS = (*LATENCY_RULES, "error_rate", "repeated_rate", *FLOW_RULES, "stale", *PERFORMANCE_RULES)
OF_COLUMNS = ("missing_rate", "invalid_rate", "unseen_rate", "out_of_range_rate")


def of_model(settings: Settings, model: str, columns: Iterable[str]) -> tuple[Limit, ...]:
    """Return every limit that is set for the model and for its columns."""
    asked = [(rule, None) for rule in OF_MODELS] + [(rule, column) for column in columns for rule in OF_COLUMNS]
    return tuple(limit for rule, column in asked if (limit := _limit(settings, model, rule, column)) is not None)


def _limit(settings: Settings, model: str, rule: str, column: str | None) -> Limit | None:
    found = threshold_for(settings, rule, model, None, column)
    if found.warning is None and found.critical is None:
        return None
    return Limit(rule, None if column is None else safe_text(column), found.warning, found.critical)
