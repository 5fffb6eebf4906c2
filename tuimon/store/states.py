"""What is not counted from logs: alert states, how far they were judged, and the event log."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import pyarrow as pa

from tuimon.store import schema
from tuimon.store.database import Database
from tuimon.values.alert import Event
from tuimon.values.chunk import Generation
from tuimon.values.text import safe_text

MOST_EVENTS = 1_000
_STATES = "states"
_SILENCES = "silences"


class States:
    """Alert states as the text that the alerts package made of them, and events."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._next = database.number("SELECT max(seq) FROM events") + 1
        self._last: dict[int, tuple[Event, ...]] = {}
        """What was read since the last new event: a screen asks at every refresh."""

    def load(self) -> tuple[str | None, dict[str, float]]:
        """Return (states as JSON, None before the first; model -> last event time judged, seconds)."""
        evaluated = dict(self._database.rows("SELECT model, judged FROM evaluated"))
        return schema.read_meta(self._database, _STATES), evaluated

    def silences(self) -> str | None:
        """Return the silences as JSON, None before the first."""
        return schema.read_meta(self._database, _SILENCES)

    def save(self, states: str, evaluated: Mapping[str, float], silences: str | None) -> None:
        """Replace all that are given; to be called inside a transaction."""
        schema.write_meta(self._database, _STATES, states)
        if silences is not None:
            schema.write_meta(self._database, _SILENCES, silences)
        self._database.run("DELETE FROM evaluated")
        if evaluated:
            self._database.insert(
                "evaluated", pa.table({"model": list(evaluated), "judged": pa.array(list(evaluated.values()), pa.float64())})
            )

    def events(self, limit: int) -> tuple[Event, ...]:
        """Return the last events, newest last."""
        if limit not in self._last:
            sql = "SELECT happened, kind, severity, content, model, measured FROM events ORDER BY seq DESC LIMIT ?"
            self._last[limit] = tuple(Event(*row) for row in reversed(self._database.rows(sql, [limit])))
        return self._last[limit]

    def add_events(self, events: Sequence[Event]) -> None:
        """Append events and let the oldest go; to be called inside a transaction."""
        if not events:
            return
        self._last.clear()
        table = pa.table(
            {
                "seq": pa.array(range(self._next, self._next + len(events)), pa.int64()),
                "happened": pa.array([event.at for event in events], pa.float64()),
                "kind": [event.kind for event in events],
                "severity": [event.severity for event in events],
                "content": [event.text for event in events],
                "model": pa.array([event.model for event in events], pa.string()),
                "measured": pa.array([event.column for event in events], pa.string()),
            }
        )
        self._database.insert("events", table)
        self._next += len(events)
        self._database.run("DELETE FROM events WHERE seq < ?", [self._next - MOST_EVENTS])


def gap_event(generation: Generation, now: float) -> Event:
    """Return what is told of bytes that were destroyed before they were read."""
    name = safe_text(os.fsdecode(os.path.basename(generation.path)))
    return Event(now, "gap", "warning", f"gap: {generation.gap:,} bytes of {name} were destroyed before they were read")
