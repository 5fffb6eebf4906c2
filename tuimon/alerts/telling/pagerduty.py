"""An event for PagerDuty's Events API version 2."""

from __future__ import annotations

from typing import Any

from tuimon.alerts.telling.letter import Letter
from tuimon.alerts.telling.wording import dedup_key, details, labels, moment, title

_LONGEST = 1_024


def payload(letter: Letter, routing_key: str) -> dict[str, Any]:
    """Return a trigger, or the resolve of the same key."""
    episode = letter.episode
    event = {"routing_key": routing_key, "dedup_key": dedup_key(episode)}
    if episode.ended is not None:
        return {**event, "event_action": "resolve"}
    return {
        **event,
        "event_action": "trigger",
        "client": "tuimon",
        "payload": {
            "summary": title(episode)[:_LONGEST],
            "source": episode.model or "-",
            "severity": episode.severity,
            "timestamp": moment(episode.began),
            "component": episode.column or episode.version or episode.model or "-",
            "class": episode.rule,
            "custom_details": {**labels(episode), **details(episode)},
        },
    }
