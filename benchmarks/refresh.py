"""Evaluate and publish: 20 columns, with some history and with a hundred times as much; and 200 columns."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.records import FEATURES, START, write_config, write_lines
from benchmarks.table import Figure
from tuimon.config import load
from tuimon.monitor.session import Session
from tuimon.values.snapshot import Engine

EXTRA = '[baseline]\nsource = "baseline.jsonl"\n[windows]\ncurrent = "1h"\n'


def measure(directory: Path, rows: int, times: int) -> list[Figure]:
    """Return the refresh figures: each look follows a commit of 200 fresh rows."""
    small = _median(directory / "small", rows, rows)
    large = _median(directory / "large", rows * times, rows)
    wide = _median(directory / "wide", min(rows, 5_000), rows, 197)
    return [
        Figure("evaluate and publish, 20 columns", f"{1e3 * small:.0f} ms", "", "≤ 30 ms", small <= 0.030),
        Figure(f"the same with {times} x the history", f"{1e3 * large:.0f} ms", f"{1e3 * small:.0f} ms", "≤ 1.2 x", large <= 1.2 * small),
        Figure("evaluate and publish, 200 columns", f"{1e3 * wide:.0f} ms", "", "≤ 150 ms", wide <= 0.150),
    ]


def _median(directory: Path, rows: int, rows_an_hour: int, features: int = FEATURES) -> float:
    directory.mkdir()
    per_second = rows_an_hour / 3600
    write_lines(directory / "app.jsonl", rows, per_second, features=features)
    write_lines(directory / "baseline.jsonl", min(rows, 20_000), per_second, seed=99, features=features)
    session = Session(load(write_config(directory, extra=EXTRA)), directory / "state", time.time)
    session.begin()
    engine = Engine("benchmark", 2.0, "polling", "live")
    while not session.ingest(lambda: False)[1]:
        pass
    session.evaluate(engine, judge_alerts=True)
    seconds = []
    for turn in range(12):
        _append(directory / "app.jsonl", rows + 200 * turn, per_second, turn, features)
        session.rescan()
        session.ingest(lambda: False)
        began = time.perf_counter()
        session.evaluate(engine, judge_alerts=True)
        seconds.append(time.perf_counter() - began)
    session.close()
    return statistics.median(seconds[2:])


def _append(log: Path, row: int, per_second: float, turn: int, features: int = FEATURES) -> None:
    fresh = log.with_name("fresh.txt")
    write_lines(fresh, 200, per_second, start=START + timedelta(seconds=row / per_second), seed=100 + turn, features=features)
    with log.open("ab") as file:
        file.write(fresh.read_bytes())
    fresh.unlink()
