"""How many things are wrong: alerts of one column are one, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable

from tuimon.values.snapshot import Alert, Severity


def firing(alerts: Iterable[Alert]) -> tuple[int, int]:
    """Return how many (critical, warning) fire and are not silenced: each column of a model once, as its worst alert, and every other."""
    levels: dict[tuple[str, str], Severity] = {}
    for alert in alerts:
        if alert.loud:
            key = ("", alert.id) if alert.column is None else (alert.model, alert.column)
            levels[key] = "critical" if "critical" in (alert.severity, levels.get(key)) else "warning"
    found = list(levels.values())
    return found.count("critical"), found.count("warning")
