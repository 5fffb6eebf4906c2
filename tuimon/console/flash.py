"""Which alerts have just changed for the worse, come back, or ended; each change is told once, by rows that flash."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tuimon.console.lines import Line, plain
from tuimon.values.alert import Alert

PHASES = 4
"""On, off, on, off: the row inverts twice."""
PHASE_SECONDS = 0.5
_WEIGHT = {"warning": 1, "critical": 2}


@dataclass(frozen=True)
class Glow:
    """The rows of these alerts flash: inverted at this moment, or at rest between two inversions."""

    alerts: frozenset[str] = frozenset()
    inverted: bool = False

    def on(self, line: Line, alerts: frozenset[str]) -> Line:
        """Return the line of a row that is about these alerts. While it flashes it has one look: each costs a colour sequence."""
        return ((plain(line), f"bright{'+flash' if self.inverted else ''}"),) if alerts & self.alerts else line


DARK = Glow()
"""Nothing flashes."""


class Transitions:
    """Remembers each alert as last seen; a flash belongs to (id, episode, severity, state)."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, int, str]] | None = None

    def observe(self, alerts: Iterable[Alert]) -> frozenset[str]:
        """Return the ids of alerts that began to fire, worsened, resolved or returned since the last call; none at the first call.

        One that is acknowledged or silenced is no news; what still fires when its silence is over is.
        """
        before = self._seen
        now = {alert.id: (alert.episode, _WEIGHT[alert.severity], _phase(alert)) for alert in alerts}
        news = frozenset(
            alert.id
            for alert in alerts
            if before is not None and not alert.historic and not alert.acknowledged and _is_news(before.get(alert.id), now[alert.id])
        )
        self._seen = {**(before or {}), **now}
        return news


def _phase(alert: Alert) -> str:
    return "silenced" if alert.silenced and alert.state == "firing" else alert.state


def _is_news(before: tuple[int, int, str] | None, now: tuple[int, int, str]) -> bool:
    if now[2] == "firing":
        return before is None or before[2] != "firing" or now[0] > before[0] or now[1] > before[1]
    return now[2] == "resolved" and before is not None and before[2] == "firing"
