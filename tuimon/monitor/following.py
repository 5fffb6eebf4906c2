"""The configuration file while the program runs: its last good save, and what is wrong with a bad one."""

from __future__ import annotations

from collections.abc import Callable

from tuimon.config import ConfigError, LiveConfig, Settings, changes
from tuimon.values import safe_text
from tuimon.values.snapshot import Event


class Following:
    """Holds the settings in force."""

    def __init__(self, settings: Settings, live: LiveConfig | None, adapt: Callable[[Settings], Settings] | None) -> None:
        """`adapt` turns settings as saved into those of this run; without `live` they stay as they are."""
        self.settings = settings
        self.problem: str | None = None
        """What is wrong with the last save, one safe sentence; None when it was good."""
        self._live, self._adapt = live, adapt or (lambda fresh: fresh)

    def look(self, now: float) -> list[Event]:
        """Take over what was saved since the last look, and return it as events."""
        found = self._live.poll() if self._live is not None else None
        if found is None:
            return []
        if isinstance(found, ConfigError):
            self.problem = f"{safe_text(str(found))}; the last good settings stay"
            return [Event(now, "config", "warning", self.problem)]
        self.problem = None
        before, self.settings = self.settings, self._adapt(found)
        return [Event(now, "config", "info", change) for change in changes(before, self.settings)]
