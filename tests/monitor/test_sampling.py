"""A sampled log on the way to the screen: counts are of records, the rows seen stay the n of every limit and test."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from tests.monitor import logs
from tuimon.cli.contract import report
from tuimon.cli.plain import plain
from tuimon.monitor.traffic import Traffic
from tuimon.stats import Estimate
from tuimon.values.snapshot import Model, Snapshot

ROWS = 6_000
HEAD = '[sources.fraud]\npaths = ["app.jsonl"]\n{}\n[baseline]\nfirst = "100 rows"\n[windows]\nwidths = ["5m"]\n[thresholds]\n'
LIMIT = 'error_rate = { warning = 0.05, for = "0s" }\n'


def snapshot(directory: Path, rows: logs.Traffic, rates: np.ndarray | None, setting: str, limits: str = "") -> Snapshot:
    """What is known of these rows; with rates each line names its own."""
    lines = logs.lines(rows)
    if rates is not None:
        lines = [json.dumps({**json.loads(line), "meta": {"rate": rate}}) + "\n" for line, rate in zip(lines, rates.tolist(), strict=True)]
    (directory / "app.jsonl").write_text("".join(lines))
    return logs.snapshot_of(directory, HEAD.format(setting) + limits, logs.START + 600.0)


def model(snapshot: Snapshot) -> Model:
    (found,) = snapshot.models
    return found


def failing(rows: int, errors: int, per_second: float = 10.0) -> logs.Traffic:
    made = logs.traffic(rows, per_second, seed=3)
    made.error[:: rows // errors] = True
    return made


def test_counts_grow_and_n_does_not(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    (tmp_path / "some").mkdir()
    whole = model(snapshot(tmp_path / "all", logs.traffic(ROWS, 10, 3), None, ""))
    some = model(snapshot(tmp_path / "some", logs.traffic(ROWS, 10, 3), None, "sample_rate = 0.1"))
    assert whole.sampling is None
    assert some.sampling is not None
    assert some.rows_per_second == pytest.approx(10 * (whole.rows_per_second or 0.0))
    assert [a.rows_per_second for a in some.versions] == pytest.approx([10 * b.rows_per_second for b in whole.versions])
    assert some.series.rows_per_second[-1] == pytest.approx(10 * (whole.series.rows_per_second[-1] or 0.0))
    assert (some.rows, some.window_rows, some.latency, some.drift, some.quality) == (
        whole.rows,
        whole.window_rows,
        whole.latency,
        whole.drift,
        whole.quality,
    )
    assert (some.error_rate, some.series.error_rate) == (whole.error_rate, whole.series.error_rate)
    assert (some.sampling.lowest, some.sampling.highest) == (0.1, 0.1)
    assert not some.sampling.mixed
    assert some.sampling.records == 10 * whole.window_rows
    assert some.sampling.margin == pytest.approx(1.959964 * np.sqrt(90 * whole.window_rows), rel=1e-6)


def test_an_error_rate_over_its_limit_needs_as_many_rows_as_ever(tmp_path: Path) -> None:
    """21 of 300 rows are over 5 %, but not beyond chance; had they been counted as 2,100 of 30,000 they would be."""
    for setting in ("", "sample_rate = 0.01"):
        found = snapshot(tmp_path, failing(300, 21, 1.0), None, setting, LIMIT)
        assert (model(found).error_rate or 0.0) > 0.05
        assert [alert for alert in found.alerts if alert.state == "firing"] == []
        for file in (tmp_path / "state").iterdir():
            file.unlink()


def test_a_log_that_keeps_every_error_has_the_error_rate_of_the_records(tmp_path: Path) -> None:
    rows = failing(ROWS, 60)
    kept = rows.error | (np.arange(ROWS) % 20 == 1)
    some = logs.Traffic(**{field.name: getattr(rows, field.name)[kept] for field in fields(rows) if field.name != "ids"})
    some.ids = [name for name, keep in zip(rows.ids, kept, strict=True) if keep]
    found = snapshot(tmp_path, some, np.where(some.error, 1.0, 0.05), 'fields.sample_rate = "meta.rate"', LIMIT)
    one = model(found)
    assert one.error_rate == pytest.approx(0.01, abs=0.001)
    assert one.sampling is not None
    assert one.sampling.mixed
    assert one.sampling.records == pytest.approx(3_000, rel=0.02)
    assert [alert for alert in found.alerts if alert.state == "firing"] == []
    assert "sampled 5 to 100 %, shares are of rows" in plain(found)


def test_the_report_says_what_was_estimated(tmp_path: Path) -> None:
    rates = np.where(np.arange(ROWS) == ROWS - 1, 0.0, 0.5)
    found = snapshot(tmp_path, logs.traffic(ROWS, 10, 3), rates, 'fields.sample_rate = "meta.rate"')
    (told,) = report(found)["models"]
    assert told["traffic"]["sampling"]["unrated"] == 1
    assert told["traffic"]["sampling"]["mixed"] is True
    assert told["window"]["rows"] < told["traffic"]["sampling"]["records"]
    assert "1 rows without a rate" in plain(found)
    assert [file.sampled for file in found.files] == ["sampled"]


def test_a_source_of_one_rate_is_told_on_files(tmp_path: Path) -> None:
    found = snapshot(tmp_path, logs.traffic(200, 10, 3), None, "sample_rate = 0.05")
    assert [file.sampled for file in found.files] == ["sampled 5 %"]


def test_evidence_is_never_worth_more_rows_than_were_seen() -> None:
    even = Traffic(10, Estimate(100.0, 900.0), Estimate(20.0, 180.0), None)
    assert (even.error_rate, even.evidence) == (0.2, (2, 10))
    uneven = Traffic(10, Estimate(109.0, 9_900.0), Estimate(100.0, 9_900.0), None)
    assert uneven.evidence == (1, 1)
