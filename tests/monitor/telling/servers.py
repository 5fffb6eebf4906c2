"""Servers on this machine that answer as a test says; nothing here waits for a time to pass."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Talk = Callable[[socket.socket, "Server"], None]
PATIENCE = 20.0


@dataclass
class Server:
    """Where it listens, and what it was sent."""

    port: int = 0
    received: list[bytes] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    """Set when the test has what it wanted: whoever hangs lets go."""


@contextmanager
def serving(talk: Talk, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Have every connection answered by `talk`, one after the other."""
    server = Server()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        thread = threading.Thread(target=_serve, args=(listener, talk, server, tls))
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            # A shut listener wakes the thread that waits on it.
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join(PATIENCE)
    assert not thread.is_alive()


def _serve(listener: socket.socket, talk: Talk, server: Server, tls: ssl.SSLContext | None) -> None:
    while not server.over.is_set():
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.settimeout(PATIENCE)
        with suppress(OSError), connection, _secured(connection, tls) as secured:
            talk(secured, server)


def _secured(connection: socket.socket, tls: ssl.SSLContext | None) -> socket.socket:
    return connection if tls is None else tls.wrap_socket(connection, server_side=True)


def read_request(connection: socket.socket, server: Server) -> bytes:
    """Read one HTTP request to the end of its body, and note it."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += _some(connection)
    server.received.append(head + b"\r\n\r\n" + body)
    return body


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise ConnectionError
    return data


def answers(*several: str, body: bytes = b"") -> Talk:
    """Answer each request with the next of these (status line and headers), and the last of them from then on."""
    left = list(several)

    def talk(connection: socket.socket, server: Server) -> None:
        read_request(connection, server)
        head = left.pop(0) if len(left) > 1 else left[0]
        connection.sendall(f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    return talk


def hangs(connection: socket.socket, server: Server) -> None:
    """Take the request and say nothing."""
    read_request(connection, server)
    server.over.wait(PATIENCE)


def drips(connection: socket.socket, server: Server) -> None:
    """Say a little, again and again, and never come to the end of the headers."""
    read_request(connection, server)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not server.over.wait(0.02):
        connection.sendall(b"x")


def endless(connection: socket.socket, server: Server) -> None:
    """Take it, and answer with a body that has no end."""
    read_request(connection, server)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not server.over.is_set():
        connection.sendall(b"x" * 65_536)


def endless_head(connection: socket.socket, server: Server) -> None:
    """Answer with a line that has no end."""
    read_request(connection, server)
    connection.sendall(b"HTTP/1.1 ")
    while not server.over.is_set():
        connection.sendall(b"x" * 65_536)


def closes(connection: socket.socket, server: Server) -> None:
    """Take the request and hang up."""
    read_request(connection, server)


def garbage(connection: socket.socket, server: Server) -> None:
    """Answer with what is not HTTP."""
    read_request(connection, server)
    connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")
