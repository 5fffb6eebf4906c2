"""One line for syslog, by the local socket or by UDP: sent is all that can be known of it."""

from __future__ import annotations

import socket

from tuimon.config import host_and_port
from tuimon.monitor.telling.outcome import TAKEN, Outcome, SendError
from tuimon.monitor.telling.web import reason

_PORT = 514
_LIMIT = 2.0


def send(server: str, data: bytes) -> Outcome:
    """Send one datagram to "/path", "host" or "host:port". Raises SendError."""
    try:
        if server.startswith("/"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as local:
                local.settimeout(_LIMIT)
                local.connect(server)
                local.send(data)
            return TAKEN
        host, port = host_and_port(server, _PORT)
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, protocol) as remote:
            remote.settimeout(_LIMIT)
            remote.sendto(data, address)
    except OSError as error:
        raise SendError(reason(error)) from None
    return TAKEN
