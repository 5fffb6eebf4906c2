"""A save of the configuration changes what it says and nothing else: alerts go on through it, other limits count from the next look."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.monitor import logs
from tests.monitor.test_acknowledging import NOW, TEXT, asked, errors, go_on
from tuimon.monitor.session import Session
from tuimon.values.snapshot import Snapshot

NIGHT = ((range(6), 0), (range(6, 9), 4), (range(9, 12), 12), (range(12, 16), 1), (range(16, 26), 0), (range(26, 34), 3))
"""Minutes, and which part of their rows are errors: pending, firing, critical, quiet, and again."""
LOOSE = TEXT.replace("0.05", "0.9").replace("0.6", "0.95")
TIGHT = TEXT.replace('0.6, for = "1m"', '0.1, for = "0s"')


def saved(session: Session, place: Path, text: str) -> None:
    session.reconfigure(logs.settings(place, text))


def told(snapshot: Snapshot) -> list[str]:
    return [f"{event.at} {event.kind} {event.text}" for event in snapshot.events if event.kind != "config"]


def night(place: Path, saves: bool, text: str = TEXT) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return what was told in a night and how the alert stood after each part, with a save before and after each look or none."""
    place.mkdir()
    session = logs.open_session(place, text, NOW)
    stood: list[tuple[object, ...]] = []
    for number, (minutes, every) in enumerate(NIGHT):
        go_on(place, minutes, every)
        for refresh in (3, 4) if saves else ():
            saved(session, place, text.replace("200ms", f"{refresh + number}s"))
        found = logs.look(session)
        if saves:
            saved(session, place, text)
            assert logs.look(session).alerts == found.alerts
        stood.append(tuple((alert.state, alert.severity, alert.since, alert.episode) for alert in found.alerts))
    last = told(found)
    session.close()
    return last, stood


@pytest.mark.parametrize("text", [TEXT, TEXT.replace('"1m" }', '"1m", keep_firing_for = "3m", clear = 0.02 }')])
def test_no_alert_begins_ends_or_is_told_again_because_of_a_save(tmp_path: Path, text: str) -> None:
    quiet = night(tmp_path / "quiet", False, text)
    assert any("firing" in str(stood) for stood in quiet[1])
    assert any("resolved" in str(stood) for stood in quiet[1])
    assert night(tmp_path / "saved", True, text) == quiet


def test_other_limits_count_from_the_next_look_without_a_new_row(tmp_path: Path) -> None:
    """Higher ones end an alert, those of before begin it anew, lower ones make it worse within its episode."""
    go_on(tmp_path, range(10), 3)
    session = logs.open_session(tmp_path, TEXT, NOW)
    before = errors(logs.look(session))
    assert (before.state, before.severity, before.episode, before.threshold) == ("firing", "warning", 1, 0.05)
    saved(session, tmp_path, TIGHT)
    worse = errors(logs.look(session))
    assert (worse.state, worse.severity, worse.episode, worse.threshold) == ("firing", "critical", 1, 0.1)
    saved(session, tmp_path, LOOSE)
    assert errors(logs.look(session)).state == "resolved"
    saved(session, tmp_path, TIGHT)
    again = errors(logs.look(session))
    assert (again.state, again.severity, again.episode) == ("firing", "critical", 2)
    session.close()


def test_what_was_acknowledged_stays_so_through_a_save(tmp_path: Path) -> None:
    go_on(tmp_path, range(10), 3)
    session = logs.open_session(tmp_path, TEXT, NOW)
    session.act(asked(errors(logs.look(session))))
    saved(session, tmp_path, TEXT.replace("0.05", "0.06"))
    after = errors(logs.look(session))
    assert (after.state, after.acknowledged, after.episode, after.threshold) == ("firing", True, 1, 0.06)
    session.close()


@pytest.mark.parametrize("widths", ['["5m", "1h"]', '["10m"]'])
def test_a_window_that_is_no_longer_read_holds_no_alert_up(tmp_path: Path, widths: str) -> None:
    go_on(tmp_path, range(10), 3)
    session = logs.open_session(tmp_path, TEXT, NOW)
    assert errors(logs.look(session)).state == "firing"
    saved(session, tmp_path, TEXT.replace('["5m"]', widths))
    assert (errors(logs.look(session)).state, errors(logs.look(session)).episode) == ("firing", 1)
    go_on(tmp_path, range(10, 120), 0)
    assert errors(logs.look(session)).state == "resolved"
    session.close()


def test_a_rule_that_is_taken_away_takes_its_alert_with_it(tmp_path: Path) -> None:
    go_on(tmp_path, range(10), 3)
    repeated = TEXT.replace("error_rate", "repeated_rate").replace("0.05", "0.01").replace("0.6", "0.02")
    rows = logs.traffic(600, 1, 3, start=logs.START)
    rows.ids[:] = ["same"] * 600
    logs.write(tmp_path / "app.jsonl", rows)
    session = logs.open_session(tmp_path, repeated, NOW)
    assert [alert.rule for alert in logs.look(session).alerts if alert.state == "firing"] == ["repeated_rate"]
    saved(session, tmp_path, TEXT)
    assert [alert.rule for alert in logs.look(session).alerts] == []
    session.close()
