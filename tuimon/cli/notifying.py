"""What can be said of the receivers of alerts without asking them."""

from __future__ import annotations

import os
import stat

from tuimon.cli.diagnosis import Finding
from tuimon.config import Receiver, Settings, web_address


def receivers(settings: Settings) -> list[Finding]:
    """Return whether each receiver could be sent something: its secret can be read and its address is allowed. Nothing is sent."""
    return [_receiver(receiver) for receiver in settings.receivers]


def _receiver(receiver: Receiver) -> Finding:
    name = f"notify {receiver.name}"
    where = " ".join(part for part in (receiver.type, receiver.address) if part)
    problem, advice = _problem(receiver)
    return Finding(name, not problem, f"{where}: {problem}" if problem else where, advice)


def _problem(receiver: Receiver) -> tuple[str, str]:
    from tuimon.monitor.telling.outcome import SendError
    from tuimon.monitor.telling.secrets import read_secret

    try:
        secret = read_secret(receiver.secret)
        if receiver.type == "slack" and secret is not None:
            web_address(secret, receiver.allow_http)
    except SendError as failure:
        return str(failure), "correct it, and give this user, and no other, permission to read a secret file"
    except ValueError as wrong:
        return f"the address in the secret {wrong}", "put the address of the webhook there, on one line"
    if receiver.secret is not None and receiver.secret.file is not None and _open_to_others(receiver.secret.file):
        return "others may read the secret file", "chmod 600 it"
    if receiver.type == "syslog" and receiver.server.startswith("/") and not os.path.exists(receiver.server):
        return "there is no such socket", "start a syslog service, or name another socket or host with server"
    return "", ""


def _open_to_others(path: str) -> bool:
    try:
        return bool(os.stat(path).st_mode & (stat.S_IRWXO | stat.S_IWGRP))
    except OSError:
        return False
