"""What happens in the sample logs is what tuimon finds: every incident, every line, and nothing else."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tuimon.config import Keep, load
from tuimon.monitor.backtest import Asked, replayed
from tuimon.monitor.session import Session
from tuimon.store import Store
from tuimon.values.snapshot import Engine, Model, Snapshot

ROOT = Path(__file__).parents[2]
EXPECTED: dict[str, Any] = json.loads((ROOT / "sample_logs" / "expected.json").read_text(encoding="utf-8"))
WINDOW = 3600.0
ENGINE = Engine("sample_logs", 2.0, "polling", "idle")


def watched(state: Path) -> Snapshot:
    """Everything that is known after the sample logs were read with the configuration of the repository."""
    session = Session(load(ROOT / "config.toml"), state, time.time)
    session.begin()
    try:
        while not session.ingest(lambda: False)[1]:
            pass
        return session.evaluate(ENGINE, judge_alerts=True)
    finally:
        session.close()


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def found(state: Path) -> Snapshot:
    return watched(state)


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def model_of(snapshot: Snapshot, name: str) -> Model:
    return next(model for model in snapshot.models if model.model == name)


def test_every_line_has_the_fate_it_should(found: Snapshot) -> None:
    totals = EXPECTED["totals"]
    assert {name: getattr(found.ingest, name) for name in totals} == totals
    assert found.ingest.gaps == found.ingest.future == found.ingest.lag_bytes == 0
    by_name = {Path(file.path).name: file for file in found.files if file.container}
    for name, counts in EXPECTED["files"].items():
        assert (by_name[name].lines, by_name[name].rows, by_name[name].rejected) == (
            counts["lines"],
            counts["record_lines"],
            counts["rejected"],
        )


def test_the_malformed_lines_are_the_rejects(found: Snapshot) -> None:
    expected = {(reject["file"], reject["line"]) for reject in EXPECTED["rejects"]}
    assert {(Path(reject.file).name, reject.line) for reject in found.rejects} == expected
    assert all("\x1b" not in reject.text for reject in found.rejects)


@pytest.mark.parametrize("name", sorted(EXPECTED["models"]))
def test_rows_errors_and_versions_of_each_model(found: Snapshot, name: str) -> None:
    model, expected = model_of(found, name), EXPECTED["models"][name]
    assert (model.rows, model.errors) == (expected["rows"], expected["errors"])
    assert {version.version for version in model.versions} == set(expected["versions"])
    assert model.window_state == "historic"


def test_labels_join(found: Snapshot) -> None:
    models = EXPECTED["models"].values()
    assert found.ingest.labels_joined == sum(model["labels_joined"] for model in models)
    assert found.ingest.labels_waiting == sum(model["labels_waiting"] for model in models)


@pytest.mark.parametrize(
    "incident", EXPECTED["incidents"], ids=lambda incident: f"{incident['rule']}-{incident['column'] or incident['version']}"
)
def test_every_incident_is_found(found: Snapshot, incident: dict[str, Any]) -> None:
    wanted = (incident["rule"], incident["model"], incident["version"], incident["column"])
    alert = next(alert for alert in found.alerts if (alert.rule, alert.model, alert.version, alert.column) == wanted)
    subject = incident["column"] or f"{incident['version']}: " if incident["column"] or incident["version"] else ""
    fired = [
        event
        for event in found.events
        if event.text.startswith(("firing: ", "escalated: ")) and event.severity == incident["severity"] and subject in event.text
    ]
    assert any(seconds(incident["start"]) <= event.at <= seconds(incident["end"]) + WINDOW for event in fired)
    if seconds(incident["end"]) + WINDOW + 600 < seconds(EXPECTED["end"]):
        assert alert.state == "resolved"
    else:
        assert (alert.state, alert.severity) == ("firing", incident["severity"])


def test_nothing_else_is_found(found: Snapshot) -> None:
    spans = [(seconds(i["start"]), seconds(i["end"]) + WINDOW + 600) for i in EXPECTED["incidents"]]
    assert all(alert.model == "tumour" for alert in found.alerts)
    for event in found.events:
        assert any(start <= event.at <= end for start, end in spans), event
    drifted = {row.column for model in found.models for row in model.drift if row.verdict in ("drift", "watch")}
    assert drifted == {"mean_texture", "site"}


@pytest.mark.parametrize("name", sorted(EXPECTED["hourly_psi"]))
def test_the_psi_of_the_last_hour_is_that_of_the_raw_values(found: Snapshot, name: str) -> None:
    rows = {row.column: row for row in model_of(found, name).drift}
    for column, hours in EXPECTED["hourly_psi"][name].items():
        assert rows[column].psi == pytest.approx(hours[-1], abs=0.02), column


def test_the_incident_values_are_those_of_the_raw_values(found: Snapshot) -> None:
    for incident in EXPECTED["incidents"]:
        if incident["at"] == "2026-11-02T10:00:00Z":
            row = next(row for row in model_of(found, incident["model"]).drift if row.column == incident["column"])
            assert row.psi == pytest.approx(incident["value"], rel=0.05)


def test_private_fields_are_nowhere_in_the_store(found: Snapshot, state: Path) -> None:
    assert found.ingest.rows
    kept = b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
    assert b"@clinic.example" in (ROOT / "sample_logs" / "tumour.jsonl").read_bytes()
    assert b"@clinic.example" not in kept


def test_a_backtest_finds_the_same_incidents_at_the_same_times(found: Snapshot, state: Path) -> None:
    store = Store.open(state, Keep())
    try:
        again = replayed(store, load(ROOT / "config.toml"), Asked())
    finally:
        store.close()
    judged = [(event.at, event.text.split(":")[0]) for event in found.events if event.text.startswith(("firing: ", "resolved: "))]
    begun = [(alert.start, "firing") for alert in again.alerts]
    assert sorted(judged) == sorted([*begun, *((alert.end, "resolved") for alert in again.alerts if alert.over)])
    fired = {(alert.rule, alert.model, alert.version, alert.column, alert.severity) for alert in again.alerts}
    assert fired >= {(i["rule"], i["model"], i["version"], i["column"], i["severity"]) for i in EXPECTED["incidents"]}
    assert {(alert.id, alert.state == "resolved") for alert in found.alerts} == {(alert.key, alert.over) for alert in again.alerts}


def test_a_second_start_says_the_same(found: Snapshot, state: Path) -> None:
    again = watched(state)
    assert again.alerts == found.alerts
    assert [model.drift for model in again.models] == [model.drift for model in found.models]


def test_a_console_that_looks_at_the_present_before_the_past_says_the_same(found: Snapshot, tmp_path: Path) -> None:
    session = Session(load(ROOT / "config.toml"), tmp_path / "state", time.time)
    session.begin()
    try:
        while not session.ingest(lambda: False)[1]:
            session.evaluate(ENGINE, judge_alerts=False)
        session.evaluate(ENGINE, judge_alerts=False)
        again = session.evaluate(ENGINE, judge_alerts=True)
    finally:
        session.close()
    assert again.alerts == found.alerts


def test_what_fires_is_never_called_chance(found: Snapshot) -> None:
    firing = {(alert.model, alert.column) for alert in found.alerts if alert.state == "firing" and alert.rule == "psi"}
    rows = [row for model in found.models for row in model.drift if (model.model, row.column) in firing]
    assert rows
    assert all(row.verdict == "drift" and row.p_value is not None and row.p_value <= row.p_star for row in rows)
