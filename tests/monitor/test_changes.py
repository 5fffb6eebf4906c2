"""Columns that became constant, came or went since their baseline: said when chance does not explain it, and only then."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

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

NOW = logs.START + 3_605
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


# --- columns that come and go

CSV = logs.CONFIG.replace("*.jsonl*", "*.csv")


def json_lines(rows: logs.Traffic, edit: Callable[[int, dict[str, Any]], None]) -> str:
    records = [json.loads(line) for line in logs.lines(rows)]
    for place, record in enumerate(records):
        edit(place, record["features"])
    return "".join(json.dumps(record) + "\n" for record in records)


def csv_lines(rows: logs.Traffic, part: slice, *columns: str) -> str:
    """A file of some rows with a header of its own."""
    ts = [logs.stamp(float(at)) for at in rows.ts]
    made = {"ts": ts, "amount": rows.amount.tolist(), "country": rows.country.tolist(), "score": rows.score.tolist()}
    lines = zip(*(made[name][part] for name in ("ts", *columns, "score")), strict=True)
    return ",".join(("ts", *columns, "score")) + "\n" + "".join(",".join(map(str, line)) + "\n" for line in lines)


def looked(place: Path, config: str = logs.CONFIG, now: float = NOW, restart: bool = False) -> Snapshot:
    """Everything that is known of an hour of logs against a healthy baseline, alerts included; a second look says the same."""
    logs.write_baseline(place / "baseline.parquet", logs.traffic(2_000, 1, 2))
    found = logs.snapshot_of(place, config, now)
    assert not restart or logs.snapshot_of(place, config, now).models == found.models
    return found


def test_a_column_that_went_is_gone_since_its_last_value_and_one_incident(tmp_path: Path) -> None:
    def edit(place: int, features: dict[str, Any]) -> None:
        if place >= 3_000:
            del features["country"]

    (tmp_path / "app.jsonl").write_text(json_lines(logs.traffic(3_600, 1, 1), edit))
    snapshot = looked(tmp_path, restart=True)
    (row,) = changed(snapshot).values()
    assert row.change is not None
    assert (row.column, row.verdict) == ("country", "insufficient")
    assert (row.change.kind, row.change.since) == ("gone", logs.START + 49 * 60)
    assert [(alert.rule, alert.column, alert.state) for alert in snapshot.alerts] == [("missing_rate", "country", "firing")]
    assert "country" not in "".join(model_of(snapshot).baseline_state.remarks)


def test_rows_of_a_new_header_do_not_even_say_that_a_column_is_missing(tmp_path: Path) -> None:
    rows = logs.traffic(3_600, 1, 1)
    (tmp_path / "a.csv").write_text(csv_lines(rows, slice(0, 2_400), "amount", "country"))
    (tmp_path / "b.csv").write_text(csv_lines(rows, slice(2_400, 3_600), "amount"))
    snapshot = looked(tmp_path, CSV, restart=True)
    (row,) = changed(snapshot).values()
    assert (row.column, row.change and row.change.kind, row.change and row.change.since) == ("country", "gone", logs.START + 39 * 60)
    quality = next(item for item in snapshot.models[0].quality if item.column == "country")
    assert (quality.rows, quality.missing_rate) == (snapshot.models[0].window_rows, 1.0)
    assert [(alert.rule, alert.column, alert.state) for alert in snapshot.alerts] == [("missing_rate", "country", "firing")]


def test_a_column_that_came_is_new_since_its_first_value(tmp_path: Path) -> None:
    def edit(place: int, features: dict[str, Any]) -> None:
        if place >= 2_000:
            features["age"] = place % 50

    (tmp_path / "app.jsonl").write_text(json_lines(logs.traffic(3_600, 1, 1), edit))
    snapshot = looked(tmp_path, restart=True)
    (row,) = changed(snapshot).values()
    assert row.change is not None
    assert (row.column, row.verdict, row.change.kind) == ("age", "no_baseline", "new")
    assert row.change.since == logs.START + 33 * 60
    assert not snapshot.alerts
    assert not model_of(snapshot).baseline_state.remarks


def test_after_days_the_hour_is_known_and_after_two_weeks_the_baseline_says_it(tmp_path: Path) -> None:
    rows = [logs.traffic(900, 1, day, logs.START + day * 86_400 + 120) for day in (0, 1, 4, 16)]
    logs.write_baseline(tmp_path / "baseline.parquet", logs.traffic(2_000, 1, 2))

    def edit(_: int, features: dict[str, Any]) -> None:
        features["age"] = features.pop("amount") / 2

    for day, some in zip((0, 1, 4, 16), rows, strict=True):
        (tmp_path / f"{day}.jsonl").write_text(json_lines(some, edit) if day else "".join(logs.lines(some)))
        found = model_of(once(tmp_path, logs.CONFIG, float(some.ts[-1]) + 5))
        said = {row.column: (row.change.kind, row.change.since) for row in found.drift if row.change}
        expected = {
            1: {"age": ("new", logs.START + 86_400 + 120), "amount": ("gone", logs.START + 960)},
            4: {"age": ("new", logs.START + 86_400), "amount": ("gone", logs.START)},
        }
        assert said == expected.get(day, {})
        lacks = "lacks: age" in found.baseline_state.remarks
        assert lacks == (day == 16)


def test_chance_may_leave_out_a_rare_column_and_bring_it_back(tmp_path: Path) -> None:
    def edit(place: int, features: dict[str, Any]) -> None:
        if place % 600 != 599:
            del features["amount"]
        if place % 600 == 599:
            features["age"] = 7.5

    rows = logs.traffic(3_600, 1, 1)
    (tmp_path / "app.jsonl").write_text(json_lines(rows, edit))
    config = logs.CONFIG.replace('source = "baseline.parquet"', 'first = "1000 rows"')
    (tmp_path / "0.jsonl").write_text(json_lines(logs.traffic(3_600, 1, 3, logs.START - 3_600), edit))
    assert not changed(logs.snapshot_of(tmp_path, config, NOW))
