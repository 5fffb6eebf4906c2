"""One job, sent: what becomes of each letter in it."""

from __future__ import annotations

from collections.abc import Iterator

from tuimon.alerts.telling.parcels import Line, Mail, Parcel, Web, parcels
from tuimon.config import web_address
from tuimon.monitor.telling import datagram, smtp, web
from tuimon.monitor.telling.job import Delivery, Job
from tuimon.monitor.telling.outcome import Outcome, SendError
from tuimon.monitor.telling.secrets import read_secret

LIMIT = 10.0
"""Seconds that one message may take, from the connection to the answer."""


def deliver(job: Job, limit: float = LIMIT) -> Iterator[Delivery]:
    """Yield what became of the letters of a job, in order; the first that fails ends it, so that none overtakes another."""
    try:
        parts = parcels(job.receiver, job.letters, job.at, read_secret(job.receiver.secret))
    except SendError as failure:
        yield Delivery(job.receiver, job.letters, Outcome("failed", str(failure)), last=True)
        return
    for place, parcel in enumerate(parts):
        outcome = _sent(job, parcel, limit)
        last = outcome.kind == "failed" or place == len(parts) - 1
        yield Delivery(job.receiver, parcel.letters, outcome, last)
        if last:
            return


def _sent(job: Job, parcel: Parcel, limit: float) -> Outcome:
    receiver = job.receiver
    try:
        match parcel.content:
            case Web() as content:
                return web.post(_checked(content, receiver.allow_http), receiver.allow_http, job.at, limit)
            case Mail() as content:
                return smtp.send(receiver, content, limit)
            case Line(data):
                return datagram.send(receiver.server, data)
    except SendError as failure:
        return Outcome("failed", str(failure))


def _checked(content: Web, allow_http: bool) -> Web:
    """Return the content; an address that came out of a secret is checked like one of the configuration."""
    try:
        web_address(content.url, allow_http)
    except ValueError as wrong:
        raise SendError(f"its address {wrong}") from None
    return content
