"""What somebody acknowledged is kept and shown, until there is news."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

import pytest

from tests.monitor import logs
from tests.monitor.running import running
from tuimon.monitor.feed import Acknowledge
from tuimon.monitor.person import login_name
from tuimon.monitor.session import Session
from tuimon.store import Judged, Store, StoreUnwritable
from tuimon.values.alert import Alert
from tuimon.values.snapshot import Snapshot

TEXT = """
refresh = "200ms"
[sources.fraud]
paths = ["app.jsonl"]
[windows]
widths = ["5m"]
min_rows = 50
[baseline]
first = "100 rows"
[thresholds]
error_rate = { warning = 0.05, critical = 0.6, for = "1m" }
"""
NOW = logs.START + 3_700


@pytest.fixture(autouse=True)
def alice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "alice")


def go_on(place: Path, minutes: range, every: int) -> None:
    """Write a row a second, of which one in `every` is an error; 0 for none."""
    rows = logs.traffic(len(minutes) * 60, 1, seed=minutes.start, start=logs.START + minutes.start * 60 + 0.5)
    rows.error[:] = [every > 0 and row % every == 0 for row in range(len(rows.ts))]
    logs.write(place / "app.jsonl", rows, mode="a")


def errors(snapshot: Snapshot) -> Alert:
    return next(alert for alert in snapshot.alerts if alert.rule == "error_rate")


def asked(alert: Alert, withdrawn: bool = False) -> Acknowledge:
    return Acknowledge(alert.id, alert.episode, alert.severity, withdrawn)


def hands(snapshot: Snapshot) -> list[str]:
    return [event.text.split(":")[0] for event in snapshot.events if "acknowledge" in event.text]


def reopened(session: Session, place: Path) -> Session:
    session.close()
    return logs.open_session(place, TEXT, NOW)


def test_an_acknowledgement_survives_restarts_and_ends_with_the_episode(tmp_path: Path) -> None:
    go_on(tmp_path, range(10), 3)
    session = logs.open_session(tmp_path, TEXT, NOW)
    session.act(asked(errors(logs.look(session))))
    session = reopened(session, tmp_path)
    kept = errors(logs.look(session))
    assert (kept.acknowledged, kept.acknowledged_by, kept.acknowledged_at) == (True, "alice", NOW)
    go_on(tmp_path, range(10, 20), 0)
    ended = errors(logs.look(session))
    assert (ended.state, ended.acknowledged, ended.acknowledged_by) == ("resolved", False, None)
    go_on(tmp_path, range(20, 30), 3)
    again = logs.look(session)
    assert (errors(again).state, errors(again).episode, errors(again).acknowledged) == ("firing", 2, False)
    assert hands(again) == ["acknowledged by alice"]
    session.close()


def test_growing_critical_ends_it_also_where_that_is_found_out_later(tmp_path: Path) -> None:
    """The minutes in which it grew worse and better again are gone through in one evaluation."""
    go_on(tmp_path, range(10), 3)
    session = logs.open_session(tmp_path, TEXT, NOW)
    warned = errors(logs.look(session))
    session.act(asked(warned))
    go_on(tmp_path, range(10, 20), 1)
    go_on(tmp_path, range(20, 30), 3)
    eased = errors(logs.look(session))
    assert (eased.severity, eased.episode, eased.acknowledged) == ("warning", warned.episode, False)
    session.close()


def test_it_is_taken_back_and_the_late_request_changes_nothing(tmp_path: Path) -> None:
    go_on(tmp_path, range(10), 3)
    session = logs.open_session(tmp_path, TEXT, NOW)
    seen = errors(logs.look(session))
    for request in (asked(seen), asked(seen), asked(seen, withdrawn=True), Acknowledge(seen.id, seen.episode + 1, "critical")):
        session.act(request)
    session.act(Acknowledge("no such alert", 1, "critical"))
    session = reopened(session, tmp_path)
    found = logs.look(session)
    assert not errors(found).acknowledged
    assert hands(found) == ["acknowledged by alice", "acknowledgement taken back by alice"]
    session.close()


def test_a_request_reaches_the_store_from_a_console(tmp_path: Path) -> None:
    go_on(tmp_path, range(10), 3)
    with running(tmp_path, TEXT) as run:
        before = run.until(lambda snapshot: any(alert.state == "firing" for alert in snapshot.alerts))
        run.engine.request(asked(errors(before)))
        assert errors(run.until(lambda snapshot: errors(snapshot).acknowledged)).acknowledged_by == "alice"
    with running(tmp_path, TEXT) as run:
        assert errors(run.until(lambda snapshot: bool(snapshot.alerts))).acknowledged_by == "alice"


def test_a_full_disk_does_not_take_it_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on(tmp_path, range(10), 3)
    save, full = Store.save_judged, StoreUnwritable("The disk is full", "make room there.")

    def refusing(store: Store, judged: Judged) -> None:
        if any("acknowledged" in event.text for event in judged.events):
            raise full
        save(store, judged)

    monkeypatch.setattr(Store, "save_judged", refusing)
    with running(tmp_path, TEXT) as run:
        before = run.until(lambda snapshot: any(alert.state == "firing" for alert in snapshot.alerts))
        run.engine.request(asked(errors(before)))
        assert not errors(run.until(lambda snapshot: any("disk is full" in notice for notice in snapshot.notices))).acknowledged
        after = run.until(lambda snapshot: not snapshot.notices)
        assert not errors(after).acknowledged
        assert hands(after) == []


def test_the_name_is_safe_for_a_screen_and_there_is_always_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "al\x1b[31m\nice" + "x" * 500)
    assert login_name().startswith("al\\x1b[31m ice")
    assert len(login_name()) < 100

    def nameless() -> str:
        raise KeyError("uid")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert login_name() == f"user {os.getuid()}"
