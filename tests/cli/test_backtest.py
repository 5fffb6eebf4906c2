"""`tuimon backtest` as a user runs it.

`TUIMON_GOLDEN=write pytest tests/cli/test_backtest.py` prints the text anew; read the difference.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import held
from tests.monitor import logs
from tuimon.cli.backtest import table
from tuimon.cli.main import run
from tuimon.monitor.backtest import Covered, Replayed
from tuimon.monitor.episodes import Fired
from tuimon.monitor.replay import HOUR
from tuimon.values.text import cell_width

GOLDEN = Path(__file__).parent / "golden" / "backtest.txt"
CONFIG = '[sources.fraud]\npaths = ["app.jsonl"]\n[baseline]\nsource = "baseline.parquet"\n'
CALM = "[thresholds]\n" + "".join(f"{rule} = {{ warning = 1e9, critical = 1e9 }}\n" for rule in ("psi", "latency_p95_ms", "latency_p99_ms"))


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory whose logs were read: half an hour like the baseline, then half an hour with a drift and errors."""
    found = tmp_path_factory.mktemp("place")
    logs.write_baseline(found / "baseline.parquet", logs.traffic(4_000, 1, seed=1))
    rows = logs.traffic(1_800, 1, seed=3, start=logs.START + 1_800, shift=1.0)
    rows.error[600:1_000] = True
    logs.write(found / "app.jsonl", logs.traffic(1_800, 1, seed=2))
    logs.write(found / "app.jsonl", rows, mode="a")
    (found / "config.toml").write_text(CONFIG, encoding="utf-8")
    assert run(["ingest", "-c", str(found / "config.toml"), "--state", str(found / "state")]) == 0
    return found


@pytest.fixture
def said(stored: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.chdir(stored)
    capsys.readouterr()

    def command(*arguments: str) -> tuple[int, str, str]:
        code = run(["backtest", *([] if "--state" in arguments else ["--state", "state"]), *arguments])
        found = capsys.readouterr()
        return code, found.out, found.err

    return command


def test_what_it_prints(said: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = said("-c", "config.toml")
    assert (code, err) == (2, "")
    assert max(map(cell_width, out.splitlines())) <= 80
    if os.environ.get("TUIMON_GOLDEN") == "write":
        GOLDEN.write_text(out, encoding="utf-8")
    assert out == GOLDEN.read_text(encoding="utf-8")


def test_json_has_exactly_the_keys_that_scripts_rely_on(said: Any) -> None:
    code, out, _ = said("--json")
    found = json.loads(out)
    assert (code, found["status"], found["schema"]) == (2, "critical", 1)
    assert set(found) == {"schema", "status", "models", "rules", "alerts"}
    assert {key for model in found["models"] for key in model} == {"model", "from", "to", "hours_from", "minutes_from"}
    keys = {"id", "rule", "model", "version", "column", "window", "severity", "from", "to", "seconds", "value", "threshold", "grain"}
    assert all(set(alert) == keys for alert in found["alerts"])
    for rule, whole in found["rules"].items():
        mine = [alert for alert in found["alerts"] if alert["rule"] == rule]
        assert whole == {"alerts": len(mine), "seconds": sum(alert["seconds"] for alert in mine)}
    assert {alert["column"] for alert in found["alerts"] if alert["rule"] == "psi"} == {"amount"}


def test_the_exit_code_is_the_worst_that_would_fire(said: Any, stored: Path) -> None:
    (stored / "calm.toml").write_text(CONFIG + CALM + "error_rate = { warning = 1.0, critical = 1.0 }\n", encoding="utf-8")
    (stored / "warned.toml").write_text(CONFIG + CALM + "error_rate = { warning = 0.1, critical = 1.0 }\n", encoding="utf-8")
    code, out, err = said("-c", "calm.toml")
    assert (code, err) == (0, "")
    assert "no alert would have fired" in out
    code, out, _ = said("-c", "warned.toml", "--json")
    assert (code, {alert["rule"] for alert in json.loads(out)["alerts"]}) == (1, {"error_rate"})


def test_without_history_it_is_3_and_nothing_is_made(said: Any, stored: Path) -> None:
    code, out, err = said("--state", "elsewhere")
    assert (code, out) == (3, "")
    assert "there is no store" in err
    assert not (stored / "elsewhere").exists()
    assert said("--from", "2027-01-01")[0] == 3
    assert said("--model", "nobody")[0] == 3
    assert said("--from", "2026-11-03", "--to", "2026-11-02")[0] == 3


def test_a_store_that_is_in_use_is_said_to_be(said: Any, stored: Path) -> None:
    with held(stored) as holder:
        code, out, err = said()
    assert (code, out) == (3, "")
    assert f"in use by process {holder.pid}" in err


def test_names_of_any_length_fit_and_the_grain_is_said() -> None:
    alert = Fired("k", "latency_p99_ms", "m" * 90, "v", "c", "critical", 1e9, 1e9 + 4e6, False, 1.0, "1h", 12345.6, "above", HOUR)
    covered = (Covered("m" * 90, 1e9, 1e9 + 4e6, 1e9, 1e9 + 3e6), Covered("n", 1e9, 1e9, None, 1e9))
    text = table(Replayed((alert,), covered), "config.toml")
    assert max(cell_width(line) for line in text.splitlines() if "judged" not in line and not line.startswith(" " * 18)) <= 80
    assert "46d 7h+" in text
    assert "~ known by the hour" in text
    assert "+ still firing" in text
