"""An engine that runs in a test; every wait is for an event of the engine itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

from tests.monitor import logs
from tuimon.config import LiveConfig
from tuimon.monitor.engine import LiveEngine
from tuimon.values.snapshot import Snapshot

NOW = logs.START + 605.0
TEXT = 'refresh = "200ms"\n[sources.fraud]\npaths = ["*.jsonl*"]\n[baseline]\nfirst = "100 rows"\n'
PATIENCE = 30.0


class Running:
    """An engine and the snapshots it has published."""

    def __init__(self, engine: LiveEngine) -> None:
        self.engine = engine
        self._published: Queue[Snapshot] = Queue()
        engine.open()
        engine.start(self._published.put)

    def until(self, holds: Callable[[Snapshot], bool]) -> Snapshot:
        """Return the first snapshot from now on that is as wanted."""
        while True:
            snapshot = self._published.get(timeout=PATIENCE)
            if holds(snapshot):
                return snapshot


@contextmanager
def running(place: Path, text: str = TEXT, title: str = "test", follow: bool = False, state: Path | None = None) -> Iterator[Running]:
    """Run an engine over the logs of a directory."""
    made = logs.settings(place, text)
    live = LiveConfig(place / "config.toml") if follow else None
    engine = LiveEngine(made, state or place / "state", title, live=live, clock=lambda: NOW)
    try:
        yield Running(engine)
    finally:
        assert engine.stop(PATIENCE)


def rows(count: int) -> Callable[[Snapshot], bool]:
    """Return whether a snapshot has so many rows."""
    return lambda snapshot: snapshot.ingest.rows == count
