"""One status for everything on the screen: its rank, its glyph and its word; colour only repeats what they say."""

from __future__ import annotations

from typing import Literal

from tuimon.console import formatting
from tuimon.console.charset import Charset
from tuimon.values.alert import Alert
from tuimon.values.snapshot import Drift, Model

Status = Literal["critical", "warning", "stale", "pending", "watch", "silenced", "ok", "none"]

ORDER: tuple[Status, ...] = ("critical", "warning", "stale", "pending", "watch", "silenced", "none", "ok")
WORDS: dict[Status, str] = {
    "critical": "critical",
    "warning": "warning",
    "stale": "stale",
    "pending": "over its limit, waiting out `for` or still to be judged",
    "watch": "over its limit, but chance could do that",
    "silenced": "over its limit, but somebody wants to hear nothing of it for a time",
    "none": "no verdict: no data, too few rows or no baseline",
    "ok": "ok",
}
_GLYPHS: dict[Status, str] = {"critical": "!!", "warning": "!", "stale": "..", "watch": "~", "silenced": "zz", "none": "--", "ok": "ok"}


def glyph(status: Status, chars: Charset) -> str:
    """Return the two-cell sign of a status."""
    return f"{_GLYPHS.get(status, chars.pending):<2}"


def rank(status: Status) -> int:
    """Return the place of a status in "worst first", 0 the worst."""
    return ORDER.index(status)


def worst(statuses: list[Status]) -> Status:
    """Return the worst of several; "none" of nothing."""
    return min(statuses, key=rank, default="none")


def of_alerts(alerts: list[Alert]) -> Status | None:
    """Return what the alerts of one subject say, None when none is firing or pending."""
    active = [of_alert(alert) for alert in alerts if alert.state != "resolved"]
    return worst(active) if active else None


def of_alert(alert: Alert) -> Status:
    """Return the status of one alert."""
    if alert.state == "resolved":
        return "ok"
    if alert.silenced is not None:
        return "silenced"
    return "pending" if alert.state == "pending" else alert.severity


def of_drift(drift: Drift, alerts: list[Alert]) -> Status:
    """Return the status of one column: its alerts first, then its verdict.

    What is over its limits without an alert is still to be judged: the past minutes are being gone through.
    """
    said = of_alerts(alerts)
    if said is not None:
        return said
    if drift.severity is not None or drift.verdict == "drift":
        return "pending"
    if drift.verdict in ("no_baseline", "insufficient"):
        return "none"
    return "watch" if drift.verdict == "watch" else "ok"


def of_window(model: Model) -> Status:
    """Return the status of a model's flow of rows."""
    if model.window_state == "stale":
        return "stale"
    return "ok" if model.window_state in ("ok", "historic") else "none"


def why_no_verdict(drift: Drift) -> str:
    """Return in two words why a column has no verdict, or an empty text."""
    if drift.verdict == "no_baseline":
        return "no baseline"
    if drift.verdict == "insufficient":
        return "no data" if drift.rows == 0 else "too few rows"
    return "learning" if drift.learning else ""


def change_words(drift: Drift, now: float) -> str:
    """Return in ten cells what has become of a column since its baseline and when, or an empty text."""
    change = drift.change
    if change is None:
        return ""
    return change.kind if change.since is None else f"{change.kind} {formatting.moment(change.since, now)}"
