"""The shape that Alertmanager's webhook receivers know, version 4 (prometheus.io/docs/alerting/latest/configuration)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tuimon.alerts.telling.letter import Letter
from tuimon.alerts.telling.wording import details, fingerprint, labels, moment, status


def payload(receiver: str, letters: Sequence[Letter]) -> dict[str, Any]:
    """Return one message about all letters, "firing" while any of them is."""
    alerts = [_alert(letter) for letter in letters]
    return {
        "version": "4",
        "groupKey": f'{{}}:{{receiver="{receiver}"}}',
        "truncatedAlerts": 0,
        "status": "firing" if any(alert["status"] == "firing" for alert in alerts) else "resolved",
        "receiver": receiver,
        "groupLabels": {},
        "commonLabels": _common([alert["labels"] for alert in alerts]),
        "commonAnnotations": _common([alert["annotations"] for alert in alerts]),
        "externalURL": "",
        "alerts": alerts,
    }


def _alert(letter: Letter) -> dict[str, Any]:
    episode = letter.episode
    return {
        "status": status(episode),
        "labels": labels(episode),
        "annotations": details(episode),
        "startsAt": moment(episode.began),
        "endsAt": moment(episode.ended),
        "generatorURL": "",
        "fingerprint": fingerprint(episode),
    }


def _common(several: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {name: value for name, value in several[0].items() if all(other.get(name) == value for other in several)}
