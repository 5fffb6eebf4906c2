"""Columns of one model whose drift began together: one incident, however many alerts it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import get_args

from tuimon.config import Method, duration_text
from tuimon.values.snapshot import Alert, Incident

LONGEST = 3_600
"""Seconds between two beginnings beyond which "together" says nothing, whatever the windows."""


def incidents(alerts: Iterable[Alert], widths: Iterable[int]) -> tuple[Incident, ...]:
    """Return the groups of two and more drift alerts that are not over and may have begun with one event; `widths` are the windows'.

    What happens at one moment shows in a window of width W at some time in the W after it. So two alerts of a model belong together when
    the later began within the wider of their windows (an hour at most) of the first of the group.
    """
    known = {duration_text(width): width for width in widths}
    active = [alert for alert in alerts if alert.rule in get_args(Method) and alert.column and alert.state != "resolved"]
    ordered = sorted(active, key=lambda alert: (alert.model, alert.since, alert.id))
    groups = (group for _, some in groupby(ordered, key=lambda alert: alert.model) for group in _groups(list(some), known))
    return tuple(_incident(group) for group in groups if len(group) > 1)


def _groups(alerts: list[Alert], known: dict[str, int]) -> Iterator[list[Alert]]:
    """Yield stretches of alerts, in order of their beginnings, that began with their first."""
    group: list[Alert] = []
    for alert in alerts:
        if group and alert.since - group[0].since > min(LONGEST, max(_width(group[0], known), _width(alert, known))):
            yield group
            group = []
        group.append(alert)
    if group:
        yield group


def _width(alert: Alert, known: dict[str, int]) -> int:
    return known.get(alert.window or "", 0)


def _incident(group: list[Alert]) -> Incident:
    worst = sorted(group, key=_badness)
    columns = tuple(dict.fromkeys(alert.column for alert in worst if alert.column))
    return Incident(group[0].model, columns, tuple(alert.id for alert in worst), group[0].since)


def _badness(alert: Alert) -> tuple[bool, bool, float, str]:
    """The worst first: firing before pending, critical before warning, then by how far over the limit."""
    over = (alert.value or 0.0) / alert.threshold if alert.threshold else 0.0
    return alert.state != "firing", alert.severity != "critical", -over, alert.id
