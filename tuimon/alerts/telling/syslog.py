"""A line for syslog: RFC 5424 over the network, and what the C library writes for the local socket."""

from __future__ import annotations

from tuimon.alerts.telling.letter import Letter
from tuimon.alerts.telling.wording import dedup_key, fingerprint, moment, title

_DAEMON = 3
_LEVELS = {"critical": 2, "warning": 4}
_NOTICE = 5
_LONGEST = 1_000
"""Bytes: every receiver takes 480 (RFC 5424), and what is larger than a packet may be lost."""


def line(server: str, letter: Letter) -> bytes:
    """Return one datagram; a path as `server` is the local socket."""
    episode = letter.episode
    level = _NOTICE if episode.ended is not None else _LEVELS[episode.severity]
    priority = f"<{_DAEMON * 8 + level}>"
    said = f"{title(episode)} [{dedup_key(episode)}]"
    if server.startswith("/"):
        return _cut(f"{priority}tuimon: {said}")
    at = moment(episode.began if episode.ended is None else episode.ended)
    return _cut(f"{priority}1 {at} - tuimon - {fingerprint(episode)} - {said}")


def _cut(text: str) -> bytes:
    return text.encode()[:_LONGEST].decode(errors="ignore").encode()
