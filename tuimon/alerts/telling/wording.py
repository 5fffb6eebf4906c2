"""What all messages say alike."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from tuimon.alerts.telling.letter import Episode
from tuimon.values.alert import Severity
from tuimon.values.text import rfc3339

_LONGEST_KEY = 255


def status(episode: Episode) -> str:
    """Return "firing" or "resolved"."""
    return "firing" if episode.ended is None else "resolved"


def title(episode: Episode) -> str:
    """Return one line: how bad, which model, what."""
    word = episode.severity.upper() if episode.ended is None else "resolved"
    return f"{word} {episode.model or '-'}: {episode.text}"


def dedup_key(episode: Episode) -> str:
    """Return what is the same for every message about this episode and no other: the alert's id and the episode's number."""
    key = f"{episode.alert}#{episode.number}"
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[: _LONGEST_KEY - 65]}#{hashlib.sha256(key.encode()).hexdigest()}"


def fingerprint(episode: Episode) -> str:
    """Return 16 hexadecimal digits that stand for the alert, whatever its episode."""
    return hashlib.sha256(episode.alert.encode()).hexdigest()[:16]


def labels(episode: Episode, severity: Severity | None = None) -> dict[str, str]:
    """Return what tells this alert from others, empty names left out."""
    found = {
        "alertname": episode.rule,
        "monitor": "tuimon",
        "severity": severity or episode.severity,
        "model": episode.model,
        "version": episode.version,
        "column": episode.column,
    }
    return {name: value for name, value in found.items() if value}


def details(episode: Episode) -> dict[str, str]:
    """Return what is said about this alert."""
    found = {
        "summary": title(episode),
        "value": None if episode.value is None else f"{episode.value:.6g}",
        "threshold": f"{episode.threshold:.6g}",
        "window": episode.window,
        "dedup_key": dedup_key(episode),
    }
    return {name: value for name, value in found.items() if value}


def moment(seconds: float | None) -> str:
    """Return a time as RFC 3339 in UTC with milliseconds; the year 1 for no time."""
    if seconds is None:
        return "0001-01-01T00:00:00Z"
    return rfc3339(seconds, "milliseconds")


def clock(seconds: float) -> str:
    """Return a time for people, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def spell(episode: Episode) -> str:
    """Return when it fired, for people."""
    return f"since {clock(episode.began)}" if episode.ended is None else f"{clock(episode.began)} to {clock(episode.ended)}"
