"""Silenced alerts and their receivers."""

from __future__ import annotations

from tests.alerts.readings import Simulator, reading
from tests.alerts.telling.letters import receiver
from tuimon.alerts.telling import Outbox


def test_what_is_silenced_is_not_told_until_the_silence_is_over() -> None:
    """The outbox of one receiver, minute by minute."""
    run, outbox = Simulator(), Outbox([receiver()], [])

    def told(at: float, value: float, silenced: bool) -> list[tuple[str, bool]]:
        changed = run.at(at, reading(value))
        outbox.note(changed, run.states, at, set(run.states) if silenced else set())
        found = outbox.waiting("ops")
        for item in found:
            outbox.taken(item)
        return [(item.episode.severity, item.episode.ended is not None) for item in found]

    assert told(0.0, 0.15, silenced=True) == []
    assert told(60.0, 0.15, silenced=True) == []
    assert told(120.0, 0.15, silenced=False) == [("warning", False)]
    assert told(180.0, 0.3, silenced=True) == []
    assert told(240.0, 0.3, silenced=True) == []
    assert told(300.0, 0.3, silenced=False) == [("critical", False)]
    assert told(360.0, 0.0, silenced=True) == [("critical", True)]
