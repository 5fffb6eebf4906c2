"""A real pseudo-terminal around a program: what it writes, how much, and what it leaves behind."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

SYNC_QUERY, SYNC_ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"


class Terminal:
    """Runs one program in a pty of a fixed size and keeps every byte it writes."""

    def __init__(
        self, command: Sequence[str], columns: int, rows: int, environment: Mapping[str, str], directory: Path | None = None
    ) -> None:
        self._primary, secondary = pty.openpty()
        fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(secondary)
        self._secondary = secondary
        self.written = bytearray()
        self.process = subprocess.Popen(
            command,
            stdin=secondary,
            stdout=secondary,
            stderr=secondary,
            env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            cwd=directory,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(secondary, termios.TIOCSCTTY, 0),
        )

    def read(self, seconds: float, until: bytes | None = None) -> bytes:
        """Return what is written within `seconds`, at most until `until` has appeared since this call."""
        start, deadline = len(self.written), time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if until is not None and until in self.written[start:]:
                break
            if not select.select([self._primary], [], [], min(left, 0.1))[0]:
                if self.process.poll() is not None:
                    break
                continue
            try:
                data = os.read(self._primary, 1 << 16)
            except OSError:
                break
            if SYNC_QUERY in data:
                os.write(self._primary, SYNC_ANSWER)
            self.written += data
        return bytes(self.written[start:])

    def expect(self, text: str, seconds: float = 20.0) -> None:
        """Read until `text` was written. Raises AssertionError with the last output when it never is."""
        wanted = text.encode()
        if wanted in self.written:
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            self.read(0.2, until=wanted)
            if wanted in self.written:
                return
        raise AssertionError(f"{text!r} was not written; last: {bytes(self.written[-2000:])!r}")

    def type(self, keys: str) -> None:
        """Type keys."""
        os.write(self._primary, keys.encode())

    def end(self, sent: signal.Signals | None, seconds: float = 10.0) -> int:
        """Send a signal (None: only wait) and return the exit code; what is written meanwhile is kept."""
        if sent is not None:
            self.process.send_signal(sent)
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read(0.1)
        self.read(0.2)
        return self.process.wait(1)

    def modes(self) -> list[object]:
        """Return the terminal's line settings as they are now."""
        return list(termios.tcgetattr(self._secondary))

    def hang_up(self) -> None:
        """Close the terminal as a lost connection does."""
        os.close(self._primary)
        os.close(self._secondary)

    def close(self) -> None:
        """Kill what still runs and let go of the pty."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(5)
        for descriptor in (self._primary, self._secondary):
            try:
                os.close(descriptor)
            except OSError:
                continue
