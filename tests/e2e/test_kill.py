"""`kill -9` at any moment: nothing is lost, nothing is doubled, and the books balance."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.records import write_config, write_lines

ROWS = 200_000


def tuimon(directory: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "tuimon", *arguments, "-c", str(directory / "config.toml"), "--state", str(directory / "state")]


def answer(directory: Path, command: str) -> Any:
    found = subprocess.run(tuimon(directory, command, "--json"), capture_output=True, text=True, timeout=120, check=False)
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


def ended(process: subprocess.Popen[bytes], within: float) -> bool:
    """True when the process ended in that many seconds: it also holds the writer to what a reader can follow."""
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        return False
    return True


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_ten_kills_during_ingest_lose_and_double_nothing(tmp_path: Path) -> None:
    write_lines(tmp_path / "app.jsonl", ROWS, rows_per_second=100)
    write_config(tmp_path)
    moments, interrupted = random.Random(7), 0
    for _ in range(10):
        with subprocess.Popen(tuimon(tmp_path, "ingest"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            if not ended(process, within=0.3 + 1.2 * moments.random()):
                interrupted += 1
                process.send_signal(signal.SIGKILL)
        assert answer(tmp_path, "verify")["ok"] is True
    assert interrupted > 0
    totals = answer(tmp_path, "ingest")
    assert (totals["lines"], totals["rows"], totals["rejected"]) == (ROWS, ROWS, 0)
    assert answer(tmp_path, "verify")["ok"] is True


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_while_a_writer_appends_it_still_counts_each_line_once(tmp_path: Path) -> None:
    log = tmp_path / "app.jsonl"
    write_lines(log, 1_000, rows_per_second=100)
    write_config(tmp_path)
    lines = log.read_bytes().splitlines(keepends=True)
    for turn in range(8):
        with subprocess.Popen(tuimon(tmp_path, "ingest"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 0.5 + 0.15 * turn
            while time.monotonic() < deadline and not ended(process, within=0.005):
                with log.open("ab") as file:
                    file.writelines(lines[:200])
            process.kill()
    written = log.read_bytes().count(b"\n")
    assert answer(tmp_path, "ingest")["lines"] == written
    assert answer(tmp_path, "verify")["ok"] is True
