"""Limits on how lines arrive: rejected, late, from the future, lost and not yet read, by the wall clock and across restarts."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.monitor import logs
from tests.monitor.test_rates import firing
from tuimon.monitor import intake
from tuimon.monitor.session import Session
from tuimon.sources import Tailer
from tuimon.values.snapshot import Engine, Snapshot

HEAD = '[sources.fraud]\npaths = ["*.jsonl"]\n[windows]\nwidths = ["5m", "1h"]\n[thresholds]\n'
REJECTED = "rejected_rate = { warning = 0.05, critical = 0.5 }\n"


def bad(place: Path, good: int, broken: int, seed: int) -> None:
    """Append lines of which some are no JSON."""
    every = logs.lines(logs.traffic(good, 10, seed=seed, start=logs.START + 100 * seed)) + ["{broken\n"] * broken
    with (place / "app.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(every)


def at(place: Path, seconds: float, text: str = REJECTED) -> Snapshot:
    return logs.snapshot_of(place, HEAD + text, logs.START + seconds)


def test_rejected_lines_fire_and_are_over_when_the_window_has_left_them_behind(tmp_path: Path) -> None:
    """Each look is another process, as from cron; the books of the past are in the store."""
    bad(tmp_path, 900, 100, seed=1)
    alert = firing(at(tmp_path, 300))["rejected_rate", None, None]
    assert (alert.model, alert.window, alert.severity) == ("", "5m", "warning")
    assert alert.value == pytest.approx(0.1)
    assert alert.message == "rejected lines 10 % over 5 % in the last 5m"
    bad(tmp_path, 500, 0, seed=2)
    assert firing(at(tmp_path, 400)), "the 5 minutes before still have 6.7 %, and less than the limit has not been seen"
    bad(tmp_path, 500, 0, seed=3)
    assert not firing(at(tmp_path, 720))


def test_a_few_bad_lines_are_no_evidence(tmp_path: Path) -> None:
    bad(tmp_path, 190, 13, seed=1)
    assert not firing(at(tmp_path, 300))


def test_nothing_is_kept_or_judged_when_nobody_asks(tmp_path: Path) -> None:
    bad(tmp_path, 100, 900, seed=1)
    session = logs.open_session(tmp_path, HEAD)
    assert not firing(logs.look(session))
    assert session.store.load_note("arrivals") is None
    session.close()


def test_what_was_read_before_anyone_asked_is_not_of_the_window(tmp_path: Path) -> None:
    bad(tmp_path, 100, 900, seed=1)
    at(tmp_path, 300, "")
    bad(tmp_path, 900, 0, seed=2)
    assert not firing(at(tmp_path, 360))


def test_a_day_of_looks_keeps_few_points(tmp_path: Path) -> None:
    now = [logs.START]
    session = Session(logs.settings(tmp_path, HEAD.replace('"1h"', '"24h"') + REJECTED), tmp_path / "state", lambda: now[0])
    session.begin()
    for minute in range(0, 1_500, 3):
        now[0] = logs.START + 60 * minute
        session.evaluate(Engine("t", 2.0, "polling", "live"), judge_alerts=True)
    kept = session.store.load_note("arrivals") or ""
    assert 40 < kept.count("[") < 120
    session.close()


def test_rows_of_the_future_and_late_ones_have_limits_too(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(600, 10, seed=1, start=logs.START + 3_000))
    logs.write(tmp_path / "app.jsonl", logs.traffic(300, 10, seed=2, start=logs.START + 9_000), mode="a")
    logs.write(tmp_path / "app.jsonl", logs.traffic(300, 10, seed=3, start=logs.START + 60), mode="a")
    snapshot = at(tmp_path, 3_100, "late_rate = { warning = 0.1 }\nfuture_rate = { warning = 0.1, critical = 0.15 }\n")
    found = {rule: (alert.severity, alert.value) for (rule, _, _), alert in firing(snapshot).items()}
    assert snapshot.future is not None
    assert snapshot.late is not None
    assert found == {"future_rate": ("critical", snapshot.future.rate), "late_rate": ("warning", snapshot.late.rate)}


def test_a_lost_file_fires_and_stays_said_over_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "Tailer", partial(Tailer, chunk_lines=100))
    logs.write(tmp_path / "app.jsonl", logs.traffic(1_000, 1, seed=1))
    text = HEAD + "gaps = { critical = 0 }\nlag_bytes = { warning = '1KB' }\n"
    session = logs.open_session(tmp_path, text, logs.START)
    session.ingest(lambda: True)
    (lag,) = firing(session.evaluate(Engine("t", 2.0, "polling", "backlog"), judge_alerts=False)).values()
    assert (lag.rule, lag.value) == ("lag_bytes", session.lag_bytes())
    assert lag.message.startswith("not yet read 1")
    assert lag.message.endswith(" kB over 1 kB")
    session.close()
    logs.write(tmp_path / "app.jsonl", logs.traffic(20, 1, seed=2))
    for seconds in (10, 20, 3_000):
        alerts = firing(logs.snapshot_of(tmp_path, text, logs.START + seconds))
        assert ("lag_bytes", None, None) not in alerts
        alert = alerts["gaps", None, None]
        assert (alert.value, alert.message) == (1, "files lost before they were read 1 over 0 in the last 1h")
    assert ("gaps", None, None) not in firing(logs.snapshot_of(tmp_path, text, logs.START + 3_700))
