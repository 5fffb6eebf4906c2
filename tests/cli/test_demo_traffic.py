"""The demo's traffic: the same every time, valid, and broken exactly when its script says so."""

from __future__ import annotations

import ast
import json
import sys
import threading
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimon.cli import demo
from tuimon.cli.demo import DemoScript, DemoWriter, Phase, Traffic, write_history
from tuimon.config import load, threshold_for

START = 1_800_000_000.0
SMALL = DemoScript(rows_per_second=7.5, past_seconds=60)

Record = dict[str, Any]


@cache
def first_minutes() -> tuple[Record, ...]:
    return tuple(json.loads(line) for line in Traffic(DemoScript(), START).lines_until(120))


def during(begin: float, end: float) -> list[Record]:
    return [record for record in first_minutes() if begin <= moment(record) - START < end]


def moment(record: Record) -> float:
    return datetime.fromisoformat(record["ts"]).timestamp()


def feature(name: str, records: list[Record]) -> list[float | None]:
    return [record["features"][name] for record in records]


@settings(max_examples=30)
@given(st.lists(st.floats(0, 12), max_size=12))
def test_lines_do_not_depend_on_how_often_one_asks(moments: list[float]) -> None:
    whole, pieces = Traffic(SMALL, START), Traffic(SMALL, START)
    asked = [line for elapsed in [*sorted(moments), 12.0] for line in pieces.lines_until(elapsed)]
    assert asked == whole.lines_until(12.0)


def test_lines_are_due_in_order_and_not_before_their_time() -> None:
    traffic = Traffic(DemoScript(), START)
    lines = [json.loads(line) for line in traffic.lines_until(2.5)]
    stamps = [moment(record) - START for record in lines]
    assert stamps == sorted(stamps)
    assert 0 <= stamps[0] < stamps[-1] < 2.5
    assert traffic.lines_until(1.0) == []
    assert all(moment(json.loads(line)) - START >= 2.5 for line in traffic.lines_until(3.5))


def test_the_rate_is_that_of_the_script_and_ids_are_unique() -> None:
    assert len(first_minutes()) == 120 * 60
    assert len({record["request_id"] for record in first_minutes()}) == 120 * 60
    assert len(Traffic(SMALL, START).lines_until(20)) == 150


def test_another_seed_gives_other_lines() -> None:
    assert Traffic(replace(SMALL, seed=1), START).lines_until(3) != Traffic(SMALL, START).lines_until(3)


def test_every_line_is_strict_json_in_one_line() -> None:
    def refuse(constant: str) -> None:
        pytest.fail(f"{constant} is not JSON")

    for line in Traffic(DemoScript(), START).lines_until(45):
        assert line.endswith(b"\n")
        assert line.count(b"\n") == 1
        assert json.loads(line, parse_constant=refuse)["model"] == "tumour"


def test_predictions_are_the_answers_of_the_model_to_the_features_beside_them() -> None:
    data = json.loads((Path(demo.__file__).parent / "model.json").read_text(encoding="utf-8"))
    for record in during(36, 37):
        filled = [
            fill if (value := record["features"][name]) is None else value for name, fill in zip(data["names"], data["fill"], strict=True)
        ]
        terms = zip(filled, data["mean"], data["scale"], data["weights"], strict=True)
        score = 1 / (1 + np.exp(-(data["intercept"] + sum((x - mean) / scale * weight for x, mean, scale, weight in terms))))
        if record["status"] == "ok":
            assert record["score"] == pytest.approx(score, abs=1e-4)
            assert record["prediction"] == ("malignant" if record["score"] >= 0.5 else "benign")
        else:
            assert record["score"] is record["prediction"] is None


def test_the_model_separates_its_real_rows() -> None:
    data = json.loads((Path(demo.__file__).parent / "model.json").read_text(encoding="utf-8"))
    rows, truth = np.array(data["rows"]), np.array(data["malignant"], bool)
    raw = (rows - np.array(data["mean"])) / np.array(data["scale"]) @ np.array(data["weights"]) + data["intercept"]
    assert ((raw >= 0) == truth).mean() > 0.9


def p95(records: list[Record], version: str) -> float:
    return float(np.quantile([record["latency_ms"] for record in records if record["version"] == version], 0.95))


def test_latency_of_one_version_breaks_and_recovers() -> None:
    assert p95(during(0, 10), "v2") < 120
    assert p95(during(10, 60), "v2") > 400
    assert p95(during(60, 120), "v2") < 120
    assert p95(during(10, 60), "v1") < 60


def test_errors_come_and_go() -> None:
    def share(begin: float, end: float) -> float:
        return float(np.mean([record["status"] == "error" for record in during(begin, end)]))

    assert share(0, 25) < 0.01
    assert 0.08 < share(25, 70) < 0.16
    assert share(70, 120) < 0.01


def test_values_go_missing_in_one_column_and_come_back() -> None:
    def share(name: str, begin: float, end: float) -> float:
        return float(np.mean([value is None for value in feature(name, during(begin, end))]))

    assert share("mean_concavity", 0, 35) == share("mean_concavity", 90, 120) == share("mean_area", 0, 120) == 0
    assert 0.25 < share("mean_concavity", 35, 90) < 0.35


def test_one_feature_drifts_and_its_neighbours_stay(tmp_path: Path) -> None:
    write_history(tmp_path, START, SMALL)
    before = pq.read_table(tmp_path / "baseline.parquet").column("features").to_pylist()

    def moved(name: str, begin: float, end: float) -> float:
        old, new = np.array([row[name] for row in before]), np.array(feature(name, during(begin, end)))
        return float((new.mean() - old.mean()) / old.std())

    assert abs(moved("mean_texture", 0, 15)) < 0.15
    assert moved("mean_texture", 25, 120) > 1
    assert abs(moved("mean_radius", 25, 120)) < 0.1
    assert moved("mean_texture", 15, 20) < moved("mean_texture", 20, 25) < moved("mean_texture", 25, 30)


def test_troubles_begin_again_with_every_round() -> None:
    script = DemoScript()
    for elapsed in (5.0, 12.0, 30.0, 40.0, 100.0, 500.0):
        assert script.factor("latency", elapsed) == script.factor("latency", elapsed + script.round_seconds)
        assert script.share("errors", elapsed) == script.share("errors", elapsed + script.round_seconds)
    assert script.factor("drift", 500) == 1.0


def test_a_phase_grows_to_its_peak() -> None:
    phase = Phase("drift", start=10, end=30, peak=2.0, grow=10)
    assert [phase.level(second) for second in (9, 10, 15, 20, 29, 30)] == [0, 0, 0.5, 1, 1, 0]


@pytest.mark.parametrize("wrong", [{"rows_per_second": 0.0}, {"past_rows_per_second": -1.0}, {"round_seconds": 0.0}])
def test_a_script_needs_positive_rates(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        replace(DemoScript(), **wrong)  # type: ignore[arg-type]


def test_the_past_is_healthy_and_ends_at_the_start(tmp_path: Path) -> None:
    write_history(tmp_path, START)
    past = [json.loads(line) for line in (tmp_path / "predictions.jsonl.1").read_bytes().splitlines()]
    stamps = [moment(record) for record in past]
    assert len(past) == 7200
    assert START - 3600 <= stamps[0] < stamps[-1] < START
    assert not {record["request_id"] for record in past} & {record["request_id"] for record in first_minutes()}
    assert None not in feature("mean_concavity", past)
    assert np.mean([record["status"] == "error" for record in past]) < 0.01
    assert p95(past, "v2") < 120


def test_the_configuration_of_the_demo_loads_and_every_file_is_there(tmp_path: Path) -> None:
    write_history(tmp_path, START, SMALL)
    found = load(tmp_path / "config.toml")
    assert found.windows.widths == (300,)
    assert Path(found.baseline.source or "").is_file()
    assert threshold_for(found, "latency_p95_ms", "tumour", "v2", None).hold <= 10


def test_every_trouble_passes_its_limit_in_the_window_within_a_minute(tmp_path: Path) -> None:
    write_history(tmp_path, START)
    limits, past = load(tmp_path / "config.toml"), (tmp_path / "predictions.jsonl.1").read_bytes().splitlines()[-600:]
    window = [*map(json.loads, past), *during(0, 50)]
    found = {
        "latency_p95_ms": np.quantile([record["latency_ms"] for record in window], 0.95),
        "error_rate": np.mean([record["status"] == "error" for record in window]),
        "missing_rate": np.mean([value is None for value in feature("mean_concavity", window)]),
        "psi": psi_of_texture(tmp_path, window),
    }
    columns = {"missing_rate": "mean_concavity", "psi": "mean_texture"}
    for rule, value in found.items():
        limit = threshold_for(limits, rule, "tumour", None, columns.get(rule))
        assert value > (limit.warning or np.inf), rule
    assert found["psi"] > (threshold_for(limits, "psi", "tumour", None, "mean_texture").critical or np.inf)


def psi_of_texture(directory: Path, window: list[Record]) -> float:
    before = np.array([row["mean_texture"] for row in pq.read_table(directory / "baseline.parquet").column("features").to_pylist()])
    now = np.array(feature("mean_texture", window), float)
    edges = np.quantile(before, np.linspace(0.1, 0.9, 9))
    p, q = (np.bincount(np.searchsorted(edges, side), minlength=10) / len(side) for side in (before, now))
    return float(((q - p) * np.log(q / p)).sum())


class Clock:
    """A clock that moves on by a step with every look, and sets `stop` after some looks."""

    def __init__(self, step: float, stop: threading.Event, looks: int) -> None:
        self.now, self.step, self.stop, self.looks = START - step, step, stop, looks

    def __call__(self) -> float:
        self.now += self.step
        self.looks -= 1
        if not self.looks:
            self.stop.set()
        return self.now


def test_the_writer_appends_what_is_due_until_it_is_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    writer = DemoWriter(tmp_path, SMALL, Clock(0.5, stop, 9), stop, interval=0.001)
    writer.start()
    writer.join(30)
    assert not writer.is_alive()
    assert writer.failure is None
    assert (tmp_path / "predictions.jsonl").read_bytes() == b"".join(Traffic(SMALL, START).lines_until(4.0))


def test_after_a_sleep_of_the_machine_only_the_last_seconds_are_caught_up(tmp_path: Path) -> None:
    stop = threading.Event()
    writer = DemoWriter(tmp_path, SMALL, Clock(3600, stop, 99), stop)
    assert writer.step() == pytest.approx(30 * 7.5, abs=1)
    stamps = [moment(json.loads(line)) for line in (tmp_path / "predictions.jsonl").read_bytes().splitlines()]
    assert min(stamps) >= START + 3600 - 30


def test_the_writer_says_when_it_cannot_write(tmp_path: Path) -> None:
    stop = threading.Event()
    writer = DemoWriter(tmp_path / "gone", SMALL, Clock(1, stop, 99), stop, interval=0.001)
    writer.start()
    writer.join(30)
    assert isinstance(writer.failure, FileNotFoundError)


def test_the_demo_needs_no_learning_library() -> None:
    allowed = {"__future__", "tuimon", "numpy", "pyarrow", *sys.stdlib_module_names}
    for path in Path(demo.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in names} <= allowed, path.name
    assert (Path(demo.__file__).parent / "model.json").stat().st_size < 80_000
