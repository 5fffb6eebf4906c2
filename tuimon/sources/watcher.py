"""Hints from the file system that shorten the wait; the scan stays the truth."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable
from typing import Literal

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from tuimon.sources.covering import covers
from tuimon.sources.mounts import silent

Mode = Literal["inotify", "polling"]
Identity = tuple[int, int] | None
# Our own opening and reading of the files makes events too; only what changes them is asked for.
_CHANGES: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    FileClosedEvent,
    DirCreatedEvent,
    DirMovedEvent,
]
_EMITTER_LOG = "watchdog.observers.inotify_c"


class _Hint(FileSystemEventHandler):
    def __init__(self, wake: threading.Event, exclude: tuple[str, ...]) -> None:
        self._wake = wake
        self._exclude = exclude
        self.grown = False
        """A directory was added: is it watched as well?"""

    def on_any_event(self, event: FileSystemEvent) -> None:
        path = os.fsdecode(event.src_path)
        if not any(path == excluded or path.startswith(excluded + "/") for excluded in self._exclude):
            self.grown = self.grown or (event.is_directory and event.event_type in ("created", "moved"))
            self._wake.set()


class _Overflow(logging.Handler):
    """The one trace that a queue overflow leaves is a log record."""

    def __init__(self, wake: threading.Event) -> None:
        super().__init__(logging.WARNING)
        self._wake = wake
        self.seen = False

    def emit(self, record: logging.LogRecord) -> None:
        if "overflow" in record.getMessage().lower():
            self.seen = True
            self._wake.set()


class Watcher:
    """Sets `wake` when something changes below the directories; whatever goes wrong, it says "polling" and never raises."""

    def __init__(self, directories: Iterable[str], wake: threading.Event, *, exclude: Iterable[str] = ()) -> None:
        """Watch the directories, recursively; without any the mode is "polling".

        What happens at or below an `exclude` path wakes nobody: our own state may lie among the logs.
        """
        self._directories = tuple(directories)
        self._exclude = tuple(path.rstrip("/") for path in exclude)
        self._wake = wake
        self._observer: BaseObserver | None = None
        self._failures = self._checks = 0
        self._hint = _Hint(wake, self._exclude)
        self._partial = self._silent = False
        self._roots: tuple[Identity, ...] = ()
        self._overflow = _Overflow(wake)
        logging.getLogger(_EMITTER_LOG).addHandler(self._overflow)
        self._start()

    @property
    def mode(self) -> Mode:
        """ "inotify" while hints arrive for every change, "polling" while only scans find some or all of them.

        A network file system and a directory without a watch send none, while the rest may still do.
        """
        return "polling" if self._observer is None or self._partial or self._silent else "inotify"

    def check(self) -> Mode:
        """Return the mode after a health check.

        After an overflow, the death of an emitter or a directory replaced by another one, everything is watched anew; while that
        is not possible the mode is "polling". A new watch sets `wake`, since changes may have been missed.
        """
        if self._observer is not None and (self._overflow.seen or not self._healthy(self._observer)):
            self._end(timeout=1.0)
        if self._observer is None and self._may_try() and self._start():
            self._wake.set()
        elif self._observer is not None and (self._partial or self._hint.grown) and self._may_try():
            self._cover(self._observer)
        return self.mode

    def _cover(self, observer: BaseObserver) -> None:
        """Find out whether directories are without a watch; while some are it is asked ever more rarely."""
        self._hint.grown, self._checks = False, 0
        self._silent = silent(self._directories)
        self._partial = not covers(observer, self._directories)
        self._failures = self._failures + 1 if self._partial else 0

    def _may_try(self) -> bool:
        """A watch that failed is tried after 1, 2, 4 ... 64 checks: adding watches costs a walk over all directories."""
        self._checks += 1
        return self._checks >= min(1 << self._failures, 64)

    def stop(self) -> None:
        """End the watch within a second."""
        self._end(timeout=1.0)
        logging.getLogger(_EMITTER_LOG).removeHandler(self._overflow)

    def _start(self) -> bool:
        self._roots = tuple(_identity(path) for path in self._directories)
        self._overflow.seen = False
        if not self._roots or None in self._roots:
            return False
        observer = Observer()
        observer.daemon = True
        try:
            for path in self._directories:
                observer.schedule(self._hint, path, recursive=True, event_filter=_CHANGES)
            observer.start()
        except Exception:  # noqa: BLE001 - a hint that cannot be had is never an error, whatever the library raises
            _quietly_stop(observer, 1.0)
            self._failures, self._checks = self._failures + 1, 0
            return False
        self._observer, self._failures, self._checks = observer, 0, 0
        self._cover(observer)
        return True

    def _healthy(self, observer: BaseObserver) -> bool:
        alive = observer.is_alive() and all(emitter.is_alive() for emitter in observer.emitters)
        return alive and self._roots == tuple(_identity(path) for path in self._directories)

    def _end(self, timeout: float) -> None:
        observer, self._observer = self._observer, None
        if observer is not None:
            _quietly_stop(observer, timeout)


def _quietly_stop(observer: BaseObserver, timeout: float) -> None:
    try:
        observer.stop()
        if observer.is_alive():
            observer.join(timeout)
    except Exception:
        logging.getLogger(__name__).debug("the watch did not end cleanly", exc_info=True)


def _identity(path: str) -> Identity:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
