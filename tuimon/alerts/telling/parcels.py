"""Letters as the bytes that each type of receiver understands. Pure: the secret is handed in, nothing is sent."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from tuimon.alerts.telling import alertmanager, mail, pagerduty, slack, syslog, webhook
from tuimon.alerts.telling.letter import Letter
from tuimon.config import Receiver

AT_ONCE = {"webhook": 100, "alertmanager": 100, "slack": 20, "pagerduty": 1, "email": 50, "syslog": 1}
"""Letters in one message."""


@dataclass(frozen=True)
class Web:
    """One HTTP POST; what may hold a secret is not part of its text."""

    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Mail:
    """One message for a mail server, with the password of its user."""

    message: EmailMessage = field(repr=False)
    password: str | None = field(repr=False)


@dataclass(frozen=True)
class Line:
    """One datagram for syslog."""

    data: bytes


@dataclass(frozen=True)
class Parcel:
    """What is sent in one go, and the letters in it."""

    letters: tuple[Letter, ...]
    content: Web | Mail | Line


def parcels(receiver: Receiver, letters: Sequence[Letter], now: float, secret: str | None) -> tuple[Parcel, ...]:
    """Return what is to be sent, in order; `now` is wall time."""
    many = AT_ONCE[receiver.type]
    parts = [tuple(letters[place : place + many]) for place in range(0, len(letters), many)]
    return tuple(Parcel(part, _content(receiver, part, now, secret)) for part in parts)


def _content(receiver: Receiver, letters: tuple[Letter, ...], now: float, secret: str | None) -> Web | Mail | Line:
    match receiver.type:
        case "webhook":
            body = _json(webhook.payload(receiver.name, letters))
            return Web(receiver.url, (*_JSON, *(signature(secret, body, now) if secret else ())), body)
        case "alertmanager":
            bearer = (("Authorization", f"Bearer {secret}"),) if secret else ()
            return Web(alertmanager.endpoint(receiver.url), (*_JSON, *bearer), _json(alertmanager.payload(letters, now)))
        case "slack":
            return Web(receiver.url or secret or "", _JSON, _json(slack.payload(letters)))
        case "pagerduty":
            return Web(receiver.url, _JSON, _json(pagerduty.payload(letters[0], secret or "")))
        case "email":
            return Mail(mail.message(receiver, letters, now), secret)
        case _:
            return Line(syslog.line(receiver.server, letters[0]))


def signature(secret: str, body: bytes, now: float) -> tuple[tuple[str, str], ...]:
    """Return the headers that prove who sent `body` and when: HMAC-SHA256 (RFC 2104) over the time, a dot and the body."""
    stamp = str(int(now))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return ("X-Tuimon-Timestamp", stamp), ("X-Tuimon-Signature", f"sha256={digest}")


_JSON = (("Content-Type", "application/json"),)


def _json(payload: Any) -> bytes:
    return json.dumps(payload, separators=(",", ":")).encode()
