"""One mail, handed to a mail server."""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from typing import Any, BinaryIO

from tuimon.alerts.telling.parcels import Mail
from tuimon.config import Receiver, host_and_port
from tuimon.monitor.telling.deadline import deadline
from tuimon.monitor.telling.outcome import TAKEN, Outcome, SendError
from tuimon.monitor.telling.web import reason

_MOST_BYTES = 65_536


class _Bounded:
    """The answers of one connection, up to so many bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._left = file, _MOST_BYTES

    def readline(self, limit: int = -1) -> bytes:
        line = self._file.readline(limit)
        self._left -= len(line)
        if self._left < 0:
            raise OSError("endless answer")
        return line

    def close(self) -> None:
        self._file.close()


class _Client(smtplib.SMTP):
    """Speaks over a connection that is already there, so that all of it is under one deadline."""

    def __init__(self, connection: socket.socket, host: str) -> None:
        super().__init__(local_hostname=socket.gethostname() or "localhost")
        self.sock, self._host = connection, host

    def getreply(self) -> tuple[int, bytes]:
        """Return the next answer, of bounded size."""
        if self.file is None and self.sock is not None:
            bounded: Any = _Bounded(self.sock.makefile("rb"))
            self.file = bounded
        return super().getreply()


def send(receiver: Receiver, content: Mail, limit: float, tls: ssl.SSLContext | None = None) -> Outcome:
    """Return what the mail server said within `limit` seconds. Raises SendError when it said nothing.

    Unlike in HTTP, 5xx is refused for good and 4xx may be better another time (RFC 5321, 4.2.1).
    """
    host, port = host_and_port(receiver.server, 25)
    try:
        connection = socket.create_connection((host, port), timeout=limit)
    except OSError as error:
        raise SendError(reason(error)) from None
    with connection, deadline(connection, limit) as clock:
        try:
            return _exchange(connection, host, receiver, content, tls)
        except smtplib.SMTPResponseException as error:
            return _outcome(error.smtp_code)
        except smtplib.SMTPRecipientsRefused as error:
            return _outcome(min(code for code, _ in error.recipients.values()))
        except smtplib.SMTPNotSupportedError:
            raise SendError("the mail server offers no TLS or no login") from None
        except smtplib.SMTPServerDisconnected:
            raise SendError("time-out" if clock.passed else "the connection was closed") from None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise SendError("time-out" if clock.passed else reason(error)) from None


def _exchange(connection: socket.socket, host: str, receiver: Receiver, content: Mail, tls: ssl.SSLContext | None) -> Outcome:
    if receiver.tls != "none":
        tls = tls or ssl.create_default_context()
    if receiver.tls == "tls" and tls is not None:
        connection = tls.wrap_socket(connection, server_hostname=host)
    client = _Client(connection, host)
    try:
        return _mail(client, receiver, content, tls)
    finally:
        client.close()


def _mail(client: _Client, receiver: Receiver, content: Mail, tls: ssl.SSLContext | None) -> Outcome:
    code, _ = client.getreply()
    if code != 220:
        return _outcome(code)
    if receiver.tls == "starttls":
        client.starttls(context=tls)
    if receiver.user is not None and content.password is not None:
        client.login(receiver.user, content.password)
    refused = client.send_message(content.message, receiver.sender, receiver.to)
    # It has the mail: how the farewell goes does not matter.
    with suppress(smtplib.SMTPException, OSError):
        client.quit()
    return Outcome("taken", f"{len(refused)} of {len(receiver.to)} addresses refused by the mail server") if refused else TAKEN


def _outcome(code: int) -> Outcome:
    return Outcome("refused" if 500 <= code < 600 else "failed", f"mail server: {code}")
