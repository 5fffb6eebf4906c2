"""From lines of a log to the drift on the screen, against the same rows by scipy: every kind of column, either way to a grid."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ks_2samp, wasserstein_distance

from benchmarks.accuracy.families import FAMILIES, Floats
from tests.monitor import logs
from tuimon.stats import make_grid
from tuimon.stats.exact import convention_of, sample_of
from tuimon.values.snapshot import Drift

Columns = Mapping[str, Floats]
BEFORE, NOW = 8_000, 6_000
KINDS = {name: family for name, family in FAMILIES.items() if not family.begins_otherwise}
FROM_FILE = '[sources.fraud]\npaths = ["app.jsonl"]\n[baseline]\nsource = "baseline.jsonl"\n[windows]\ncurrent = "1h"\n'
FROM_FIRST = f'[sources.fraud]\npaths = ["app.jsonl"]\n[baseline]\nfirst = "{BEFORE} rows"\n[windows]\ncurrent = "1h"\n'


def drawn(rows: int, strength: float, seed: int) -> Columns:
    return {name: family.draw(np.random.default_rng([seed, place]), rows, strength) for place, (name, family) in enumerate(KINDS.items())}


def write(path: Path, columns: Columns, start: float, per_second: float) -> None:
    """A row every so often, a feature for each column."""
    features = zip(*(column.tolist() for column in columns.values()), strict=True)
    with path.open("a", encoding="utf-8") as file:
        for i, values in enumerate(features):
            file.write(json.dumps({"ts": logs.stamp(start + i / per_second), "features": dict(zip(columns, values, strict=True))}) + "\n")


def live(directory: Path, text: str) -> dict[str, Drift]:
    (model,) = logs.snapshot_of(directory, text).models
    assert model.window_rows == NOW
    return {row.column: row for row in model.drift}


@pytest.fixture(scope="module")
def sides() -> tuple[Columns, Columns]:
    return drawn(BEFORE, 0.0, 1), drawn(NOW, 0.4, 2)


def compare(found: Drift, before: Floats, now: Floats, scale: float, psi: tuple[float, float]) -> None:
    """The promises of the documentation, and what it says of groups that are not exactly deciles."""
    measures = {measure.method: measure.value for measure in found.measures}
    area = wasserstein_distance(before, now)
    assert found.rows == now.size
    assert found.ks_error is not None
    assert measures["ks"] == pytest.approx(ks_2samp(before, now, method="asymp").statistic, abs=min(0.01, found.ks_error + 1e-9))
    assert measures["wasserstein"] == pytest.approx(area, rel=0.03, abs=0.01 * scale)
    own = convention_of("tuimon")
    exact = own.prepare_numeric(sample_of(before))(sample_of(before), sample_of(now), own.numeric)
    assert measures["psi"] == pytest.approx(exact["psi"], rel=psi[0], abs=psi[1])
    for method in ("js", "hellinger", "tv", "linf", "chi2"):
        assert measures[method] == pytest.approx(exact[method], abs=0.03)


def test_with_a_file_as_baseline(tmp_path: Path, sides: tuple[Columns, Columns]) -> None:
    before, now = sides
    write(tmp_path / "baseline.jsonl", before, logs.START - 86_400, 1.0)
    write(tmp_path / "app.jsonl", now, logs.START, NOW / 3_600)
    found = live(tmp_path, FROM_FILE)
    for name in KINDS:
        compare(found[name], before[name], now[name], make_grid(before[name]).scale, (0.15, 0.006))


def test_with_the_first_rows_as_baseline(tmp_path: Path, sides: tuple[Columns, Columns]) -> None:
    before, now = sides
    write(tmp_path / "app.jsonl", before, logs.START, BEFORE / 7_200)
    write(tmp_path / "app.jsonl", now, logs.START + 7_200, NOW / 3_600)
    found = live(tmp_path, FROM_FIRST)
    for name in KINDS:
        compare(found[name], before[name], now[name], make_grid(before[name][:1_000]).scale, (0.41, 0.016))
