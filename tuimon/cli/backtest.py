"""A backtest as text for people and as JSON, and its progress."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tuimon.cli.contract import SCHEMA, moment
from tuimon.cli.fitting import Head, fitted, sentence
from tuimon.cli.plain import MARK
from tuimon.monitor.backtest import Covered, Replayed
from tuimon.monitor.episodes import Fired
from tuimon.monitor.replay import HOUR
from tuimon.values.alert import is_share
from tuimon.values.text import safe_text

INDENT = 18
HEADS = (Head("", shrinks=True), Head("severity"), Head("from (UTC)"), Head("for", True), Head("worst", True), Head("limit", True))
"""Of the first column each line has its own; these six fill 80 cells."""
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


@contextmanager
def watched() -> Iterator[Callable[[float], None]]:
    """Return whom to tell how far it is: a bar on a terminal, nobody elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("judging"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("judging", total=1.0)
        yield lambda share: progress.update(task, completed=share)


def document(found: Replayed) -> dict[str, Any]:
    """Return the object that `backtest --json` prints."""
    return {
        "schema": SCHEMA,
        "status": found.status,
        "models": [
            {
                "model": model.model,
                "from": moment(model.start),
                "to": moment(model.end),
                "hours_from": moment(model.hours_from),
                "minutes_from": moment(model.minutes_from),
            }
            for model in found.models
        ],
        "rules": {rule: {"alerts": len(alerts), "seconds": _seconds(alerts)} for rule, alerts in _by_rule(found).items()},
        "alerts": [_alert(alert) for alert in found.alerts],
    }


def _alert(alert: Fired) -> dict[str, Any]:
    return {
        "id": alert.key,
        "rule": alert.rule,
        "model": alert.model,
        "version": alert.version,
        "column": alert.column,
        "window": alert.window,
        "severity": alert.severity,
        "from": moment(alert.start),
        "to": moment(alert.end) if alert.over else None,
        "seconds": alert.seconds,
        "value": alert.value,
        "threshold": alert.threshold,
        "grain": _grain(alert),
    }


def table(found: Replayed, title: str, room: int = 80) -> str:
    """Return the backtest as text without colours, lines of at most `room` cells: what was judged, then each rule and its alerts."""
    many = f"{_count(found.alerts)} would have fired" if found.alerts else "no alert would have fired"
    told = [f"{MARK[found.status]} {found.status.upper()}  {many}  {safe_text(title)}", *map(_model, found.models)]
    lines = [line for text in told for line in sentence(text, room, INDENT)]
    if not found.alerts:
        return "\n".join(lines)
    several = len(found.models) > 1
    alerts = [alert for group in _by_rule(found).values() for alert in group]
    rows, _ = fitted(HEADS, [_row(alert, several) for alert in alerts], room)
    head, body = rows[0], iter(rows[1:])
    for rule, group in _by_rule(found).items():
        lines += ["", f"{rule}: {_count(group)}, {_span(_seconds(group))} in all", head, *(next(body) for _ in group)]
    return "\n".join([*lines, *_remarks(found.alerts, room)])


def _remarks(alerts: Sequence[Fired], room: int) -> list[str]:
    told = []
    if not all(alert.over for alert in alerts):
        told.append("+ still firing at the last moment that was judged")
    if any(alert.grain == HOUR for alert in alerts):
        told.append("~ known by the hour alone: the store has no minutes of that time")
    return [line for text in ["", *told] for line in (sentence(text, room, 2) or [""])] if told else []


def _model(model: Covered) -> str:
    if model.minutes_from is None:
        grain = ", by the hour"
    elif model.hours_from is None:
        grain = ", by the minute"
    else:
        grain = f", by the hour until {_clock(model.minutes_from)}, then by the minute"
    return f"   judged         {model.model}  {_clock(model.start)} to {_clock(model.end)}{grain}"


def _row(alert: Fired, several: bool) -> tuple[str, ...]:
    names = [name for name in (alert.model if several else None, alert.version, alert.column) if name is not None] or [alert.model]
    start = _clock(alert.start) + ("~" if alert.grain == HOUR else "")
    lasted = _span(alert.seconds) + ("" if alert.over else "+")
    worst = "--" if alert.value is None else _number(alert.rule, alert.value)
    return " ".join(names), alert.severity, start, lasted, worst, _number(alert.rule, alert.threshold)


def _by_rule(found: Replayed) -> dict[str, list[Fired]]:
    """The alerts of each rule, in order of its first."""
    groups: dict[str, list[Fired]] = {}
    for alert in found.alerts:
        groups.setdefault(alert.rule, []).append(alert)
    return groups


def _count(alerts: Sequence[Fired]) -> str:
    return f"{len(alerts):,} alert{'' if len(alerts) == 1 else 's'}"


def _seconds(alerts: Sequence[Fired]) -> float:
    return sum(alert.seconds for alert in alerts)


def _grain(alert: Fired) -> str:
    return "hours" if alert.grain == HOUR else "minutes"


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def _span(seconds: float) -> str:
    """A time in its two largest units, rounded down; seconds only below a minute."""
    left, parts = int(seconds) if seconds < 60 else int(seconds) // 60 * 60, []
    for length, unit in _UNITS:
        many, left = divmod(left, length)
        if many:
            parts.append(f"{many}{unit}")
    return " ".join(parts[:2]) or "0s"


def _number(rule: str, value: float) -> str:
    if is_share(rule):
        return f"{100 * value:.3g} %"
    if rule.endswith("_ms"):
        return f"{value:,.0f} ms" if value >= 100 else f"{value:.3g} ms"
    return f"{value:.3g}"
