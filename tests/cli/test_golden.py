"""What the commands print, as text. `TUIMON_GOLDEN=write pytest tests/cli/test_golden.py` prints it anew; read the difference."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.monitor import logs
from tuimon.cli.main import run

HERE = Path(__file__).parent / "golden"
CONFIG = '[sources.fraud]\npaths = ["app.jsonl"]\n[baseline]\nsource = "baseline.parquet"\n'
AT = re.compile(r"(?m)^(..) (OK|WARNING|CRITICAL|UNKNOWN)(  \S+)  \S+$|\"at\": \"[^\"]+\"")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Old logs of a drift with errors, missing values and lines that cannot be used."""
    found = tmp_path_factory.mktemp("place")
    rows = logs.traffic(3_000, 2, seed=2, shift=1.0)
    rows.error[1_500:1_700] = True
    rows.missing[2_000:2_200] = True
    logs.write_baseline(found / "baseline.parquet", logs.traffic(3_000, 1, seed=1))
    logs.write(found / "app.jsonl", rows)
    with (found / "app.jsonl").open("ab") as file:
        file.write(b'{"torn": \n\nnot json \x1b]52;c;eA==\x1b\\ [/]\n\xff\xfe\n[1, 2]\n')
    (found / "config.toml").write_text(CONFIG, encoding="utf-8")
    return found


@pytest.fixture
def said(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.chdir(place)

    def command(*arguments: str) -> tuple[int, str]:
        code = run([arguments[0], "--state", "state", *arguments[1:]])
        return code, capsys.readouterr().out.replace(str(place), "PLACE")

    return command


def check(name: str, printed: str) -> None:
    """Compare with the file; the one thing that depends on the clock is the moment of the report."""
    printed = AT.sub(lambda match: f"{match[1]} {match[2]}{match[3]}  NOW" if match[1] else '"at": NOW', printed)
    path = HERE / f"{name}.txt"
    if os.environ.get("TUIMON_GOLDEN") == "write":
        path.write_text(printed, encoding="utf-8")
    assert printed == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [("ingest",), ("check",), ("verify",), ("rejects",), ("rejects", "--json"), ("verify", "--json")])
def test_what_a_command_prints(said: Any, arguments: tuple[str, ...]) -> None:
    said("ingest")
    code, printed = said(*arguments)
    assert code == (2 if arguments == ("check",) else 0)
    assert "\x1b" not in printed
    check("-".join(arguments).replace("--", ""), printed)


SHAPE: dict[str, set[str]] = {
    "": {"schema", "at", "status", "ingest", "late", "future", "models", "alerts", "silences", "notices"},
    "ingest": {
        "files",
        "lines",
        "rows",
        "record_lines",
        "label_lines",
        "skipped",
        "rejected",
        "blank",
        "bytes",
        "lag_bytes",
        "gaps",
        "future",
        "late",
        "labels",
        "labels_joined",
        "labels_waiting",
    },
    "models": {
        "model",
        "totals",
        "window",
        "baseline",
        "traffic",
        "latency_ms",
        "by_version",
        "drift",
        "pca",
        "quality",
        "repeated_ids",
        "performance",
    },
    "models.repeated_ids": {"part", "rows", "rate", "interval"},
    "models.totals": {"rows", "errors", "first", "last"},
    "models.window": {"width", "start", "end", "rows", "state"},
    "models.traffic": {"rows_per_second", "error_rate", "sampling"},
    "models.latency_ms": {"rows", "p50", "p90", "p95", "p99", "max", "mean"},
    "models.by_version": {"version", "rows", "rows_per_second", "error_rate", "latency_ms", "sampling"},
    "models.by_version.latency_ms": {"rows", "p50", "p90", "p95", "p99", "max", "mean"},
    "models.drift": {
        "column",
        "kind",
        "role",
        "window",
        "rows",
        "baseline_rows",
        "method",
        "bins",
        "groups",
        "value",
        "expected",
        "p99",
        "p_value",
        "false_alarms_per_week",
        "learning",
        "psi",
        "js",
        "hellinger",
        "ks",
        "wasserstein",
        "verdict",
        "measures",
        "baseline_needed",
        "change",
    },
    "models.drift.measures": {"method", "name", "value", "expected", "p99"},
    "models.baseline": {"words", "rows", "provisional", "newest", "remarks"},
    "late": {"part", "rows", "rate", "interval"},
    "future": {"part", "rows", "rate", "interval"},
    "models.quality": {
        "column",
        "rows",
        *(f"{name}_{what}" for name in ("missing", "invalid", "unseen", "out_of_range") for what in ("rate", "interval")),
    },
    "models.performance": {"labels", "task", "accuracy", "roc_auc", "f1", "mae", "rmse", "r2", "ece"},
    "alerts": {
        "id",
        "rule",
        "model",
        "version",
        "column",
        "window",
        "severity",
        "state",
        "value",
        "threshold",
        "since",
        "acknowledged",
        "acknowledged_by",
        "acknowledged_at",
        "acknowledged_note",
        "data",
        "silenced",
        "message",
    },
}


def shapes(value: object, path: str = "") -> list[tuple[str, set[str]]]:
    if isinstance(value, list):
        return [found for item in value for found in shapes(item, path)]
    if not isinstance(value, dict):
        return []
    inner = [found for key, item in value.items() for found in shapes(item, f"{path}.{key}".lstrip("."))]
    return [(path, set(value)), *inner]


def strict(text: str) -> Any:
    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize("empty", [False, True])
def test_the_report_has_exactly_the_keys_that_scripts_rely_on(said: Any, tmp_path: Path, empty: bool) -> None:
    code, printed = said("check", str(tmp_path), "--json", "--state", str(tmp_path / "state")) if empty else said("check", "--json")
    report = strict(printed)
    found = shapes(report)
    for path, keys in found:
        assert keys == SHAPE[path], path
    if empty:
        assert (code, report["status"], report["models"]) == (3, "unknown", [])
        return
    assert {path for path, _ in found} == set(SHAPE)
    moments = [report["at"], report["models"][0]["window"]["end"], *(alert["since"] for alert in report["alerts"])]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", moment) for moment in moments)
    assert report["models"][0]["performance"]["accuracy"] is None
    assert (code, report["status"]) == (2, "critical")


def test_doctor_names_every_check_once_with_advice_where_it_is_needed(said: Any) -> None:
    _, printed = said("doctor", "--json")
    found = strict(printed)
    assert all(set(line) == {"check", "ok", "found", "advice"} for line in found)
    assert [line["check"] for line in found if line["check"] in ("python", "terminal", "configuration", "logs", "state")] == [
        "python",
        "terminal",
        "configuration",
        "logs",
        "state",
    ]
    assert all(line["advice"] for line in found if not line["ok"])
