"""The configuration file while the program runs: its last good save, and what is wrong with a bad one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tuimon.config import ConfigError, LiveConfig, Settings, ThresholdEdit, changes, edited, save
from tuimon.values.alert import Event
from tuimon.values.text import safe_text

NO_FILE = "there is no configuration file to save it in: `tuimon init DIR -o config.toml` writes one"


class Following:
    """Holds the settings in force."""

    def __init__(self, settings: Settings, live: LiveConfig | None, adapt: Callable[[Settings], Settings] | None) -> None:
        """`adapt` turns settings as saved into those of this run; without `live` they stay as they are."""
        self.settings = settings
        self.problem: str | None = None
        """What is wrong with the last save, one safe sentence; None when it was good."""
        self._live, self._adapt = live, adapt or (lambda fresh: fresh)

    def with_threshold(self, edit: ThresholdEdit) -> tuple[bytes, bytes]:
        """Return the content of the file as it is and with other limits. Raises ConfigError, also where there is no file."""
        if self._live is None:
            raise ConfigError(Path(), None, "", NO_FILE)
        try:
            old = self._live.path.read_bytes()
        except OSError as failure:
            raise ConfigError(self._live.path, None, "", f"cannot be read: {failure.strerror or failure}") from failure
        return old, edited(old, self._live.path, edit)

    def save(self, old: bytes, new: bytes) -> None:
        """Put the new content in the place of the old one; what it changes is taken over at the next look. Raises ConfigError."""
        if self._live is not None:
            save(self._live.path, old, new)

    def look(self, now: float) -> list[Event]:
        """Take over what was saved since the last look, and return it as events."""
        found = self._live.poll(now) if self._live is not None else None
        if found is None:
            return []
        if isinstance(found, ConfigError):
            self.problem = f"{safe_text(str(found))}; the last good settings stay"
            return [Event(now, "config", "warning", self.problem)]
        self.problem = None
        before, self.settings = self.settings, self._adapt(found)
        return [Event(now, "config", "info", change) for change in changes(before, self.settings)]
