"""What was destroyed before it could be read is told with file, time and bytes, and stays told."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.monitor import logs
from tuimon.cli.plain import plain
from tuimon.monitor import intake
from tuimon.sources import Tailer

CONFIG = """
[sources.fraud]
paths = ["app.jsonl"]
"""


def test_a_gap_is_an_event_and_stays_on_the_list_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "Tailer", partial(Tailer, chunk_lines=100))
    log = tmp_path / "app.jsonl"
    logs.write(log, logs.traffic(1_000, 1, seed=1))
    size = log.stat().st_size
    session = logs.open_session(tmp_path, CONFIG)
    progress, done = session.ingest(lambda: True)
    assert not done
    read = session.store.generations()[0].position
    session.close()
    logs.write(log, logs.traffic(20, 1, seed=2))
    for _ in range(3):
        session = logs.open_session(tmp_path, CONFIG)
        snapshot = logs.look(session)
        session.close()
    lost = f"gap: {size - read:,} bytes of app.jsonl were destroyed before they were read"
    assert [event.text for event in snapshot.events if event.kind == "gap"] == [lost]
    assert [(file.life, file.gap) for file in snapshot.files] == [("live", 0), ("lost", size - read)]
    assert (snapshot.ingest.files, snapshot.ingest.rows, snapshot.ingest.gaps) == (1, progress.rows + 20, 1)
    assert lost in plain(snapshot)
    session = logs.open_session(tmp_path, CONFIG)
    assert all(proof.ok for proof in session.store.verify())
    session.close()
