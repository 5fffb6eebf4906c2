"""The engine for a screen that is painted first: it is loaded and opened on a thread of its own, meanwhile requests wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from tuimon.monitor.feed import Feed, Request
from tuimon.values.snapshot import Snapshot


class Openable(Feed, Protocol):
    """A feed that has something to open first."""

    def open(self) -> None:
        """Raises what makes a start impossible."""


class LateEngine:
    """A `Feed` around an engine that does not exist yet."""

    def __init__(self, make: Callable[[], Openable]) -> None:
        """`make` is called on the thread, so that what it imports holds up nobody."""
        self._make = make
        self._lock = threading.Lock()
        self._engine: Openable | None = None
        self._waiting: list[Request] = []
        self._stopping = False
        self._thread: threading.Thread | None = None
        self.refusal: Exception | None = None
        """Why nothing could be started, None while that is not so."""

    @property
    def failure(self) -> str | None:
        """One sentence when the engine has stopped by an error, else None."""
        return self._engine.failure if self._engine is not None else None

    def start(self, publish: Callable[[Snapshot], None], refused: Callable[[], None]) -> None:
        """Begin to load; `refused` is called from the thread when nothing can be started, and `refusal` says why."""
        self._thread = threading.Thread(target=self._begin, args=(publish, refused), name="late", daemon=True)
        self._thread.start()

    def request(self, request: Request) -> None:
        """Hand over a request; returns at once."""
        with self._lock:
            if self._engine is None:
                self._waiting.append(request)
                return
        self._engine.request(request)

    def stop(self, timeout: float) -> bool:
        """End the work cleanly and return whether it ended within `timeout` seconds."""
        ends = time.monotonic() + timeout
        with self._lock:
            self._stopping = True
        if self._thread is not None:
            self._thread.join(timeout)
            if self._thread.is_alive():
                return False
        return self._engine is None or self._engine.stop(max(0.0, ends - time.monotonic()))

    def _begin(self, publish: Callable[[Snapshot], None], refused: Callable[[], None]) -> None:
        try:
            engine = self._make()
            engine.open()
        except Exception as error:  # noqa: BLE001 - told by whoever has the terminal once the screen is gone
            self.refusal = error
            refused()
            return
        with self._lock:
            self._engine = engine
            waiting, self._waiting = self._waiting, []
            stopping = self._stopping
        for request in waiting:
            engine.request(request)
        if not stopping:
            engine.start(publish, refused)
