"""Ingest: the whole command, in turn with DuckDB's bare `read_json` into a table on disk, same file, same threads."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.records import write_config, write_lines
from benchmarks.table import Figure

YARDSTICK = """
import sys, duckdb
file, target = sys.argv[1:]
connection = duckdb.connect(target, config={"threads": 2})
connection.execute("create table t as select * from read_json(?, format='newline_delimited')", [file])
connection.close()
"""


def measure(directory: Path, rows: int, rounds: int) -> list[Figure]:
    """Return the ingest figures: rate against the yardstick, peak memory, store size."""
    log = directory / "app.jsonl"
    size = write_lines(log, rows, rows_per_second=max(10.0, rows / 36_000))
    config = write_config(directory)
    ours, bare, peaks, stores = [], [], [], []
    for turn in range(rounds):
        state = directory / f"state-{turn}"
        seconds, peak = _timed([sys.executable, "-m", "tuimon", "ingest", "--json", "-c", str(config), "--state", str(state)])
        ours.append(seconds)
        peaks.append(peak)
        stores.append(sum(path.stat().st_size for path in state.glob("tuimon.duckdb*")))
        bare.append(_timed([sys.executable, "-c", YARDSTICK, str(log), str(directory / f"bare-{turn}.duckdb")])[0])
    mine, theirs = statistics.median(ours), statistics.median(bare)
    ratio = statistics.median(b / o for o, b in zip(ours, bare, strict=True))
    share = statistics.median(stores) / size
    peak = statistics.median(peaks)
    return [
        Figure(
            f"ingest {rows:,} rows of {size / rows:.0f} bytes",
            f"{rows / mine / 1e3:.0f} k rows/s, {ratio:.2f} of the yardstick",
            f"bare read_json: {rows / theirs / 1e3:.0f} k rows/s",
            "≥ 150 k rows/s and ≥ 0.5",
            rows / mine >= 150_000 and ratio >= 0.5,
        ),
        Figure("memory in a backlog", f"{peak:.0f} MB", "", "≤ 450 MB", peak <= 450),
        Figure("store after a checkpoint", f"{100 * share:.1f} % of the JSON", "", "≤ 15 %", share <= 0.15),
    ]


def _timed(command: list[str]) -> tuple[float, float]:
    """Return (seconds, peak RSS in MB) of a finished command."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise RuntimeError(f"{command[2:4]} ended with {process.returncode}")
    return time.perf_counter() - began, _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1024


def reopen(directory: Path) -> Figure:
    """Return how long the store takes to open after `kill -9` in the middle of a backlog."""
    write_lines(directory / "app.jsonl", 1_000_000, rows_per_second=50)
    config, state = write_config(directory), directory / "state"
    command = [sys.executable, "-m", "tuimon", "ingest", "-c", str(config), "--state", str(state)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while not (state / "tuimon.duckdb.wal").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(2.0)
        process.kill()
    code = (
        "import time, json, sys; from pathlib import Path; from tuimon.store import Store; from tuimon.config import Settings\n"
        "began = time.perf_counter(); store = Store.open(Path(sys.argv[1]), Settings().store)\n"
        "print(json.dumps({'seconds': time.perf_counter() - began, 'lines': store.totals().lines}))"
    )
    found = json.loads(subprocess.run([sys.executable, "-c", code, str(state)], capture_output=True, check=True).stdout)
    return Figure("reopen after kill -9", f"{found['seconds']:.2f} s with {found['lines']:,} lines", "", "≤ 0.5 s", found["seconds"] <= 0.5)
