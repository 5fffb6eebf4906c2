"""Rates and latency against their limits: over them, and beyond what chance would do (a binomial oracle)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from tests.monitor import logs
from tests.monitor.test_numbers import model_of
from tuimon.alerts import Reading
from tuimon.config import Settings, Threshold
from tuimon.monitor.rates import Scope, proven_limits
from tuimon.monitor.windows import Window
from tuimon.values.alert import Alert
from tuimon.values.snapshot import Snapshot

HEAD = '[sources.fraud]\npaths = ["app.jsonl"]\n[baseline]\nsource = "baseline.parquet"\n[windows]\nwidths = ["5m"]\n[thresholds]\n'
SCOPE = Scope(Settings(), "m", Window(300, 600, 600.0, 0), 1e-4)
NOW = logs.START + 600.0


@given(whole=st.integers(1, 5000), share=st.floats(0, 1), limit=st.floats(0.001, 0.5))
def test_more_than_chance_is_the_binomial_tail(whole: int, share: float, limit: float) -> None:
    part = round(share * whole)
    tail = float(binom.sf(part - 1, whole, limit))
    if abs(tail / SCOPE.p_star - 1) > 1e-6:
        assert SCOPE.more(part, whole, limit) is (tail <= SCOPE.p_star)


@pytest.mark.parametrize(
    ("value", "proven", "warning", "critical", "evidence"),
    [
        (0.02, (), 0.05, 0.2, False),
        (0.10, (0.05,), 0.05, 0.2, True),
        (0.10, (), 0.05, 0.2, False),
        (0.30, (0.05, 0.2), 0.05, 0.2, True),
        (0.30, (0.05,), 0.05, None, True),
        (0.30, (), 0.05, 0.2, False),
        (None, (0.05, 0.2), 0.05, 0.2, False),
    ],
)
def test_a_critical_limit_that_is_not_proven_is_left_aside(
    value: float | None, proven: tuple[float, ...], warning: float, critical: float | None, evidence: bool
) -> None:
    limits, told = proven_limits(value, Threshold(0.05, 0.2), lambda limit: limit in proven)
    assert (limits.warning, limits.critical, told) == (warning, critical, evidence)


def test_below_is_the_other_way_round() -> None:
    limits = Threshold(0.9, 0.8, 0.0, "below")
    assert proven_limits(0.95, limits, lambda _: True) == (limits, False)
    assert proven_limits(0.85, limits, lambda _: True) == (limits, True)
    assert proven_limits(0.70, limits, lambda limit: limit == 0.9)[0].critical is None


def found(place: Path, rows: logs.Traffic, thresholds: str, now: float = NOW) -> Snapshot:
    if not (place / "baseline.parquet").exists():
        logs.write_baseline(place / "baseline.parquet", logs.traffic(3_000, 1, seed=1))
    logs.write(place / "app.jsonl", rows)
    return logs.snapshot_of(place, HEAD + thresholds, now)


def firing(snapshot: Snapshot) -> dict[tuple[str, str | None, str | None], Alert]:
    return {(a.rule, a.version, a.column): a for a in snapshot.alerts if a.state == "firing"}


@pytest.mark.parametrize(("errors", "severity"), [(0, None), (20, None), (45, "warning"), (150, "critical")])
def test_errors_fire_when_the_limit_is_surely_passed(tmp_path: Path, errors: int, severity: str | None) -> None:
    """300 rows, limits 5 and 25 %: 20 errors are 6.7 % and could be chance, 45 are 15 % and cannot."""
    rows = logs.traffic(300, 1, seed=2)
    rows.error[:errors] = True
    np.random.default_rng(3).shuffle(rows.error)
    alerts = firing(found(tmp_path, rows, "error_rate = { warning = 0.05, critical = 0.25 }\n"))
    assert {key[0] for key in alerts} == ({"error_rate"} if severity else set())
    if severity:
        assert alerts["error_rate", None, None].severity == severity
        assert alerts["error_rate", None, None].value == pytest.approx(errors / 300)


def test_a_version_is_judged_alone_only_when_it_has_limits_of_its_own(tmp_path: Path) -> None:
    """v1 fails one time in two, which is a sixth of all."""
    rows = logs.traffic(900, 3, seed=4)
    rows.error[:] = (rows.version == "v1") & (np.arange(900) % 2 == 0)
    common = "error_rate = { warning = 0.3, critical = 0.9 }\n"
    assert firing(found(tmp_path, rows, common)) == {}
    own = f"{common}[thresholds.models.fraud.versions.v1]\nerror_rate = {{ warning = 0.2 }}\n"
    (alert,) = firing(found(tmp_path, rows, own)).values()
    assert (alert.rule, alert.version, alert.severity) == ("error_rate", "v1", "warning")
    assert alert.value == pytest.approx(rows.error[rows.version == "v1"].mean())


def test_the_latency_of_versions_is_judged_by_patterns_of_model_and_version(tmp_path: Path) -> None:
    """v1 takes half a second longer: the model has no limit that this passes, and v2 is within its own."""
    rows = logs.traffic(900, 3, seed=4)
    rows.latency[:] += np.where(rows.version == "v1", 500, 0)
    common = "latency_p95_ms = { warning = 5000, critical = 9000 }\nlatency_p99_ms = { warning = 5000, critical = 9000 }\n"
    own = f"{common}[thresholds.models.'fr*'.versions.'v[12]']\nlatency_p50_ms = {{ warning = 300 }}\n"
    assert set(firing(found(tmp_path, rows, own))) == {("latency_p50_ms", "v1", None)}


def test_missing_unseen_and_latency_name_their_column(tmp_path: Path) -> None:
    rows = logs.traffic(300, 1, seed=5)
    rows.missing[:150] = True
    rows.country[:] = np.where(np.arange(300) % 3 == 0, "xx", rows.country)
    rows.latency[:] += 500
    text = (
        'missing_rate = { warning = 0.05, critical = 0.3, for = "30s" }\nlatency_p95_ms = { warning = 150, critical = 400, for = "30s" }\n'
    )
    alerts = firing(found(tmp_path, rows, text))
    assert alerts["missing_rate", None, "amount"].severity == "critical"
    assert alerts["unseen_rate", None, "country"].value == pytest.approx(100 / 300)
    assert alerts["latency_p95_ms", None, None].severity == "critical"


def test_what_the_baseline_has_too_is_no_news(tmp_path: Path) -> None:
    before, rows = logs.traffic(3_000, 1, seed=6), logs.traffic(300, 1, seed=7)
    before.missing[:] = np.arange(3_000) % 4 == 0
    rows.missing[:] = np.arange(300) % 4 == 0
    logs.write_baseline(tmp_path / "baseline.parquet", before)
    snapshot = found(tmp_path, rows, "missing_rate = { warning = 0.05, critical = 0.1 }\n")
    assert all(alert.rule != "missing_rate" for alert in snapshot.alerts if alert.state == "firing")
    assert next(item for item in model_of(snapshot).quality if item.column == "amount").missing_rate == pytest.approx(0.25)


def test_a_feature_that_vanishes_from_the_log_is_missing(tmp_path: Path) -> None:
    """The producer was changed: the key is gone from every line, in a new file, after a restart."""
    found(tmp_path, logs.traffic(300, 1, seed=8), "")
    later = [json.loads(line) for line in logs.lines(logs.traffic(900, 1, seed=9, start=logs.START + 300))]
    for record in later:
        del record["features"]["amount"]
    with (tmp_path / "app.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in later)
    snapshot = logs.snapshot_of(tmp_path, HEAD, logs.START + 1205)
    assert firing(snapshot)["missing_rate", None, "amount"].value == pytest.approx(1.0)


def test_values_of_the_wrong_type_are_invalid(tmp_path: Path) -> None:
    logs.write_baseline(tmp_path / "baseline.parquet", logs.traffic(3_000, 1, seed=1))
    records = [json.loads(line) for line in logs.lines(logs.traffic(600, 1, seed=10))]
    for record in records[400::2]:
        record["features"]["amount"] = "n/a!"
    (tmp_path / "app.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    alert = firing(logs.snapshot_of(tmp_path, HEAD, NOW + 5))["invalid_rate", None, "amount"]
    assert alert.value == pytest.approx(100 / 300, abs=0.01)


@pytest.mark.parametrize(("right", "severity"), [(0.95, None), (0.75, "warning"), (0.4, "critical")])
def test_accuracy_fires_below_its_limit(tmp_path: Path, right: float, severity: str | None) -> None:
    rows = logs.traffic(300, 1, seed=11)
    said = rows.score > 0.5
    true = np.where(np.random.default_rng(12).random(300) < right, said, ~said)
    records = [json.loads(line) for line in logs.lines(rows)]
    for record, label in zip(records, true, strict=True):
        record["label"] = "yes" if label else "no"
    logs.write_baseline(tmp_path / "baseline.parquet", logs.traffic(3_000, 1, seed=1))
    (tmp_path / "app.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    snapshot = logs.snapshot_of(tmp_path, HEAD + 'accuracy = { warning = 0.9, critical = 0.6, direction = "below" }\n', NOW)
    assert model_of(snapshot).performance.accuracy == pytest.approx((said == true).mean())
    alert = firing(snapshot).get(("accuracy", None, None))
    assert (alert.severity if alert else None) == severity


@pytest.mark.parametrize(("age", "severity"), [(299, None), (301, "warning"), (899, "warning"), (901, "critical"), (9e4, "critical")])
def test_stale_is_told_by_the_wall_clock_alone(tmp_path: Path, age: float, severity: str | None) -> None:
    rows = logs.traffic(300, 1, seed=13)
    first = found(tmp_path, rows, "")
    assert firing(first) == {}
    alert = firing(logs.snapshot_of(tmp_path, HEAD, NOW + age)).get(("stale", None, None))
    assert (alert.severity if alert else None) == severity
    if alert:
        assert alert.value == pytest.approx(age)
    logs.write(tmp_path / "app.jsonl", logs.traffic(5, 1, seed=14, start=NOW + age - 5), mode="a")
    assert ("stale", None, None) not in firing(logs.snapshot_of(tmp_path, HEAD, NOW + age))


@settings(max_examples=20)
@given(value=st.floats(0, 2), rows=st.integers(0, 500))
def test_too_few_rows_are_said_not_judged(value: float, rows: int) -> None:
    reading: Reading = SCOPE.reading("error_rate", value if rows else None, rows, lambda _: True)
    assert reading.state == ("no_data" if not rows else "ok" if rows >= 200 else "insufficient")


FIRST = HEAD.replace('source = "baseline.parquet"', 'first = "1h"').replace('"5m"', '"5m", "1h"')


def slowed(place: Path, thresholds: str, factor: float = 2.3) -> tuple[logs.Traffic, Snapshot]:
    """An hour that is the baseline, then a quarter of one that is slower, and fails now and then."""
    before, rows = logs.traffic(3_600, 1, seed=11), logs.traffic(900, 1, seed=12, start=logs.START + 3_600)
    before.error[::100] = True
    rows.latency[:] *= factor
    rows.error[::8] = True
    logs.write(place / "app.jsonl", before)
    logs.write(place / "app.jsonl", rows, mode="a")
    return before, logs.snapshot_of(place, FIRST + thresholds, logs.START + 4_505)


def test_a_limit_is_a_share_of_the_baseline(tmp_path: Path) -> None:
    text = 'latency_p95_ms = { warning = "+20%", critical = "x2" }\nerror_rate = { warning = "x5", critical = 0.9 }\n'
    before, snapshot = slowed(tmp_path, text, 4.0)
    alerts = firing(snapshot)
    usual = float(np.quantile(before.latency, 0.95))
    alert = alerts["latency_p95_ms", None, None]
    assert alert.severity == "critical"
    assert alert.threshold == pytest.approx(2 * usual, rel=0.02)
    assert alert.value is not None
    assert alert.message.endswith(
        f" in the last 5m, x{alert.value / alert.threshold * 2:.1f} of the baseline's {alert.threshold / 2:.1f} ms"
    )
    assert alerts["error_rate", None, None].threshold == pytest.approx(0.05)
    assert alerts["error_rate", None, None].severity == "warning"


def test_within_the_share_nothing_fires_and_below_it_is_proven(tmp_path: Path) -> None:
    assert not any(
        rule.startswith("latency")
        for rule, _, _ in firing(slowed(tmp_path, 'latency_p95_ms = { warning = "x1.5", critical = "x2" }\n', 1.1)[1])
    )


def test_a_baseline_without_latency_is_no_limit(tmp_path: Path) -> None:
    """The file has features and scores alone: "no data", which neither fires nor ends anything."""
    rows = logs.traffic(300, 1, seed=13)
    rows.latency[:] += 5_000
    alerts = firing(
        found(tmp_path, rows, 'latency_p95_ms = { warning = "x2", critical = "x3" }\nlatency_p99_ms = { warning = 9e4, critical = 9e5 }\n')
    )
    assert not any(rule.startswith("latency") for rule, _, _ in alerts)
