"""An end to everything that is said over one connection: time-outs of a socket begin anew with every byte."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Deadline:
    """Whether the time was over."""

    passed = False


@contextmanager
def deadline(connection: socket.socket, seconds: float) -> Iterator[Deadline]:
    """Shut a connection down after so many seconds, unless the block ends before; also when TLS has taken it over by then."""
    found, handle = Deadline(), connection.dup()
    # Later than the deadline, so that it is the one to end a silence.
    connection.settimeout(2 * seconds)

    def shut() -> None:
        found.passed = True
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, shut)
    timer.daemon = True
    timer.start()
    try:
        yield found
    finally:
        timer.cancel()
        handle.close()
