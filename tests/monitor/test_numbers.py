"""Every number of a snapshot against a plain computation on the raw rows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest, ks_2samp, wasserstein_distance
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

from tests.monitor import logs
from tuimon.values.snapshot import Drift, Model, Snapshot


def model_of(snapshot: Snapshot, name: str = "fraud") -> Model:
    return next(model for model in snapshot.models if model.model == name)


def column_of(model: Model, name: str) -> Drift:
    return next(row for row in model.drift if row.column == name)


def deciles_psi(before: np.ndarray, now: np.ndarray) -> float:
    """PSI on ten groups of equal baseline share, from raw values."""
    edges = np.quantile(before, np.linspace(0.1, 0.9, 9))
    p, q = (np.bincount(np.searchsorted(edges, values, side="right"), minlength=10) / len(values) for values in (now, before))
    return float(np.sum((p - q) * np.log(p / q)))


@pytest.fixture
def shifted(tmp_path: Path) -> tuple[Path, logs.Traffic, logs.Traffic]:
    """An hour of traffic whose amount is a deviation off, with errors and missing values."""
    before = logs.traffic(20_000, 10, seed=1)
    now = logs.traffic(6_000, 2, seed=2, shift=1.0)
    generator = np.random.default_rng(3)
    now.error[:] = generator.random(6_000) < 0.03
    now.missing[:] = generator.random(6_000) < 0.08
    logs.write_baseline(tmp_path / "baseline.parquet", before)
    logs.write(tmp_path / "app.jsonl", now)
    return tmp_path, before, now


def in_window(model: Model, rows: logs.Traffic) -> np.ndarray:
    assert model.window_start is not None
    assert model.window_end is not None
    ts = np.round(rows.ts, 3)
    return (ts >= model.window_start) & (ts < model.window_end)


def test_traffic_errors_latency_and_missing(shifted: tuple[Path, logs.Traffic, logs.Traffic]) -> None:
    directory, _, rows = shifted
    model = model_of(logs.snapshot_of(directory))
    mine = in_window(model, rows)
    assert model.rows == 6_000
    assert model.errors == rows.error.sum()
    assert model.window_rows == mine.sum()
    assert model.error_rate == pytest.approx(rows.error[mine].mean())
    assert model.rows_per_second == pytest.approx(2.0, rel=0.02)
    for name, q in (("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)):
        exact = np.quantile(rows.latency[mine], q, method="inverted_cdf")
        assert getattr(model.latency, name) == pytest.approx(exact, rel=0.011)
    assert model.latency.max == rows.latency[mine].max()
    assert model.latency.mean == pytest.approx(rows.latency[mine].mean())
    quality = {row.column: row for row in model.quality}
    assert quality["amount"].missing_rate == pytest.approx(rows.missing[mine].mean())
    assert quality["country"].missing_rate == 0


def test_versions_add_up(shifted: tuple[Path, logs.Traffic, logs.Traffic]) -> None:
    directory, _, rows = shifted
    model = model_of(logs.snapshot_of(directory))
    mine = in_window(model, rows)
    found = {version.version: version for version in model.versions}
    for name in ("v1", "v2"):
        own = mine & (rows.version == name)
        assert found[name].rows == own.sum()
        assert found[name].error_rate == pytest.approx(rows.error[own].mean())
        assert found[name].latency.p95 == pytest.approx(np.quantile(rows.latency[own], 0.95, method="inverted_cdf"), rel=0.011)


def test_drift_is_what_the_raw_values_say(shifted: tuple[Path, logs.Traffic, logs.Traffic]) -> None:
    directory, before, rows = shifted
    model = model_of(logs.snapshot_of(directory))
    mine = in_window(model, rows) & ~rows.missing
    amount = column_of(model, "amount")
    assert amount.rows == mine.sum()
    assert amount.baseline_rows == 20_000
    assert amount.psi == pytest.approx(deciles_psi(before.amount, rows.amount[mine]), rel=0.1)
    assert amount.verdict == "drift"
    assert amount.mean == pytest.approx(rows.amount[mine].mean(), rel=1e-6)
    assert amount.wasserstein == pytest.approx(wasserstein_distance(before.amount, rows.amount[mine]), rel=0.03)
    country = column_of(model, "country")
    assert country.verdict == "ok"
    assert sum(group.current for group in country.detail) == pytest.approx(1)


def test_every_measure_stands_beside_what_chance_gives(shifted: tuple[Path, logs.Traffic, logs.Traffic]) -> None:
    directory, before, rows = shifted
    model = model_of(logs.snapshot_of(directory))
    mine = in_window(model, rows)
    amount, country = column_of(model, "amount"), column_of(model, "country")
    found = {measure.method: measure for measure in amount.measures}
    kept = rows.amount[mine & ~rows.missing]
    exact = {
        "ks": ks_2samp(before.amount, kept).statistic,
        "wasserstein": wasserstein_distance(before.amount, kept),
        "wasserstein_normalised": wasserstein_distance(before.amount, kept) / before.amount.std(),
    }
    for method, value in exact.items():
        assert found[method].value == pytest.approx(value, rel=0.03)
    shares = [(group.current, group.baseline) for group in amount.detail]
    assert found["tv"].value == pytest.approx(sum(abs(p - q) for p, q in shares) / 2)
    assert found["linf"].value == pytest.approx(max(abs(p - q) for p, q in shares))
    assert (found["psi"].value, found["psi"].expected, found["psi"].p99) == (amount.value, amount.expected, amount.p99)
    for measure in amount.measures:
        assert measure.value is not None
        assert measure.p99 is not None
        assert measure.expected is not None
        assert measure.expected < measure.p99 < measure.value, measure
    assert found["js"].name == "Jensen-Shannon distance, 10 groups, base 2"
    assert {measure.method for measure in country.measures} == {"psi", "js", "hellinger", "tv", "linf", "chi2"}
    # Five values: what comes of four free groups when nothing has changed.
    named = next(measure for measure in country.measures if measure.method == "psi")
    assert named.expected == pytest.approx((country.groups - 1) * (1 / country.rows + 1 / country.baseline_rows))
    assert named.name == f"PSI, {country.groups} groups, natural logarithm"


def test_the_alert_fires_after_its_hold(shifted: tuple[Path, logs.Traffic, logs.Traffic]) -> None:
    directory, _, _ = shifted
    snapshot = logs.snapshot_of(directory)
    alert = next(a for a in snapshot.alerts if a.rule == "psi" and a.column == "amount")
    assert (alert.state, alert.historic) == ("firing", True)
    assert alert.since >= logs.START + 300
    assert snapshot.status in ("warning", "critical")


def test_performance_from_late_labels(tmp_path: Path) -> None:
    rows = logs.traffic(3_000, 2, seed=5)
    truth = np.random.default_rng(6).random(3_000) < rows.score
    logs.write_baseline(tmp_path / "baseline.parquet", rows)
    logs.write(tmp_path / "app.jsonl", rows)
    labelled = np.arange(0, 3_000, 2)
    with (tmp_path / "labels.jsonl").open("w", encoding="utf-8") as file:
        for i in labelled:
            file.write(
                json.dumps({"request_id": rows.ids[i], "label": "yes" if truth[i] else "no", "ts": logs.stamp(logs.START + 9_000)}) + "\n"
            )
    text = '[sources.fraud]\npaths = ["app.jsonl"]\n[sources.labels]\npaths = ["labels.jsonl"]\npart = "label"\nlabels_for = "fraud"\n'
    snapshot = logs.snapshot_of(tmp_path, text)
    model = model_of(snapshot)
    used = labelled[in_window(model, rows)[labelled]]
    said, true, score = rows.score[used] > 0.5, truth[used], rows.score[used]
    assert snapshot.ingest.labels == len(labelled) == snapshot.ingest.labels_joined
    assert snapshot.ingest.labels_waiting == 0
    assert model.performance.labels == len(used)
    assert model.performance.task == "binary"
    assert model.performance.accuracy == pytest.approx(accuracy_score(true, said))
    assert model.performance.f1 == pytest.approx(f1_score(true, said))
    assert model.performance.roc_auc == pytest.approx(roc_auc_score(true, score), abs=0.002)


def test_a_second_look_without_news_says_the_same(shifted: tuple[Path, logs.Traffic, logs.Traffic]) -> None:
    directory, _, _ = shifted
    first, second = logs.snapshot_of(directory), logs.snapshot_of(directory)
    assert first.models == second.models
    assert first.ingest == second.ingest
    assert [(a.id, a.state, a.since, a.episode) for a in first.alerts] == [(a.id, a.state, a.since, a.episode) for a in second.alerts]


def test_late_and_future_rows_have_a_share_and_its_sampling_error(tmp_path: Path) -> None:
    rows = logs.traffic(2_000, 1, 31)
    rows.ts[1_000:1_020] -= 400
    rows.ts[1_500:1_505] += 86_400
    logs.write(tmp_path / "app.jsonl", rows)
    found = logs.snapshot_of(tmp_path, '[sources.fraud]\npaths = ["*.jsonl"]\n', float(rows.ts[-1]) + 5)
    for share, part in ((found.late, 20), (found.future, 5)):
        exact = binomtest(part, 2_000).proportion_ci(0.95, "wilson")
        assert share is not None
        assert (share.part, share.rows, share.rate) == (part, 2_000, part / 2_000)
        assert share.interval == pytest.approx((exact.low, exact.high))


def test_shares_of_a_column_have_their_sampling_error(shifted: tuple[Path, logs.Traffic, logs.Traffic]) -> None:
    place, _, _ = shifted
    found = model_of(logs.snapshot_of(place)).quality
    assert any(item.missing_rate for item in found)
    for item in found:
        for rate, interval in ((item.missing_rate, item.missing_interval), (item.unseen_rate, item.unseen_interval)):
            if rate is None:
                assert interval is None
                continue
            exact = binomtest(round(rate * item.rows), item.rows).proportion_ci(0.95, "wilson")
            assert interval == pytest.approx((exact.low, exact.high))


def test_rows_that_are_delivered_again_are_told_with_their_sampling_error(tmp_path: Path) -> None:
    rows = logs.traffic(3_000, 2, 32)
    logs.write(tmp_path / "app.jsonl", rows)
    first = model_of(logs.snapshot_of(tmp_path, '[sources.fraud]\npaths = ["*.jsonl"]\n', float(rows.ts[-1]) + 5))
    assert first.repeated is not None
    assert (first.repeated.part, first.repeated.rows) == (0, first.window_rows)
    lines = logs.lines(rows)
    (tmp_path / "again.jsonl").write_text("".join(lines[-60:]), encoding="utf-8")
    found = model_of(logs.snapshot_of(tmp_path, '[sources.fraud]\npaths = ["*.jsonl"]\n', float(rows.ts[-1]) + 5))
    exact = binomtest(60, found.window_rows).proportion_ci(0.95, "wilson")
    assert found.repeated is not None
    assert (found.repeated.part, found.repeated.rows) == (60, first.window_rows + 60)
    assert found.repeated.interval == pytest.approx((exact.low, exact.high))


def test_the_heat_map_holds_every_row_in_its_minute_and_bucket(shifted: tuple[Path, logs.Traffic, logs.Traffic]) -> None:
    directory, _, rows = shifted
    model = model_of(logs.snapshot_of(directory))
    series, heat = model.series, model.series.heat
    assert heat is not None
    minute = np.floor((np.round(rows.ts, 3) - series.start) / series.step).astype(int)
    assert len(heat.rows) == 60
    assert 2 <= len(heat.edges) - 1 <= 24
    ratios = np.array(heat.edges[1:]) / np.array(heat.edges[:-1])
    assert ratios.max() / ratios.min() == pytest.approx(1)
    for place, stretch in enumerate(heat.rows):
        exact, _ = np.histogram(rows.latency[minute == place], np.array(heat.edges))
        assert np.array_equal(stretch, exact)
    assert sum(map(sum, heat.rows)) == ((minute >= 0) & (minute < 60)).sum()
