"""What is normal for a column is learned from its own past, and is the same however the past was read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.monitor import logs
from tuimon.values.snapshot import Drift, Snapshot

HOURS = 4
ALIKE = 20


def batched(seed: int, hours: float, start: float = logs.START, shift: float = 0.0) -> logs.Traffic:
    """Traffic in which twenty rows at a time have one amount."""
    rows = logs.traffic(int(hours * 7_200), 2, seed, start, shift)
    rows.amount[:] = np.repeat(rows.amount[::ALIKE], ALIKE)[: len(rows.amount)]
    return rows


def amount_of(snapshot: Snapshot) -> Drift:
    return next(row for row in snapshot.models[0].drift if row.column == "amount")


def fired(snapshot: Snapshot) -> list[float]:
    """Event times at which a drift alert of the amount fired."""
    return [event.at for event in snapshot.events if event.kind == "alert" and event.column == "amount" and event.text.startswith("firing")]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    logs.write_baseline(tmp_path / "baseline.parquet", logs.traffic(20_000, 10, seed=1))
    logs.write(tmp_path / "app.jsonl", batched(2, HOURS))
    return tmp_path


def test_rows_that_come_in_batches_are_no_drift_once_their_past_is_known(directory: Path) -> None:
    drift = amount_of(snapshot := logs.snapshot_of(directory))
    assert drift.value is not None
    assert drift.value > 0.1
    assert not drift.learning
    assert drift.verdict in ("watch", "insufficient")
    assert all(at < logs.START + 5_400 for at in fired(snapshot))


def test_drift_beyond_the_noise_of_batches_still_fires(directory: Path) -> None:
    logs.write(directory / "later.jsonl", batched(3, 0.5, logs.START + HOURS * 3_600, shift=3.0))
    assert any(at >= logs.START + HOURS * 3_600 for at in fired(logs.snapshot_of(directory)))


def test_in_the_first_hour_rows_count_as_independent(tmp_path: Path) -> None:
    logs.write_baseline(tmp_path / "baseline.parquet", logs.traffic(20_000, 10, seed=1))
    logs.write(tmp_path / "app.jsonl", logs.traffic(7_000, 2, seed=2))
    assert amount_of(logs.snapshot_of(tmp_path)).learning
