"""Columns whose own values stay as they are and that no longer go together are seen; so far only shown, no alert."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.monitor.logs import START, settings, stamp
from tuimon.cli.contract import report
from tuimon.monitor.reconstruction import Reconstructing, _parts
from tuimon.monitor.session import Session
from tuimon.stats.exact import fit, moments
from tuimon.store import Store
from tuimon.values.snapshot import Engine, Model, Snapshot

ENGINE = Engine("test", 2.0, "polling", "live")
CONFIG = '[sources.fraud]\npaths = ["*.jsonl"]\n[baseline]\n{baseline}\n[windows]\ncurrent = "5m"\n'
FILE = 'source = "baseline.jsonl.base"'
Floats = npt.NDArray[np.float64]


def rows(count: int, seed: int, flipped: bool = False) -> Floats:
    """Two columns that go together and one of its own; flipped, the second goes against the first, and is as it was by itself."""
    rng = np.random.default_rng(seed)
    cause, own = rng.normal(size=count), rng.normal(size=(count, 3))
    second = 0.9 * cause * (-1 if flipped else 1) + 0.45 * own[:, 1]
    values: Floats = np.column_stack((100 + 15 * (0.9 * cause + 0.45 * own[:, 0]), 5 + second, own[:, 2]))
    return values.round(4)


def write(path: Path, values: Floats, start: float = START, per_second: float = 2.0, names: str = "abc") -> None:
    with path.open("a", encoding="utf-8") as file:
        for place, row in enumerate(values.tolist()):
            features = dict(zip(names, row, strict=True))
            file.write(json.dumps({"ts": stamp(start + place / per_second), "model": "m", "features": features}) + "\n")


def read(session: Session) -> Snapshot:
    while not session.ingest(lambda: False)[1]:
        pass
    return session.evaluate(ENGINE, judge_alerts=True)


def looked(place: Path, baseline: str = FILE) -> Snapshot:
    session = Session(settings(place, CONFIG.format(baseline=baseline)), place / "state", lambda: START + 7_300.0)
    session.begin()
    try:
        return read(session)
    finally:
        session.close()


def only(snapshot: Snapshot) -> Model:
    (model,) = snapshot.models
    return model


def test_a_correlation_that_flips_is_seen_where_no_column_drifts(tmp_path: Path) -> None:
    write(tmp_path / "baseline.jsonl.base", rows(5_000, 1))
    write(tmp_path / "app.jsonl", rows(13_800, 2))
    calm = only(looked(tmp_path))
    write(tmp_path / "app.jsonl", rows(600, 3, flipped=True), START + 6_900)
    flipped = only(looked(tmp_path))
    assert calm.reconstruction is not None
    assert flipped.reconstruction is not None
    assert not calm.reconstruction.unusual
    assert calm.reconstruction.margin is not None
    assert calm.reconstruction.error == pytest.approx(calm.reconstruction.expected, rel=0.06)
    assert flipped.reconstruction.unusual
    assert flipped.reconstruction.error > 1.3 * flipped.reconstruction.expected
    assert [row.verdict for row in flipped.drift] == ["ok"] * 3


def test_the_value_is_that_of_the_raw_rows_of_the_window(tmp_path: Path) -> None:
    baseline, values = rows(5_000, 1), rows(1_200, 4)
    write(tmp_path / "baseline.jsonl.base", baseline)
    write(tmp_path / "app.jsonl", values)
    found = only(looked(tmp_path)).reconstruction
    exact = fit(moments(baseline, baseline.mean(axis=0)))
    assert found is not None
    assert exact is not None
    assert (found.columns, found.left_out, found.rows) == (3, 0, 600)
    errors = exact.errors(values[-600:])
    assert found.error == pytest.approx(float(np.sqrt(np.mean(errors**2))), rel=1e-6)
    assert found.error == pytest.approx(float(errors.mean()), rel=0.3)
    assert found.margin is None
    said = report(looked(tmp_path))["models"][0]["pca"]
    assert set(said) == {"error", "expected", "bounds", "unusual", "rows", "columns", "left_out"}
    assert said["error"] == found.error
    assert said["bounds"] is None


@pytest.mark.parametrize("baseline", ['first = "2000 rows"', 'previous = "10m"'])
def test_stored_rows_are_a_baseline_as_well(tmp_path: Path, baseline: str) -> None:
    write(tmp_path / "app.jsonl", rows(14_400, 5))
    found = only(looked(tmp_path, baseline)).reconstruction
    assert found is not None
    assert found.error == pytest.approx(found.expected, rel=0.1)
    assert found.margin is not None


def test_a_later_commit_is_in_the_next_number(tmp_path: Path) -> None:
    write(tmp_path / "baseline.jsonl.base", rows(5_000, 1))
    write(tmp_path / "app.jsonl", rows(1_200, 4))
    session = Session(settings(tmp_path, CONFIG.format(baseline=FILE)), tmp_path / "state", lambda: START + 900)
    session.begin()
    before = only(read(session)).reconstruction
    write(tmp_path / "app.jsonl", rows(200, 6, flipped=True), START + 590)
    session.rescan()
    after = only(read(session)).reconstruction
    session.close()
    assert before is not None
    assert after is not None
    assert after.error > before.error
    again = only(looked(tmp_path)).reconstruction
    assert again is not None
    assert again.error == pytest.approx(after.error, rel=1e-9)


def test_nothing_is_said_of_one_column(tmp_path: Path) -> None:
    write(tmp_path / "baseline.jsonl.base", rows(2_000, 1)[:, :1], names="a")
    write(tmp_path / "app.jsonl", rows(1_200, 4)[:, :1], names="a")
    assert only(looked(tmp_path)).reconstruction is None


@pytest.mark.parametrize(
    ("start", "end"), [(0, 300), (3_300, 3_900), (3_540, 7_260), (0, 7_200), (60, 7_140), (3_600, 3_660), (600, 90_000)]
)
def test_minutes_and_hours_make_up_the_window(start: int, end: int) -> None:
    covered = sorted((at, at + width) for width, at in _parts(start, end))
    assert covered[0][0] == start
    assert covered[-1][1] == end
    assert all(one[1] == other[0] for one, other in pairwise(covered))


def test_a_model_that_is_not_known_has_no_sums(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "state", settings(tmp_path, CONFIG.format(baseline=FILE)).store)
    assert list(store.joints("nobody", 60, 0, 1)) == []
    assert Reconstructing(store, "nobody")._window(0, 600).n == 0
    store.close()
