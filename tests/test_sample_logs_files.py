"""The sample logs are what their README and expected.json say, and anyone can make them again."""

from __future__ import annotations

import gzip
import importlib.metadata
import json
import subprocess
import sys
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from tuimon.config import load

HERE = Path(__file__).resolve().parent.parent
LOGS = HERE / "sample_logs"
EXPECTED: dict[str, Any] = json.loads((LOGS / "expected.json").read_text(encoding="utf-8"))
CALM_BEFORE = {"mean_texture": 8, "site": 8}
"""The hour in which a column begins to drift."""

Column = npt.NDArray[Any]


def content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def parsed(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


@cache
def records() -> tuple[dict[str, Any], ...]:
    names = ("tumour.jsonl.2.gz", "tumour.jsonl.1", "tumour.jsonl")
    found = (parsed(line) for name in names for line in content(LOGS / name).splitlines())
    return tuple(record for record in found if record is not None)


def hours() -> Column:
    return np.array(
        [(datetime.fromisoformat(r["ts"]) - datetime.fromisoformat(EXPECTED["start"])).total_seconds() / 3600 for r in records()]
    )


def column(name: str, rows: tuple[dict[str, Any], ...]) -> Column:
    values = [row["features"][name] for row in rows]
    return np.array(values, dtype=object) if isinstance(values[0], str) else np.array([np.nan if v is None else v for v in values])


def reference_psi(before: Column, now: Column) -> float:
    if before.dtype == object:
        kinds = np.unique(before.astype(str))
        p, q = (np.array([(side == kind).sum() for kind in kinds], float) for side in (before, now))
    else:
        edges = np.unique(np.quantile(before, np.linspace(0.1, 0.9, 9)))
        p, q = (
            np.histogram(side, [-np.inf, *np.nextafter(edges, np.inf), np.inf])[0].astype(float) for side in (before, now[~np.isnan(now)])
        )
    p, q = np.maximum(p, 0.5) / p.sum(), np.maximum(q, 0.5) / q.sum()
    return float(((q - p) * np.log(q / p)).sum())


def incident(rule: str, name: str | None = None) -> dict[str, Any]:
    found: list[dict[str, Any]] = [one for one in EXPECTED["incidents"] if one["rule"] == rule and one["column"] == name]
    assert len(found) == 1
    return found[0]


def in_window(one: dict[str, Any]) -> npt.NDArray[np.bool_]:
    end = (datetime.fromisoformat(one["at"]) - datetime.fromisoformat(EXPECTED["start"])).total_seconds() / 3600
    inside: npt.NDArray[np.bool_] = (hours() >= end - 1) & (hours() < end)
    return inside


@pytest.fixture(scope="module")
def remade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made_with = EXPECTED["made_with"]
    try:
        versions = {name: importlib.metadata.version(name) for name in made_with}
    except importlib.metadata.PackageNotFoundError as missing:
        pytest.skip(f"{missing.name} is not installed")
    if versions != made_with:
        pytest.skip(f"made with {made_with}, here are {versions}: models fitted by other versions answer a little differently")
    out = tmp_path_factory.mktemp("remade")
    subprocess.run([sys.executable, str(LOGS / "make.py"), "--out", str(out)], check=True, timeout=120)
    subprocess.run([sys.executable, str(LOGS / "make.py"), "--demo", str(out / "model.json")], check=True, timeout=120)
    return out


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", [*EXPECTED["files"], "expected.json"])
def test_a_file_is_made_again_to_the_byte(remade: Path, name: str) -> None:
    assert content(remade / name) == content(LOGS / name)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["reference.parquet", "reference_progression.parquet"])
def test_a_baseline_is_made_again(remade: Path, name: str) -> None:
    assert pq.read_table(remade / name).equals(pq.read_table(LOGS / name))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_model_of_the_demo_is_made_again(remade: Path) -> None:
    assert (remade / "model.json").read_bytes() == (HERE / "tuimon/cli/demo/model.json").read_bytes()


@pytest.mark.parametrize("name", list(EXPECTED["files"]))
def test_every_line_of_a_file_is_accounted_for(name: str) -> None:
    counts, data = EXPECTED["files"][name], content(LOGS / name)
    assert data.endswith(b"\n")
    lines = data.split(b"\n")[:-1]
    assert counts["lines"] == len(lines) == sum(value for key, value in counts.items() if key != "lines")
    assert counts["blank"] == sum(not line for line in lines)
    if ".jsonl" in name:
        assert counts["rejected"] == sum(bool(line) and parsed(line) is None for line in lines)
        assert counts["record_lines"] == sum(b'"features"' in line and parsed(line) is not None for line in lines)


def test_the_totals_are_the_sums_of_the_files() -> None:
    for key, total in EXPECTED["totals"].items():
        assert total == sum(counts[key] for counts in EXPECTED["files"].values())


def test_the_rejects_stand_where_they_are_listed() -> None:
    for reject in EXPECTED["rejects"]:
        line = content(LOGS / reject["file"]).split(b"\n")[reject["line"] - 1]
        assert line
        assert parsed(line) is None


def test_all_files_are_smaller_than_three_megabytes() -> None:
    assert sum(path.stat().st_size for path in LOGS.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")) < 3_000_000


def test_the_readme_states_the_expected_counts() -> None:
    text = (LOGS / "README.md").read_text(encoding="utf-8")
    for name, counts in EXPECTED["files"].items():
        keys = ("lines", "record_lines", "label_lines", "rejected", "blank", "skipped")
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}` |"))
        assert row.endswith("| " + " | ".join(f"{counts[key]:,}" for key in keys) + " |")
    assert f"error rate {incident('error_rate')['value']:.3f} at" in text
    assert f"p95 of `v2` {incident('latency_p95_ms')['value']:.0f} ms" in text
    assert f"PSI {incident('psi', 'mean_texture')['value']:.2f} at" in text
    assert f"{EXPECTED['models']['tumour']['accuracy']:.4f}" in text
    assert f"{EXPECTED['models']['progression']['mae']:.3f}" in text


def test_requests_are_in_order_and_have_ids_of_their_own() -> None:
    assert (np.diff(hours()) > 0).all()
    assert len({record["request_id"] for record in records()}) == len(records()) == EXPECTED["models"]["tumour"]["rows"]
    assert min(np.bincount(hours().astype(int), minlength=10)) >= 350


def test_hostile_text_is_in_the_log_once_each_as_valid_records() -> None:
    assert sum(record["features"]["site"] == "[/]" for record in records()) == 1
    assert sum("\x1b]52" in record["features"]["scanner"] for record in records()) == 1


def test_labels_come_late_and_find_their_records() -> None:
    asked = {record["request_id"]: record for record in records()}
    labels = [json.loads(line) for line in content(LOGS / "labels.jsonl").splitlines()]
    met = [(asked[label["request_id"]], label) for label in labels if label["request_id"] in asked]
    facts = EXPECTED["models"]["tumour"]
    assert (len(labels), len(met)) == (facts["labels"], facts["labels_joined"])
    delays = [(datetime.fromisoformat(b["ts"]) - datetime.fromisoformat(a["ts"])).total_seconds() / 60 for a, b in met]
    assert 20 <= min(delays) < max(delays) <= 90.001
    assert np.mean([a["prediction"] == b["label"] for a, b in met]) == pytest.approx(facts["accuracy"], abs=5e-5)


def test_the_error_burst_is_visible() -> None:
    one = incident("error_rate")
    failed = np.array([record["status"] == "error" for record in records()])
    assert all(record["prediction"] is None for record in records() if record["status"] == "error")
    assert failed[in_window(one)].mean() == pytest.approx(one["value"], abs=1e-4)
    assert 0.01 < one["value"] < 0.05
    assert failed.sum() - failed[in_window(one)].sum() <= 5


def test_the_latency_incident_is_visible_on_its_version() -> None:
    one = incident("latency_p95_ms")
    mine = np.array([record["version"] == one["version"] for record in records()])
    latency = np.array([record["latency_ms"] for record in records()])
    assert np.quantile(latency[in_window(one) & mine], 0.95) == pytest.approx(one["value"], abs=1e-3)
    assert one["value"] > 440
    before = (hours() >= 4) & (hours() < 5)
    assert np.quantile(latency[before & mine], 0.95) < 150
    assert np.quantile(latency[in_window(one) & ~mine], 0.95) < 60


def test_the_missing_values_are_visible() -> None:
    one = incident("missing_rate", "mean_concavity")
    missing = np.isnan(column("mean_concavity", records()))
    assert missing[in_window(one)].mean() == pytest.approx(one["value"], abs=1e-4)
    assert 0.1 < one["value"] < 0.19
    assert not missing[(hours() < 6.5) | (hours() >= 7 + 1 / 6)].any()


def test_two_columns_drift_when_they_should_and_no_other_ever() -> None:
    features = pq.read_table(LOGS / "reference.parquet").column("features").to_pylist()
    baseline = tuple({"features": row} for row in features)
    for name in features[0]:
        before, now = column(name, baseline), column(name, records())
        found = [reference_psi(before, now[hours().astype(int) == hour]) for hour in range(10)]
        assert found == pytest.approx(EXPECTED["hourly_psi"]["tumour"][name], abs=2e-3)
        assert max(found[: CALM_BEFORE.get(name, 10)]) < 0.1
        assert name not in CALM_BEFORE or found[9] > 0.3


def test_nothing_happens_to_the_regression() -> None:
    live = pyarrow.csv.read_csv(LOGS / "progression.csv")
    before = pq.read_table(LOGS / "reference_progression.parquet")
    hour = np.array([stamp.hour for stamp in live.column("ts").to_pylist()])
    for name in EXPECTED["hourly_psi"]["progression"]:
        baseline, now = before.column(name).to_numpy(), live.column(name).to_numpy().astype(float)
        assert max(reference_psi(baseline, now[hour == h]) for h in range(10)) < 0.1


def test_the_configuration_at_the_top_reads_every_file() -> None:
    settings = load(HERE / "config.toml")
    patterns = [Path(path).name for source in settings.sources for path in source.paths]
    assert all(any(Path(name).match(pattern) for pattern in patterns) for name in EXPECTED["files"])
    assert all(Path(baseline.source or "").is_file() for _, baseline in settings.model_baselines)
    assert settings.sources[0].drop == ("email",)
