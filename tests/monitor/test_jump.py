"""How soon a jump of missing values is told while the console looks on."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from tests.monitor import logs
from tuimon.values.snapshot import Engine

PER_SECOND = 10
BEFORE, AFTER, LOOK = 600, 130, 10
"""Seconds."""
ENGINE = Engine("test", 2.0, "polling", "live")


def part(rows: logs.Traffic, low: int, high: int) -> logs.Traffic:
    return replace(rows, **{item.name: getattr(rows, item.name)[low * PER_SECOND : high * PER_SECOND] for item in fields(rows)})


@pytest.mark.parametrize("offset", range(0, 60, 10))
def test_a_tenth_that_goes_missing_is_told_within_two_minutes(tmp_path: Path, offset: int) -> None:
    """At ten rows a second and the default limits; windows are whole minutes, so it depends on where in a minute it begins."""
    begin = BEFORE + offset
    rows = logs.traffic((begin + AFTER) * PER_SECOND, PER_SECOND, 31)
    rows.missing[begin * PER_SECOND :] = np.random.default_rng(32).random(AFTER * PER_SECOND) < 0.1
    logs.write_baseline(tmp_path / "baseline.parquet", logs.traffic(20_000, 10, seed=33))
    logs.write(tmp_path / "app.jsonl", part(rows, 0, begin))
    now = logs.START + begin
    session = logs.open_session(tmp_path, logs.CONFIG, now)
    told = None
    try:
        for second in range(begin, begin + AFTER, LOOK):
            with (tmp_path / "app.jsonl").open("a", encoding="utf-8") as file:
                file.writelines(logs.lines(part(rows, second, second + LOOK)))
            session.rescan()
            while not session.ingest(lambda: False)[1]:
                pass
            alerts = session.evaluate(ENGINE, judge_alerts=True).alerts
            if any(alert.rule == "missing_rate" and alert.state == "firing" for alert in alerts):
                told = second + LOOK - begin
                break
    finally:
        session.close()
    assert told is not None
    assert told <= 120
