"""Settings that follow their file: read again when it is saved, the last good ones kept when the save is bad."""

from __future__ import annotations

import os
from pathlib import Path

from tuimon.config.errors import ConfigError
from tuimon.config.load import parse
from tuimon.config.settings import Settings

WRITING = 0.2
"""Seconds after its last change for which a file is taken to be still written."""
Signature = tuple[int, int, int, int]
"""Device, inode, size and modification time in nanoseconds."""


class LiveConfig:
    """The settings of one file while a program runs. Raises ConfigError when made from a file that is not good."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.error: ConfigError | None = None
        """What is wrong with the file as it is now; None after a good save."""
        self._seen: Signature | None = None
        self._settled = True
        self._missing = False
        try:
            data, self._seen = _read(path)
        except OSError as failure:
            raise _unreadable(path, failure) from failure
        self.settings = parse(data, path)
        """The last good settings."""
        self._data = data

    def poll(self, now: float | None = None) -> Settings | ConfigError | None:
        """Return the new settings or the error of a save since the last call; None when there is nothing new.

        An error is returned once, until another error or a good save. A file that has just gone or been emptied is
        one that an editor is about to write: None, and the last good settings stay. So is one that was written within the last
        moment before `now`, wall time: half of it may be a good file too.
        """
        try:
            return self._look(now)
        except FileNotFoundError:
            first, self._missing, self._seen = not self._missing, True, None
            return None if first else self._failed(ConfigError(self.path, None, "", "is gone"))
        except OSError as failure:
            self._seen = None
            return self._failed(_unreadable(self.path, failure))

    def _look(self, now: float | None) -> Settings | ConfigError | None:
        status = os.stat(self.path)
        self._missing = False
        if self._settled and _signature(status) == self._seen:
            return None
        if now is not None and 0 <= now - status.st_mtime < WRITING:
            return None
        data, signature = _read(self.path)
        # A second save within the clock tick of the first has the same signature: so each change is read once more.
        self._settled = signature == self._seen
        self._seen = signature
        if not data.strip() and self._data.strip():
            return self._failed(ConfigError(self.path, None, "", "is empty")) if self._settled else None
        return self._take(data)

    def _take(self, data: bytes) -> Settings | ConfigError | None:
        if data == self._data and self.error is None:
            return None
        try:
            self.settings = parse(data, self.path)
        except ConfigError as error:
            return self._failed(error)
        self.error = None
        self._data = data
        return self.settings

    def _failed(self, error: ConfigError) -> ConfigError | None:
        known = self.error is not None and str(self.error) == str(error)
        self.error = error
        return None if known else error


def _read(path: Path) -> tuple[bytes, Signature]:
    """Return the content and the signature from before it was read, so that a write meanwhile is seen the next time."""
    with path.open("rb") as file:
        signature = _signature(os.fstat(file.fileno()))
        return file.read(), signature


def _signature(status: os.stat_result) -> Signature:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _unreadable(path: Path, failure: OSError) -> ConfigError:
    return ConfigError(path, None, "", f"cannot be read: {failure.strerror or failure}")
