"""A night's work in the real program: a threshold is changed where its number stands, an alert is silenced with a note."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal
from tests.e2e.test_terminal import assert_sane, console, logs, tuimon

__all__ = ["console", "logs"]
"""Fixtures."""


@pytest.mark.slow
def test_a_threshold_is_changed_in_the_console_and_the_file_keeps_its_comments(console: Terminal, logs: Path) -> None:
    path = logs / "config.toml"
    before = path.read_text(encoding="utf-8")
    console.expect("!!2 crit", 60)
    console.type("5")
    console.read(1)
    console.type("jt")
    console.expect("would have fired")
    console.type("kll")
    console.expect("every model")
    console.type("j0.15")
    console.expect("enter saves")
    console.type("\r")
    console.expect("saved; it holds from the next refresh on")
    console.type("\x1b")
    console.read(1)
    console.type("q")
    assert console.end(None) == 0
    assert_sane(console)
    lines = list(zip(before.splitlines(), path.read_text(encoding="utf-8").splitlines(), strict=True))
    assert [(old, new) for old, new in lines if old != new] == [
        (
            'psi            = { warning = 0.10, critical = 0.20, for = "5m" }',
            'psi            = { warning = 0.15, critical = 0.20, for = "5m" }',
        )
    ]


@pytest.mark.slow
def test_what_is_silenced_stays_so_and_does_not_count_for_check(console: Terminal, logs: Path) -> None:
    console.expect("!!2 crit", 60)
    console.type("5")
    console.read(1)
    console.type("z")
    console.expect("enter to silence")
    console.type("\x1b[B\x1b[A\x1b[C\x1b[C\x1b[Cretrain tonight\r")
    console.expect("silent to")
    console.type("q")
    assert console.end(None) == 0
    found = tuimon(logs, "check", "--json")
    report = json.loads(found.stdout)
    silenced = [alert for alert in report["alerts"] if alert["silenced"]]
    assert silenced
    assert {alert["silenced"]["note"] for alert in silenced} == {"retrain tonight"}
    assert len(report["silences"]) == 1
    loud = {alert["severity"] for alert in report["alerts"] if alert["state"] == "firing" and not alert["silenced"]}
    assert report["status"] == ("critical" if "critical" in loud else "warning" if loud else "ok")
    lines = [json.loads(line) for line in (logs / "state" / "alerts.jsonl").read_text(encoding="ascii").splitlines()]
    assert [line["event"] for line in lines if line["by"]] == ["silenced"]
