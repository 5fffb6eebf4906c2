"""One HTTP POST: no redirect is followed, no proxy is asked, and of the answer only the status counts."""

from __future__ import annotations

import http.client
import socket
import ssl
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from tuimon import __version__
from tuimon.alerts.telling.parcels import Web
from tuimon.config import is_this_machine
from tuimon.config.addresses import is_link_local
from tuimon.monitor.telling.deadline import deadline
from tuimon.monitor.telling.outcome import TAKEN, Outcome, SendError


def post(content: Web, allow_http: bool, now: float, limit: float, tls: ssl.SSLContext | None = None) -> Outcome:
    """Return what the receiver answered within `limit` seconds; `now` is wall time. Raises SendError when it did not answer.

    2xx is taken; 4xx is refused for good, but for 408 and 429; all else, redirects too, may be better another time.
    """
    parts = urlsplit(content.url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    try:
        connection = socket.create_connection((host, parts.port or (443 if secure else 80)), timeout=limit)
    except (OSError, UnicodeError) as error:
        raise SendError(reason(error)) from None
    with connection:
        _check_peer(connection, anywhere=secure or allow_http)
        with deadline(connection, limit) as clock:
            try:
                status, retry_after = _exchange(connection, content, (tls or ssl.create_default_context()) if secure else None)
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise SendError("time-out" if clock.passed else reason(error)) from None
            if clock.passed:
                # What was cut off looks like a whole answer.
                raise SendError("time-out")
    return _outcome(status, retry_after, now)


def _exchange(connection: socket.socket, content: Web, tls: ssl.SSLContext | None) -> tuple[int, str | None]:
    """Return the status, and when to try again."""
    parts = urlsplit(content.url)
    asked = http.client.HTTPConnection(parts.hostname or "", parts.port)
    asked.sock = tls.wrap_socket(connection, server_hostname=parts.hostname) if tls is not None else connection
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Host": parts.netloc, "User-Agent": f"tuimon/{__version__}", "Connection": "close", **dict(content.headers)}
        asked.request("POST", target, content.body, headers)
        # The rest of the answer is left: it may have no end.
        with asked.getresponse() as answer:
            return answer.status, answer.getheader("Retry-After")
    finally:
        asked.close()


def _outcome(status: int, retry_after: str | None, now: float) -> Outcome:
    if 200 <= status < 300:
        return TAKEN
    if 300 <= status < 400:
        return Outcome("failed", f"{status}, a redirect, which is not followed")
    if 400 <= status < 500 and status not in (408, 429):
        return Outcome("refused", str(status))
    return Outcome("failed", str(status), _seconds(retry_after, now))


def _seconds(retry_after: str | None, now: float) -> float | None:
    """Return what Retry-After asks for, as a number or as a date (RFC 9110, 10.2.3)."""
    if retry_after is None:
        return None
    if retry_after.strip().isascii() and retry_after.strip().isdigit():
        return float(retry_after.strip()[:9])
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def _check_peer(connection: socket.socket, anywhere: bool) -> None:
    """Refuse what a name may have led to: only the address that was connected to counts."""
    peer = str(connection.getpeername()[0])
    if is_link_local(peer):
        raise SendError("its name leads to a link-local address")
    if not anywhere and not is_this_machine(peer):
        raise SendError("its name leads to another machine, where http:// is not allowed")


def reason(error: Exception) -> str:
    """Return what went wrong in a few words of our own: an error's text may repeat what was sent."""
    if isinstance(error, TimeoutError):
        return "time-out"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return "no TLS connection"
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, http.client.RemoteDisconnected | ConnectionError):
        return "the connection was closed"
    if isinstance(error, http.client.HTTPException):
        return "no valid HTTP answer"
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
