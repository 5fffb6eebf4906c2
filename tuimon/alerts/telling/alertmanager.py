"""What Alertmanager's API version 2 is posted. It forgets an alert that nobody repeats, so that a dead tuimon ends by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tuimon.alerts.telling.letter import Letter
from tuimon.alerts.telling.wording import details, labels, moment
from tuimon.values.alert import Severity

REPEAT = 60.0
"""Seconds after which everything that fires is posted again."""
_HOLDS = 3 * REPEAT
_PATH = "/api/v2/alerts"


def endpoint(url: str) -> str:
    """Return where alerts are posted, for the address of an Alertmanager with or without that path."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    return urlunsplit(parts._replace(path=path if path.endswith(_PATH) else path + _PATH))


def payload(letters: Sequence[Letter], now: float) -> list[dict[str, Any]]:
    """Return the alerts to post; `now` is wall time."""
    found: list[dict[str, Any]] = []
    for letter in letters:
        if letter.told not in (None, letter.episode.severity):
            # The severity is a label, and labels are what an alert is: the milder one ends.
            found.append(_alert(letter, letter.told, now, now))
        ended = letter.episode.ended
        found.append(_alert(letter, None, now + _HOLDS if ended is None else min(ended, now), now))
    return found


def _alert(letter: Letter, severity: Severity | None, ends: float, now: float) -> dict[str, Any]:
    episode = letter.episode
    begins = min(episode.began, now)
    return {
        "labels": labels(episode, severity),
        "annotations": details(episode),
        "startsAt": moment(begins),
        "endsAt": moment(max(ends, begins + 0.001)),
    }
