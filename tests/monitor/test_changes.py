"""Columns that became constant since their baseline: said when chance does not explain it, and only then."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from tests.monitor import logs
from tests.monitor.test_baselines import once
from tests.monitor.test_numbers import column_of, model_of
from tuimon.monitor.baselines import Counts
from tuimon.monitor.changes import constant
from tuimon.monitor.timeline import Sums
from tuimon.store import ColumnFacts
from tuimon.values.snapshot import Drift, Snapshot

NOW = logs.START + 3_600
COUNTRY = ColumnFacts(1, "feature", "country", "category", None, ("de", "fr", "us"), 0.0)
NO_BINS = np.empty(0, np.int64)


def counts_of(values: list[int]) -> Counts:
    """Counts over the bins 0, 1, 2, …"""
    total = sum(values)
    return Counts(np.arange(len(values), dtype=np.int32), np.array(values, np.int64), total, 0, 0, 0.0)


def sums_of(values: list[int], low: float = np.inf, high: float = -np.inf) -> Sums:
    """The sums of a window with one slot."""
    counts = np.array(values, np.int64)
    one, none = np.array([counts.sum()]), np.zeros(1, np.int64)
    keys = np.arange(len(values), dtype=np.int64) + (1 << 31)
    return Sums(one, none, none, none, np.array([low]), np.array([high]), np.zeros(1), keys, counts)


def says(before: list[int], now: list[int], p_star: float) -> float | None:
    """The p-value of a window that is said to be constant."""
    change = constant(COUNTRY, counts_of(before), sums_of(now), 0, p_star)
    return change.p_value if change else None


@given(st.lists(st.integers(0, 400), min_size=3, max_size=3), st.integers(1, 300), st.integers(0, 2))
def test_p_is_that_of_fishers_exact_test_for_any_of_the_values(before: list[int], rows: int, value: int) -> None:
    now = [rows if place == value else 0 for place in range(3)]
    varieties = sum(count > 0 for count in before)
    found = says(before, now, 1.0)
    if varieties < 2:
        assert found is None
        return
    table = [[rows, 0], [before[value], sum(before) - before[value]]]
    expected = min(1.0, varieties * scipy_stats.fisher_exact(table, alternative="greater").pvalue)
    assert found is not None
    assert found == pytest.approx(max(expected, 1e-12), rel=1e-2, abs=3e-12)
    assert says(before, now, found * 0.99) is None


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_chance_is_told_no_more_often_than_it_may_be(share: float) -> None:
    generator = np.random.default_rng(7)
    told = 0
    for rows in generator.integers(2, 400, 3_000):
        before, now = generator.binomial([1_000, int(rows)], share)
        told += says([int(before), 1_000 - int(before)], [int(now), int(rows) - int(now)], 0.02) is not None
    assert told <= 0.02 * 3_000


def test_values_that_share_a_bin_are_not_one_value() -> None:
    """A number must be the same from the least to the greatest; a value without a name may be any of those of its bin."""
    amount = ColumnFacts(1, "feature", "amount", "numeric", None, (), 0.0)
    before = counts_of([500] * 3)
    found = constant(amount, before, sums_of([0, 300, 0], 2.5, 2.5), 0, 1e-6)
    assert found is not None
    assert (found.kind, found.value) == ("constant", "2.5")
    assert constant(amount, before, sums_of([0, 300, 0], 2.5, 2.6), 0, 1e-6) is None
    assert constant(ColumnFacts(1, "feature", "c", "category", None, ("de",), 0.0), before, sums_of([0, 300, 0]), 0, 1e-6) is None


def hour(place: Path, stuck: dict[str, object]) -> Snapshot:
    """An hour of healthy traffic whose last twelve minutes have these values, against a healthy baseline."""
    rows = logs.traffic(3_600, 1, 1)
    for name, value in stuck.items():
        getattr(rows, name)[-720:] = value
    logs.write(place / "app.jsonl", rows)
    logs.write_baseline(place / "baseline.parquet", logs.traffic(2_000, 1, 2))
    return once(place, logs.CONFIG, NOW)


def changed(snapshot: Snapshot) -> dict[str, Drift]:
    return {row.column: row for row in model_of(snapshot).drift if row.change is not None}


def test_a_healthy_hour_has_nothing_to_say(tmp_path: Path) -> None:
    assert not changed(hour(tmp_path, {}))


def test_columns_that_got_stuck_are_named_with_their_value(tmp_path: Path) -> None:
    found = changed(hour(tmp_path, {"amount": 12.5, "country": "d\x1b"}))
    assert {name: row.change.value for name, row in found.items() if row.change} == {"amount": "12.5", "country": "d\\x1b"}
    assert all(row.change.p_value <= row.p_star for row in found.values() if row.change)


def test_a_column_that_never_varied_is_no_news(tmp_path: Path) -> None:
    before = logs.traffic(2_000, 1, 2)
    before.country[:] = "de"
    rows = logs.traffic(3_600, 1, 1)
    rows.country[:] = "fr"
    logs.write(tmp_path / "app.jsonl", rows)
    logs.write_baseline(tmp_path / "baseline.parquet", before)
    snapshot = once(tmp_path, logs.CONFIG, NOW)
    assert not changed(snapshot)
    assert column_of(model_of(snapshot), "country").verdict == "drift"
