"""The snapshot on disk: whole or not there, private, and never older than it says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.monitor import logs
from tuimon.monitor.record import load_snapshot, save_snapshot
from tuimon.values.snapshot import Engine, Ingest, Snapshot


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A snapshot with a model, drift, alerts and rejects."""
    place = tmp_path_factory.mktemp("logs")
    logs.write_baseline(place / "baseline.parquet", logs.traffic(2_000, 1, seed=1))
    logs.write(place / "app.jsonl", logs.traffic(2_000, 2, seed=2, shift=1))
    with (place / "app.jsonl").open("ab") as file:
        file.write(b"\xff\xfe \x1b[31m torn\n")
    return logs.snapshot_of(place)


def test_what_is_saved_is_what_is_loaded(tmp_path: Path, made: Snapshot) -> None:
    save_snapshot(tmp_path, made)
    assert load_snapshot(tmp_path, made.at) == made
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot.json"]
    assert (tmp_path / "snapshot.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("age", "known"), [(0.0, True), (6.0, True), (6.1, False), (-59.0, True), (-61.0, False), (1e9, False)])
def test_it_is_believed_for_three_refreshes(tmp_path: Path, made: Snapshot, age: float, known: bool) -> None:
    made = replace(made, engine=replace(made.engine, refresh=2.0))
    save_snapshot(tmp_path, made)
    assert (load_snapshot(tmp_path, made.at + age) is not None) is known


def test_a_torn_or_foreign_file_is_none(tmp_path: Path, made: Snapshot) -> None:
    save_snapshot(tmp_path, made)
    whole = (tmp_path / "snapshot.json").read_bytes()
    for broken in (
        b"",
        whole[:-1],
        whole[: len(whole) // 2],
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"at": "now"}',
        json.dumps({"at": 1}).encode(),
    ):
        (tmp_path / "snapshot.json").write_bytes(broken)
        assert load_snapshot(tmp_path, made.at) is None
    (tmp_path / "snapshot.json").unlink()
    assert load_snapshot(tmp_path, made.at) is None


def test_a_failed_save_leaves_the_old_one(tmp_path: Path, made: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = made, Snapshot(0.0, "unknown", Engine("t", 2.0, "polling", "idle"), Ingest())
    save_snapshot(tmp_path, old)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    save_snapshot(tmp_path, new)
    assert load_snapshot(tmp_path, old.at) == old
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot.json"]
