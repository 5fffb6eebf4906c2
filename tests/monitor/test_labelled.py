"""What the labels say of a window and of the time before it, against scikit-learn on the raw rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, mean_absolute_error, r2_score, root_mean_squared_error

from tests.monitor import logs
from tuimon.values.performance import Realised
from tuimon.values.snapshot import Model

LABELS = '[sources.fraud]\npaths = ["app.jsonl"]\n[sources.labels]\npaths = ["labels.jsonl"]\npart = "label"\nlabels_for = "fraud"\n'


def write_labels(path: Path, ids: list[str], values: Sequence[object]) -> None:
    stamp = logs.stamp(logs.START + 9_000)
    lines = [json.dumps({"request_id": one, "label": value, "ts": stamp}) + "\n" for one, value in zip(ids, values, strict=True)]
    path.write_text("".join(lines), encoding="utf-8")


def shown(directory: Path, text: str) -> tuple[Model, Realised]:
    model = logs.snapshot_of(directory, text).models[0]
    assert model.realised is not None
    return model, model.realised


def spans(model: Model) -> list[tuple[float, float]]:
    """Return the stretch of each point of a trend that has rows: the window's width, at least the step between two points."""
    assert model.window_start is not None
    assert model.window_end is not None
    step = model.series.step * len(model.series.p95) / 12
    width = max(step, min(model.window_end - model.window_start, 3_600))
    ends = [model.window_end - step * back for back in range(11, -1, -1)]
    return [(end - width, end) for end in ends if end > logs.START]


def test_a_classifier(tmp_path: Path) -> None:
    rows = logs.traffic(7_000, 2, seed=5)
    generator = np.random.default_rng(6)
    # It gets worse half way.
    right = generator.random(7_000) < np.where(np.arange(7_000) < 4_000, 0.95, 0.6)
    said = rows.score > 0.5
    truth = np.where(right, said, ~said)
    labelled = np.flatnonzero(generator.random(7_000) < 0.7)
    logs.write(tmp_path / "app.jsonl", rows)
    write_labels(tmp_path / "labels.jsonl", [rows.ids[i] for i in labelled], ["yes" if truth[i] else "no" for i in labelled])
    model, found = shown(tmp_path, LABELS)
    stamps = np.round(rows.ts, 3)
    first, last = model.window_start or 0.0, model.window_end or 0.0
    assert len(found.trend) == len(spans(model)) == 12
    for point, (start, end) in zip(found.trend, spans(model), strict=True):
        used = labelled[(stamps[labelled] >= start) & (stamps[labelled] < end)]
        assert point.labels == len(used)
        assert point.accuracy == pytest.approx(accuracy_score(truth[used], said[used]))
        assert point.f1 == pytest.approx(f1_score(truth[used], said[used]))
    assert (found.trend[0].accuracy or 0.0) > 0.9
    assert (found.trend[-1].accuracy or 1.0) < 0.7
    before = labelled[stamps[labelled] < first]
    assert found.baseline is not None
    assert found.baseline.accuracy == pytest.approx(accuracy_score(truth[before], said[before]))
    used = labelled[(stamps[labelled] >= first) & (stamps[labelled] < last)]
    assert found.confusion is not None
    order = [{"yes": 1, "no": 0}[name] for name in found.confusion.classes]
    expected = confusion_matrix(truth[used], said[used], labels=order)
    assert np.array_equal(np.array(found.confusion.counts), expected)
    score, true = rows.score[used], truth[used]
    for tenth in found.reliability:
        mine = np.floor(score * 10) == np.floor(tenth.score * 10)
        assert tenth.rows == mine.sum()
        assert tenth.positive == pytest.approx(true[mine].mean())
        assert tenth.score == pytest.approx(score[mine].mean(), abs=0.001)
    assert sum(tenth.rows for tenth in found.reliability) == len(used)


def test_a_regression_and_its_baseline(tmp_path: Path) -> None:
    generator = np.random.default_rng(7)
    rows = logs.traffic(7_000, 2, seed=8)
    predicted = np.round(rows.amount, 3)
    truth = np.round(predicted + generator.normal(0, np.where(np.arange(7_000) < 4_000, 2.0, 9.0)), 3)
    with (tmp_path / "app.jsonl").open("w", encoding="utf-8") as file:
        for i in range(7_000):
            record = {"ts": logs.stamp(float(rows.ts[i])), "request_id": rows.ids[i], "model": "fraud", "prediction": float(predicted[i])}
            file.write(json.dumps({**record, "features": {"x": 1.0 + i % 7}}) + "\n")
    write_labels(tmp_path / "labels.jsonl", rows.ids, truth.tolist())
    model, found = shown(tmp_path, LABELS + '[baseline]\nfirst = "2000 rows"\n')
    stamps = np.round(rows.ts, 3)
    assert model.performance.task == "regression"
    for point, (start, end) in zip(found.trend, spans(model), strict=True):
        used = (stamps >= start) & (stamps < end)
        assert point.labels == used.sum()
        assert point.mae == pytest.approx(mean_absolute_error(truth[used], predicted[used]), rel=1e-6)
        assert point.rmse == pytest.approx(root_mean_squared_error(truth[used], predicted[used]), rel=1e-6)
        assert point.r2 == pytest.approx(r2_score(truth[used], predicted[used]), rel=1e-4)
    assert found.confusion is None
    assert found.reliability == ()
    assert found.baseline is not None
    before = stamps < (model.window_start or 0.0)
    assert found.baseline.labels == before.sum()
    assert found.baseline.mae == pytest.approx(mean_absolute_error(truth[before], predicted[before]), rel=1e-6)


def test_many_classes_are_folded_into_the_busiest(tmp_path: Path) -> None:
    rows = logs.traffic(2_000, 4, seed=9)
    generator = np.random.default_rng(10)
    truth = [f"c{min(int(k), 29)}" for k in generator.geometric(0.15, 2_000)]
    with (tmp_path / "app.jsonl").open("w", encoding="utf-8") as file:
        for i in range(2_000):
            record = {"ts": logs.stamp(float(rows.ts[i])), "request_id": rows.ids[i], "model": "fraud", "prediction": truth[i]}
            file.write(json.dumps({**record, "features": {"x": 1.0 + i % 7}}) + "\n")
    write_labels(tmp_path / "labels.jsonl", rows.ids, truth)
    model, found = shown(tmp_path, LABELS)
    assert found.confusion is not None
    assert len(found.confusion.classes) == 12
    assert found.confusion.classes[0] == "c1"
    assert found.confusion.classes[-1] == "others"
    assert sum(map(sum, found.confusion.counts)) == model.performance.labels
    assert all(row[i] == sum(row) for i, row in enumerate(found.confusion.counts))


def test_without_labels_there_is_nothing_behind(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(500, 2, seed=1))
    model = logs.snapshot_of(tmp_path, '[sources.fraud]\npaths = ["app.jsonl"]\n').models[0]
    assert model.realised is None
