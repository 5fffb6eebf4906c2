"""Columns of one model whose drift began together, with what else is wrong with them: one incident, however many alerts it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import get_args

from tuimon.config import Method, duration_text
from tuimon.values.alert import Alert, Incident

OTHERS = ("missing_rate", "invalid_rate", "unseen_rate", "out_of_range_rate")
"""Rules about rows of a column that its drift is about as well."""
LONGEST = 3_600
"""Seconds between two beginnings beyond which "together" says nothing, whatever the windows."""


def incidents(alerts: Iterable[Alert], widths: Iterable[int]) -> tuple[Incident, ...]:
    """Return the groups of two and more alerts of columns that are not over and may have begun with one event; `widths` are the windows'.

    What happens at one moment shows in a window of width W at some time in the W after it. So two alerts of a model belong together when
    the later began within the wider of their windows (an hour at most) of the first of the group. Rows that miss a value, have a wrong one
    or one that was never seen are part of the drift of their column, whenever they began.
    """
    known = {duration_text(width): width for width in widths}
    active = [alert for alert in alerts if alert.column and alert.state != "resolved"]
    others = [alert for alert in active if alert.rule in OTHERS]
    active = [alert for alert in active if alert.rule in get_args(Method)]
    ordered = sorted(active, key=lambda alert: (alert.model, alert.since, alert.id))
    groups = (group for _, some in groupby(ordered, key=lambda alert: alert.model) for group in _groups(list(some), known))
    found = (_incident(group, others) for group in groups)
    return tuple(incident for incident in found if len(incident.alerts) > 1)


def _groups(alerts: list[Alert], known: dict[str, int]) -> Iterator[list[Alert]]:
    """Yield stretches of alerts, in order of their beginnings, that began with their first; alerts of one column stay together."""
    by_column: dict[str | None, list[Alert]] = {}
    group: list[Alert] = []
    for alert in alerts:
        mine = by_column.get(alert.column)
        if mine is None and (not group or alert.since - group[0].since > _together(group[0], alert, known)):
            group = []
        mine = by_column.setdefault(alert.column, group)
        mine.append(alert)
    yield from {id(group): group for group in by_column.values()}.values()


def _together(first: Alert, alert: Alert, known: dict[str, int]) -> int:
    return min(LONGEST, max(_width(first, known), _width(alert, known)))


def _width(alert: Alert, known: dict[str, int]) -> int:
    return known.get(alert.window or "", 0)


def _incident(group: list[Alert], others: list[Alert]) -> Incident:
    worst, model = sorted(group, key=_badness), group[0].model
    columns = tuple(dict.fromkeys(alert.column for alert in worst if alert.column))
    more = sorted((alert for alert in others if alert.model == model and alert.column in columns), key=_badness)
    since = min(alert.since for alert in (*group, *more))
    return Incident(model, columns, tuple(alert.id for alert in (*worst, *more)), since)


def _badness(alert: Alert) -> tuple[bool, bool, float, str]:
    """The worst first: firing before pending, critical before warning, then by how far over the limit."""
    over = (alert.value or 0.0) / alert.threshold if alert.threshold else 0.0
    return alert.state != "firing", alert.severity != "critical", -over, alert.id
