"""Metrics that are rules only when somebody asks: drift by other methods, values out of range, repeated ids, each performance number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import f1_score, roc_auc_score

from tests.monitor import logs
from tests.monitor.test_incidents import WIDTHS
from tests.monitor.test_incidents import alert as drift_alert
from tests.monitor.test_numbers import model_of
from tests.monitor.test_rates import HEAD, firing, found
from tuimon.config import Override, Settings, Threshold
from tuimon.monitor.incidents import incidents
from tuimon.monitor.performance import Measured
from tuimon.monitor.rates import Scope, repeats
from tuimon.monitor.realised import realised
from tuimon.monitor.relative import Before
from tuimon.monitor.windows import Window
from tuimon.values.firing import firing as counted
from tuimon.values.performance import Performance
from tuimon.values.snapshot import Share, Snapshot

LATER = logs.START + 1_505.0
COLUMN = "[thresholds.models.fraud.columns.amount]\n"


def drifting(place: Path, thresholds: str) -> Snapshot:
    """Half an hour of which the last 20 minutes have moved by 1.5 standard deviations."""
    logs.write(place / "app.jsonl", logs.traffic(300, 1, seed=1))
    logs.write_baseline(place / "baseline.parquet", logs.traffic(3_000, 1, seed=1))
    logs.write(place / "app.jsonl", logs.traffic(1_200, 1, seed=2, start=logs.START + 300, shift=1.5), mode="a")
    return logs.snapshot_of(place, HEAD + thresholds, LATER)


def test_another_method_is_a_rule_where_a_table_names_it(tmp_path: Path) -> None:
    snapshot = drifting(tmp_path, "psi = { warning = 90, critical = 99 }\n" + COLUMN + "js = { warning = 0.2, critical = 0.9 }\n")
    alerts = firing(snapshot)
    assert set(alerts) == {("js", None, "amount")}
    (row,) = [row for row in model_of(snapshot).drift if row.column == "amount"]
    assert row.method == "psi"
    assert row.js is not None
    assert alerts["js", None, "amount"].value == pytest.approx(row.js)


def test_two_methods_of_one_column_are_two_alerts_of_one_thing(tmp_path: Path) -> None:
    snapshot = drifting(tmp_path, "ks = { warning = 0.1 }\n")
    assert {rule for rule, _, _ in firing(snapshot)} == {"psi", "ks"}
    assert [(incident.columns, len(incident.alerts)) for incident in snapshot.incidents] == [(("amount",), 2)]
    assert counted(snapshot.alerts) == (1, 0)


def test_alerts_of_one_column_stay_one_incident_however_late_the_second_method_sees_it() -> None:
    late = drift_alert("a", 9_000.0, id="js/m//a", rule="js")
    (one,) = incidents([drift_alert("a", 1_000.0), late], WIDTHS)
    assert (one.columns, one.since) == (("a",), 1_000.0)


def test_a_method_for_numbers_says_nothing_of_categories(tmp_path: Path) -> None:
    """A category has no order: its KS and Wasserstein are no data, whatever happens to it."""
    rows = logs.traffic(900, 1, seed=3)
    rows.country[:] = "xx"
    alerts = firing(found(tmp_path, rows, "ks = { warning = 0.0 }\nwasserstein = { warning = 0.0 }\n", logs.START + 905))
    assert {(rule, column) for rule, _, column in alerts if column == "country"} == {("psi", "country"), ("unseen_rate", "country")}


def test_values_out_of_range_need_a_limit_and_evidence(tmp_path: Path) -> None:
    rows = logs.traffic(300, 1, seed=5)
    rows.amount[::5] = 100_000.0
    assert not any(rule == "out_of_range_rate" for rule, _, _ in firing(found(tmp_path, rows, "")))
    limits = COLUMN + "out_of_range_rate = { warning = 0.1, critical = 0.19 }\n"
    alert = firing(logs.snapshot_of(tmp_path, HEAD + limits, logs.START + 600))["out_of_range_rate", None, "amount"]
    assert alert.severity == "warning", "a fifth may be chance over 19 %, not over 10 %"
    assert alert.value == pytest.approx(0.2, abs=0.02)
    assert alert.message.startswith("amount: out of range 20")


def scope(rule: str, limits: Threshold) -> Scope:
    override = Override(rule, None, None, None, limits.warning, limits.critical, direction=limits.direction)
    return Scope(Settings(overrides=(override,)), "m", Window(300, 600, 600.0, 0), 1e-3)


def test_repeated_ids_are_a_rate_like_others() -> None:
    asked = scope("repeated_rate", Threshold(0.1))
    (reading,) = repeats(asked, Share(60, 300, 0.2, (0.1, 0.3)))
    assert (reading.value, reading.evidence, reading.state) == (0.2, True, "ok")
    assert not repeats(asked, Share(34, 300, 34 / 300, (0.1, 0.3)))[0].evidence
    assert repeats(scope("error_rate", Threshold(0.1)), Share(60, 300, 0.2, (0.1, 0.3))) == []


def read(rule: str, limits: Threshold, measured: Measured) -> bool:
    (reading,) = realised(scope(rule, limits), measured, Before(None, (), 1))
    assert reading.value == getattr(measured.shown, rule)
    return reading.evidence


@given(seed=st.integers(0, 1_000), share=st.sampled_from([0.2, 0.5]), limit=st.sampled_from([0.6, 0.7, 0.8, 0.9]))
def test_a_low_auc_is_held_against_its_error(seed: int, share: float, limit: float) -> None:
    """The oracle: Hanley and McNeil's error written out, and scipy's normal tail."""
    random = np.random.default_rng(seed)
    truth = random.random(400) < share
    scores = random.normal(truth * 0.9, 1)
    area, ones = float(roc_auc_score(truth, scores)), int(truth.sum())
    zeros = 400 - ones
    q1, q2 = limit / (2 - limit), 2 * limit**2 / (1 + limit)
    error = ((limit * (1 - limit) + (ones - 1) * (q1 - limit**2) + (zeros - 1) * (q2 - limit**2)) / ones / zeros) ** 0.5
    measured = Measured(Performance(400, "binary", roc_auc=area), scored=(ones, zeros))
    assert read("roc_auc", Threshold(limit, direction="below"), measured) is bool(area < limit and norm.cdf((area - limit) / error) <= 1e-3)


def test_a_low_f1_is_seldom_said_of_a_model_at_its_limit() -> None:
    """A thousand windows of a classifier whose true F1 is the limit: about one in a thousand may be evidence, ten would be too many."""
    random = np.random.default_rng(1)
    truth = random.random((1_000, 500)) < 0.4
    predicted = np.where(random.random((1_000, 500)) < 0.2, ~truth, truth)
    hits, wrong = (truth & predicted).sum(axis=1), (truth != predicted).sum(axis=1)
    limit = 2 * 0.4 * 0.8 / (2 * 0.4 * 0.8 + 0.2)
    fired = 0
    for i in range(1_000):
        value = float(f1_score(truth[i], predicted[i])) if i < 20 else float(2 * hits[i] / (2 * hits[i] + wrong[i]))
        assert value == pytest.approx(2 * hits[i] / (2 * hits[i] + wrong[i]))
        measured = Measured(Performance(500, "binary", f1=value), found=(int(hits[i]), int(wrong[i])))
        fired += read("f1", Threshold(limit, direction="below"), measured)
        assert read("f1", Threshold(0.97, direction="below"), measured)
    assert fired <= 5


@pytest.mark.parametrize(("limit", "evidence"), [(9.0, True), (9.6, False), (10.5, False)])
def test_mae_is_a_mean_with_its_error(limit: float, evidence: bool) -> None:
    measured = Measured(Performance(400, "regression", mae=10.0, rmse=14.0, r2=0.2), mae_error=0.2)
    assert read("mae", Threshold(limit), measured) is evidence is bool(limit < 10 and norm.sf((10.0 - limit) / 0.2) <= 1e-3)
    assert read("rmse", Threshold(limit), measured), "no interval is known: enough labels have to do"


FIRST = HEAD.replace('source = "baseline.parquet"', 'first = "1h"')


def labelled(place: Path, pairs: Sequence[tuple[object, object]], text: str, head: str | None = None) -> Snapshot:
    with (place / "app.jsonl").open("w", encoding="utf-8") as file:
        for i, (prediction, label) in enumerate(pairs):
            record = {"ts": logs.stamp(logs.START + i), "features": {"a": i % 7}, "prediction": prediction, "label": label}
            file.write(json.dumps(record) + "\n")
    head = HEAD.replace('[baseline]\nsource = "baseline.parquet"\n', "") if head is None else head
    return logs.snapshot_of(place, head + text, logs.START + len(pairs) + 5)


def test_performance_is_held_against_that_of_the_baseline(tmp_path: Path) -> None:
    """Errors of 5 on average in the baseline, twice as large afterwards."""
    random = np.random.default_rng(3)
    truth, spread = random.normal(50, 10, 4_200), np.repeat([6.0, 12.0], [3_600, 600])
    said = truth + random.normal(0, 1, 4_200) * spread
    text = FIRST + 'mae = { warning = "+50%", critical = "x3" }\nrmse = { warning = "x3" }\n'
    alerts = firing(labelled(tmp_path, list(zip(said.tolist(), truth.tolist(), strict=True)), text, ""))
    assert {rule for rule, _, _ in alerts} & {"mae", "rmse"} == {"mae"}
    assert alerts["mae", None, None].threshold == pytest.approx(1.5 * np.abs(said - truth)[:3_600].mean())
    assert alerts["mae", None, None].severity == "warning"


@pytest.mark.parametrize(("limit", "fires"), [("-5%", True), ("x0.5", False)])
def test_accuracy_falls_by_a_share_of_what_it_was(tmp_path: Path, limit: str, fires: bool) -> None:
    random = np.random.default_rng(4)
    right, labels = random.random(4_200) < np.repeat([0.95, 0.7], [3_600, 600]), random.integers(0, 2, 4_200)
    pairs = [("ab"[int(label if ok else 1 - label)], "ab"[int(label)]) for label, ok in zip(labels, right, strict=True)]
    found = labelled(tmp_path, pairs, FIRST + f'accuracy = {{ warning = "{limit}" }}\n', "")
    alert = firing(found).get(("accuracy", None, None))
    assert (alert is not None) == fires
    if alert is not None:
        assert alert.threshold == pytest.approx(0.95 * right[:3_600].mean())


def test_errors_of_a_regression_fire_from_a_log(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    truth = random.normal(50, 10, 280)
    said = truth + random.normal(0, 8, 280)
    text = "mae = { warning = 4 }\nrmse = { warning = 4, critical = 50 }\nr2 = { warning = 0.9, critical = 0.1 }\n"
    alerts = firing(labelled(tmp_path, list(zip(said.tolist(), truth.tolist(), strict=True)), text))
    assert {rule: alert.severity for (rule, _, _), alert in alerts.items()} == {"mae": "warning", "rmse": "warning", "r2": "warning"}
    assert alerts["mae", None, None].value == pytest.approx(np.abs(said - truth).mean())
    assert "R² 0." in alerts["r2", None, None].message
