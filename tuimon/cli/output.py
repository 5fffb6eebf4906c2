"""stdout is data, stderr is narration."""

from __future__ import annotations

import sys

EXIT = {"ok": 0, "warning": 1, "critical": 2, "unknown": 3}
DONE, FAILED, COULD_NOT_RUN = 0, 2, 3


def data(text: str) -> None:
    """Write a line of data; what the terminal's encoding cannot show is escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def on_terminal() -> bool:
    """Return whether a person sits at all three streams, as a full-screen program needs it."""
    return all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def narrate(text: str) -> None:
    """Write a line for the person who watches."""
    sys.stderr.write(f"tuimon: {text}\n")
