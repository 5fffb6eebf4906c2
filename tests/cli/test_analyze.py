"""`tuimon analyze` as a user runs it: what it prints, what it writes, and its exit code.

`TUIMON_GOLDEN=write pytest tests/cli/test_analyze.py` prints the text anew; read the difference.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.monitor import logs
from tuimon.cli.main import parse, run
from tuimon.stats.exact import NAMES
from tuimon.values.text import cell_width

GOLDEN = Path(__file__).parent / "golden"
CONFIG = '[sources.fraud]\npaths = ["*.jsonl"]\n[baseline]\nsource = "baseline.parquet"\n'


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory whose logs are read: an hour like the baseline, then half an hour that is not."""
    found = tmp_path_factory.mktemp("place")
    logs.write_baseline(found / "baseline.parquet", logs.traffic(4_000, 1, seed=1))
    logs.write(found / "app.jsonl", logs.traffic(3_600, 1, seed=2))
    logs.write(found / "app.jsonl", logs.traffic(1_800, 1, seed=3, start=logs.START + 3_600, shift=1.0), mode="a")
    (found / "config.toml").write_text(CONFIG, encoding="utf-8")
    assert run(["ingest", "-c", str(found / "config.toml"), "--state", str(found / "state")]) == 0
    return found


@pytest.fixture
def said(stored: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.chdir(stored)
    capsys.readouterr()

    def command(*arguments: str) -> tuple[int, str, str]:
        code = run(["analyze", "--state", "state", *arguments])
        found = capsys.readouterr()
        return code, found.out, found.err

    return command


def strict(text: str) -> Any:
    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize("convention", NAMES)
@pytest.mark.parametrize("room", [80, 200])
def test_what_it_prints(said: Any, monkeypatch: pytest.MonkeyPatch, convention: str, room: int) -> None:
    monkeypatch.setenv("COLUMNS", str(room))
    code, out, err = said("--chunk", "30m", "--convention", convention, "--columns", "amount,country")
    assert code == {"tuimon": 2, "nannyml": 1, "evidently": 2, "azure": 1, "vertex": 0}[convention]
    assert err == ""
    assert max(map(cell_width, out.splitlines())) <= room
    path = GOLDEN / f"analyze-{convention}-{room}.txt"
    if os.environ.get("TUIMON_GOLDEN") == "write":
        path.write_text(out, encoding="utf-8")
    assert out == path.read_text(encoding="utf-8")


def test_json_has_exactly_the_keys_that_scripts_rely_on(said: Any) -> None:
    code, out, _ = said("--chunk-rows", "1800", "--json")
    found = strict(out)
    assert (code, found["status"], found["schema"]) == (2, "critical", 1)
    assert set(found) == {"schema", "status", "model", "convention", "methods", "chunk", "range", "stored", "reference", "chunks"}
    assert found["range"] == {"from": "2026-11-02T00:00:00Z", "to": "2026-11-02T01:29:59Z", "rows": 5_400}
    assert found["range"] == found["stored"]
    assert found["chunk"] == {"seconds": None, "rows": 1_800}
    assert [chunk["index"] for chunk in found["chunks"]] == [0, 1, 2]
    for chunk in found["chunks"]:
        assert set(chunk) == {"index", "start", "end", "rows", "status", "drifted", "columns", "pca", "performance"}
        assert chunk["pca"] is None
        assert chunk["performance"]["accuracy"] is None
    amount = found["chunks"][2]["columns"]["amount"]
    facts = {"kind", "role", "rows", "method", "verdict", "severity", "bounds", "alarms"}
    rates = {"missing_rate", "nonfinite_rate", "out_of_range_rate"}
    assert set(amount) == facts | rates | set(found["methods"])
    assert amount["alarms"] == found["methods"]
    assert amount["bounds"]["psi"][1] < amount["psi"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--to", "2026-11-02T01:00:00Z"), 0),
        (("--from", "2026-11-02T01:00:00Z"), 2),
        (("--reference", "2026-11-02T00:00:00Z..2026-11-02T00:30:00Z", "--chunk", "5m", "--to", "2026-11-02T01:00:00Z"), 0),
        (("--chunk-rows", "150", "--from", "2026-11-02T01:20:00Z", "--to", "2026-11-02T01:22:00Z"), 3),
        (("--reference", "2026-11-02..2026-11-03"), 3),
    ],
)
def test_the_exit_code_is_the_worst_chunk(said: Any, arguments: tuple[str, ...], code: int) -> None:
    assert said(*arguments)[0] == code


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--chunk", "1h", "--chunk-rows", "5"), "--chunk and --chunk-rows: give one of them"),
        (("--chunk", "soon"), "--chunk must be a duration"),
        (("--from", "soon"), "--from soon: write a time like"),
        (("--reference", "2026-11-02"), "write FROM..TO"),
        (("--reference", "2026-11-03..2026-11-02"), "the end must come after the beginning"),
        (("--convention", "mine"), "--convention"),
        (("--model", "frauds"), "did you mean 'fraud'?"),
        (("--methods", "psy"), "the convention tuimon has psi"),
        (("--csv", "app.jsonl"), "app.jsonl: exists already"),
    ],
)
def test_bad_usage_is_one_sentence_and_three(said: Any, arguments: tuple[str, ...], told: str) -> None:
    code, out, err = said(*arguments)
    assert (code, out) == (3, "")
    assert told in err
    assert err.count("\n") == 1


def test_files_hold_every_number_of_the_json(said: Any, tmp_path: Path) -> None:
    table, text = tmp_path / "out.parquet", tmp_path / "out.csv"
    _, out, err = said("--chunk", "30m", "--json", "--csv", str(text), "--parquet", str(table))
    found = strict(out)
    rows = pq.read_table(table).to_pylist()
    assert f"{len(rows):,} lines written to {text}" in err
    for row in rows:
        chunk = found["chunks"][row["chunk"]]
        assert (row["start"], row["rows"]) == (chunk["start"], chunk["rows"])
        column = chunk["columns"][row["column"]]
        assert row["value"] == column[row["name"]]
        assert row["alarm"] == (row["name"] in column["alarms"])
    with text.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows] == lines


def test_names_from_logs_never_reach_the_terminal_as_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name, model = "a\x1b]52;c;eA==\x07\u202e,\n", "m\x1b[2J"
    lines = [
        {"ts": logs.stamp(logs.START + i), "request_id": f"{i}", "model": model, "features": {name: i % 9, "city": "\x1b[31m"}}
        for i in range(600)
    ]
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "app.jsonl").write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    first = ["logs", "--state", "state"]
    assert run(["ingest", *first]) == 0
    stretch = "2026-11-02T00:00:00Z..2026-11-02T00:05:00Z"
    for extra in (["--json"], [], ["--csv", "out.csv"], ["--model", "n\x1b[2J"], ["--columns", "a\x1b*x"]):
        run(["analyze", *first, "--reference", stretch, "--chunk", "1m", *extra])
        found = capsys.readouterr()
        assert not {char for char in found.out + found.err if char != "\n" and not char.isprintable()}
    assert not {char for char in (tmp_path / "out.csv").read_text(encoding="utf-8") if char != "\n" and not char.isprintable()}


def test_nothing_stored_is_unknown_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    code = run(["analyze", "logs", "--state", "state"])
    found = capsys.readouterr()
    assert (code, found.out) == (3, "")
    assert "tuimon ingest" in found.err


def test_the_conventions_on_the_command_line_are_all_there_are() -> None:
    for name in NAMES:
        assert parse(["analyze", "--convention", name]).convention == name


def test_it_never_imports_what_takes_long(stored: Path) -> None:
    code = "import sys; from tuimon.cli.main import run; run(sys.argv[1:]); print({'textual', 'scipy.stats', 'pandas'} & set(sys.modules))"
    command = [sys.executable, "-c", code, "analyze", "--state", str(stored / "state"), "-c", str(stored / "config.toml"), "--json"]
    found = subprocess.run(command, capture_output=True, text=True, timeout=50, check=True)
    assert found.stdout.splitlines()[-1] == "set()"
