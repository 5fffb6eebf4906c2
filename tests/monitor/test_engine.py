"""The engine thread: what it publishes, what it is told, and how it ends; every wait is for an event of the engine itself."""

from __future__ import annotations

import gzip
from pathlib import Path

from tests.monitor import logs
from tests.monitor.running import NOW, PATIENCE, TEXT, rows, running
from tuimon.config import Keep
from tuimon.monitor.engine import LiveEngine
from tuimon.monitor.feed import RefreshNow, SetRefresh
from tuimon.monitor.record import load_snapshot
from tuimon.store import Store


def test_what_is_appended_is_published_and_saved(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(400, 1, 1))
    with running(tmp_path) as found:
        first = found.until(rows(400))
        assert (first.engine.state, first.engine.title, first.at) == ("live", "test", NOW)
        logs.write(tmp_path / "app.jsonl", logs.traffic(50, 1, 2, start=logs.START + 400), mode="a")
        found.until(rows(450))
    saved = load_snapshot(tmp_path / "state", NOW)
    assert saved is not None
    assert saved.ingest.rows == 450
    Store.open(tmp_path / "state", Keep()).close()


def test_requests_are_taken(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(10, 1, 3))
    with running(tmp_path, TEXT.replace("200ms", "60s")) as found:
        found.until(rows(10))
        logs.write(tmp_path / "new.jsonl", logs.traffic(5, 1, 4))
        found.engine.request(RefreshNow())
        found.until(rows(15))
        found.engine.request(SetRefresh(0.5))
        assert found.until(lambda snapshot: snapshot.engine.refresh == 0.5)
        found.engine.request(SetRefresh(0.0))
        assert found.until(lambda snapshot: snapshot.engine.refresh < 0.5).engine.refresh == 0.2


def test_it_stops_in_the_middle_of_a_backlog_and_goes_on_from_there(tmp_path: Path) -> None:
    part = "".join(logs.lines(logs.traffic(20_000, 50, 5)))
    for number in range(12):
        (tmp_path / f"{number}.jsonl").write_text(part.replace('"request_id": "5-', f'"request_id": "{number}-'), encoding="utf-8")
    whole = 12 * 20_000
    with running(tmp_path) as found:
        early = found.until(lambda snapshot: snapshot.ingest.rows > 0)
        assert found.engine.stop(PATIENCE)
        assert found.engine.failure is None
    store = Store.open(tmp_path / "state", Keep())
    try:
        assert early.ingest.rows <= store.totals().rows <= whole
        assert all(proof.ok for proof in store.verify())
    finally:
        store.close()
    assert logs.snapshot_of(tmp_path, TEXT, NOW).ingest.rows == whole


def test_stop_before_start_and_twice_is_fine(tmp_path: Path) -> None:
    engine = LiveEngine(logs.settings(tmp_path, TEXT), tmp_path / "state", "test", clock=lambda: NOW)
    assert engine.stop(1)
    engine = LiveEngine(logs.settings(tmp_path, TEXT), tmp_path / "state", "test", clock=lambda: NOW)
    engine.open()
    assert engine.stop(PATIENCE)
    assert engine.stop(PATIENCE)
    assert engine.failure is None


def test_one_bad_source_leaves_the_others_working(tmp_path: Path) -> None:
    logs.write(tmp_path / "good.jsonl", logs.traffic(300, 1, 6))
    (tmp_path / "timeless.jsonl").write_text('{"features": {"a": 1.5}, "prediction": 1}\n' * 50, encoding="utf-8")
    packed = gzip.compress(b"".join(line.encode() for line in logs.lines(logs.traffic(3000, 1, 7))))
    (tmp_path / "torn.jsonl.gz").write_bytes(packed[: len(packed) // 2] + b"\x00" * 2000)
    (tmp_path / "torn.parquet").write_bytes(b"PAR1" + b"\x00" * 500 + b"PAR1")
    text = TEXT.replace('["*.jsonl*"]', '["good.jsonl"]')
    for name in ("timeless.jsonl", "torn.jsonl.gz", "torn.parquet"):
        text += f'[sources.{name.split(".")[0]}{name.count("q")}{name.count("z")}]\npaths = ["{name}"]\n'
    with running(tmp_path, text) as found:
        snapshot = found.until(lambda snapshot: any(model.model == "fraud" and model.rows >= 300 for model in snapshot.models))
        logs.write(tmp_path / "good.jsonl", logs.traffic(10, 1, 8, start=logs.START + 300), mode="a")
        snapshot = found.until(lambda new: new.ingest.rows >= snapshot.ingest.rows + 10)
        assert found.engine.failure is None
    said = " ".join((*snapshot.notices, *(file.note for file in snapshot.files)))
    assert "time" in said
    assert "damage" in said


def test_a_good_save_takes_effect_and_is_an_event(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(400, 1, 9))
    with running(tmp_path, follow=True) as found:
        found.until(rows(400))
        (tmp_path / "config.toml").write_text(TEXT + '[windows]\nwidths = ["10m", "2h"]\n', encoding="utf-8")
        found.engine.request(RefreshNow())
        snapshot = found.until(lambda new: new.models[0].window == "10m")
        assert snapshot.ingest.rows == 400
        assert any(event.kind == "config" and "widths" in event.text for event in snapshot.events)


def test_a_bad_save_changes_nothing_and_is_told_until_it_is_repaired(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(400, 1, 10))
    with running(tmp_path, follow=True) as found:
        good = found.until(rows(400))
        for bad, line in ((TEXT + "[windows]\nmin_row = 3\n", ":7"), (TEXT + "[[[\n", ":6")):
            (tmp_path / "config.toml").write_text(bad, encoding="utf-8")
            found.engine.request(RefreshNow())
            snapshot = found.until(lambda new, line=line: any(line in notice for notice in new.notices))  # type: ignore[misc]
            (notice,) = [text for text in snapshot.notices if "config.toml" in text]
            assert notice.count("last good settings stay") == 1
            assert "\n" not in notice
            assert snapshot.models[0].window == good.models[0].window
        (tmp_path / "config.toml").write_text(TEXT, encoding="utf-8")
        found.engine.request(RefreshNow())
        assert found.until(lambda new: not new.notices).ingest.rows == 400


def test_a_refresh_that_was_asked_for_outlives_a_save(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(40, 1, 11))
    with running(tmp_path, follow=True) as found:
        found.engine.request(SetRefresh(0.7))
        found.until(lambda new: new.engine.refresh == 0.7)
        (tmp_path / "config.toml").write_text(TEXT + '[windows]\nwidths = ["10m"]\n', encoding="utf-8")
        found.engine.request(RefreshNow())
        assert found.until(lambda new: bool(new.models) and new.models[0].window == "10m").engine.refresh == 0.7


def test_a_directory_with_a_name_that_is_no_text_can_be_watched(tmp_path: Path) -> None:
    with running(tmp_path, title="logs-\udcff") as found:
        found.until(lambda _: True)
        found.until(lambda _: True)
    assert load_snapshot(tmp_path / "state", NOW) is not None
