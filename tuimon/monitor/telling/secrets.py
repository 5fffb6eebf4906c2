"""Secrets, read anew for each job, so that a new one counts at once and none is held for long."""

from __future__ import annotations

import os

from tuimon.config import SecretPlace
from tuimon.monitor.telling.outcome import SendError

_LONGEST = 4_096


def read_secret(place: SecretPlace | None) -> str | None:
    """Return the secret without blanks around it, None where none is asked for. Raises SendError, which names only the place."""
    if place is None:
        return None
    text = os.environ.get(place.env or "", "") if place.file is None else _content(place.file)
    secret = text.strip()
    where = "secret_env" if place.file is None else "secret_file"
    if not secret:
        raise SendError(f"{where} is not set" if place.file is None else f"{where} is empty")
    if len(secret) > _LONGEST or not secret.isprintable() or not secret.isascii():
        raise SendError(f"{where} does not hold one line of plain text")
    return secret


def _content(path: str) -> str:
    try:
        # Not to wait for a writer, should it be a pipe.
        with open(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as file:
            return file.read(_LONGEST + 3).decode("utf-8", "replace")
    except OSError as failure:
        raise SendError(f"secret_file cannot be read: {failure.strerror or 'unknown error'}") from None
