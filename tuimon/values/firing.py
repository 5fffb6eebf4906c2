"""How many things are wrong: alerts of one column are one, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable

from tuimon.values.alert import Alert, Severity

ROWS_STOP = ("stale", "rows_per_second", "traffic_drop")


def firing(alerts: Iterable[Alert]) -> tuple[int, int]:
    """Return how many (critical, warning) fire and are not silenced: each column of a model once, as its worst alert, and every other.

    Rows that stop are one thing too, whichever of the rules about them sees it.
    """
    levels: dict[tuple[str, str], Severity] = {}
    for alert in alerts:
        if alert.loud:
            key = _key(alert)
            levels[key] = "critical" if "critical" in (alert.severity, levels.get(key)) else "warning"
    found = list(levels.values())
    return found.count("critical"), found.count("warning")


def _key(alert: Alert) -> tuple[str, str]:
    if alert.column is not None:
        return alert.model, alert.column
    one = alert.rule in ROWS_STOP and alert.version is None
    return "", f"/{alert.model}" if one else alert.id
