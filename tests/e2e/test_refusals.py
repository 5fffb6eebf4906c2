"""A store that cannot be used: one sentence and exit code 3, or for `check` an answer from memory; and afterwards exact counts."""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb
import pytest

from tests.monitor import logs
from tests.store.casualties import file_limit
from tuimon.cli.main import run

CONFIG = '[sources.fraud]\npaths = ["*.jsonl"]\n[baseline]\nfirst = "100 rows"\n'
ROWS = 3_000
COMMANDS = [["ingest"], ["verify"], ["rejects"], ["forget", "--before", "1d"]]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with logs and a configuration, as the working directory."""
    logs.write(tmp_path / "app.jsonl", logs.traffic(ROWS, 1, seed=2))
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, state: str = "state") -> tuple[int, str, str]:
    """Return exit code, stdout and stderr."""
    code = run([*arguments, "--state", state])
    found = capsys.readouterr()
    return code, found.out, found.err


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, state: str = "state") -> str:
    """Return the one sentence with which a command could not run."""
    code, out, err = printed(capsys, *arguments, state=state)
    assert (code, out, err.count("\n")) == (3, "", 1)
    assert err.startswith("tuimon: ")
    return err


def counts_once(capsys: pytest.CaptureFixture[str]) -> str:
    """Check that every line counts once now, and return what was told of the way there."""
    code, out, told = printed(capsys, "ingest", "--json")
    assert code == 0
    totals = json.loads(out)
    assert (totals["lines"], totals["rows"]) == (ROWS, ROWS)
    assert printed(capsys, "verify")[0] == 0
    return told


@pytest.mark.parametrize("command", COMMANDS)
def test_a_state_directory_that_cannot_be_made_is_said(place: Path, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    (place / "file").write_text("", encoding="utf-8")
    said = refused(capsys, *command, state="file/state")
    assert "state directory" in said
    assert "--state" in said


def test_check_answers_from_memory_where_nothing_can_be_kept(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "file").write_text("", encoding="utf-8")
    code, out, err = printed(capsys, "check", "--json", state="file/state")
    unkept = json.loads(out)
    assert "Nothing is kept: The state directory" in err
    known, out, _ = printed(capsys, "check", "--json")
    kept = json.loads(out)
    assert code == known
    assert unkept["models"] == kept["models"]
    assert unkept["ingest"] == kept["ingest"]
    assert [*unkept["notices"][1:]] == kept["notices"]


def test_a_full_disk_is_said_and_nothing_is_lost(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with file_limit(13_000):
        assert "is full: reading waits" in refused(capsys, "ingest")
        assert "Nothing is kept: The disk of" in printed(capsys, "check")[2]
    counts_once(capsys)


def test_a_disk_that_fills_while_a_command_reads_is_said(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = (place / "app.jsonl").read_bytes()
    (place / "app.jsonl").write_bytes(lines[: lines.index(b"\n", 1_000) + 1])
    assert printed(capsys, "ingest")[0] == 0
    (place / "app.jsonl").write_bytes(lines)
    with file_limit(20_000):
        assert "is full: reading waits" in refused(capsys, "ingest")
        assert "Nothing is kept: The disk of" in printed(capsys, "check")[2]
    counts_once(capsys)


def test_damage_is_said_and_the_next_run_reads_again(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts_once(capsys)
    path = place / "state" / "tuimon.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        sql = "SELECT max(block_id) FROM pragma_storage_info('rows_1') WHERE block_id >= 0 AND column_name = 'id'"
        ((block,),) = connection.execute(sql).fetchall()
    damaged = bytearray(path.read_bytes())
    damaged[3 * 4096 + block * 262_144 + 100] ^= 0xFF
    path.write_bytes(damaged)
    code, _, err = printed(capsys, "verify")
    if code == 3:
        assert "is damaged" in err
        err = counts_once(capsys)
    (kept,) = path.parent.glob("tuimon.duckdb.corrupt-*")
    assert kept.name in err
    counts_once(capsys)


def test_a_planted_database_is_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "state").mkdir(mode=0o700)
    (place / "planted").write_bytes(b"")
    os.symlink(place / "planted", place / "state" / "tuimon.duckdb")
    for command in (*COMMANDS, ["check"]):
        assert "tuimon.duckdb is a symbolic link" in refused(capsys, *command)
    assert (place / "planted").read_bytes() == b""
