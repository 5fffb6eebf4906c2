"""From bytes to numbers: however the lines came in, every number is what one read of everything gives."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.monitor import logs
from tests.monitor.test_baselines import shown
from tuimon.monitor.session import Session
from tuimon.values.snapshot import Model, Snapshot

TEXT = """
[sources.fraud]
paths = ["app.jsonl*"]
[baseline]
source = "baseline.parquet"
[windows]
widths = ["5m", "1h"]
min_rows = 50
"""
ROWS = 3_000
NOW = logs.START + ROWS + 5


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Fifty minutes of two models, with errors, missing values, rejects, blank lines and late rows."""
    rows = logs.traffic(ROWS, 1, seed=1, shift=0.4)
    generator = np.random.default_rng(2)
    rows.error[:] = generator.random(ROWS) < 0.03
    rows.missing[:] = generator.random(ROWS) < 0.1
    rows.ts[:] -= np.where(generator.random(ROWS) < 0.05, generator.uniform(0, 900, ROWS), 0)
    rows.ts[:] = np.maximum(rows.ts, logs.START)
    made: list[str] = []
    fraud, churn = logs.lines(rows), logs.lines(rows, "churn")
    for i in range(ROWS):
        made.append(churn[i] if i % 5 == 0 else fraud[i])
        if i % 501 == 500:
            made += ["\n", '{"torn": \n', json.dumps(["no", "object"]) + "\n"]
    return made


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("baseline") / "baseline.parquet"
    logs.write_baseline(path, logs.traffic(4_000, 1, seed=3))
    return path.read_bytes()


@pytest.fixture(scope="module")
def whole(lines: list[str], baseline: bytes, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    place = tmp_path_factory.mktemp("whole")
    (place / "baseline.parquet").write_bytes(baseline)
    (place / "app.jsonl").write_text("".join(lines), encoding="utf-8")
    session = logs.open_session(place, TEXT, NOW)
    try:
        return shown(session)
    finally:
        session.close()


STEPS = st.lists(st.sampled_from(["append", "torn", "rotate", "restart", "look", "judge"]), min_size=2, max_size=10)


def played(place: Path, steps: list[str], cuts: list[int], data: bytes) -> Snapshot:
    """Write the bytes in pieces that end anywhere, with rotations and restarts between them."""
    session: Session | None = None
    before, rotated = 0, 0
    for step, cut in zip((*steps, "append"), (*cuts, len(data)), strict=True):
        end = cut if step in ("torn", "append") else before
        if step == "append" and end < len(data):
            end = data.rfind(b"\n", 0, end) + 1
        if end > before:
            with (place / "app.jsonl").open("ab") as file:
                file.write(data[before:end])
            before = end
        if step == "rotate" and (place / "app.jsonl").exists() and data[:before].endswith(b"\n"):
            rotated += 1
            for number in range(rotated, 0, -1):
                name = "app.jsonl" if number == 1 else f"app.jsonl.{number - 1}"
                (place / name).rename(place / f"app.jsonl.{number}")
        if step == "restart" and session is not None:
            session.close()
            session = None
        session = session or logs.open_session(place, TEXT, NOW)
        session.rescan()
        if step == "judge":
            logs.look(session)
        elif step != "restart":
            shown(session)
    assert session is not None
    session.rescan()
    found = shown(session)
    assert all(proof.ok for proof in session.store.verify())
    session.close()
    return found


def numbers(models: tuple[Model, ...]) -> list[Model]:
    """All numbers but sums of floats, which depend on their order in the last digit, and the time at which the baseline was written."""
    return sorted((_plain(model) for model in models), key=lambda model: model.model)


def _plain(model: Model) -> Model:
    drift = tuple(replace(row, mean=None, baseline_mean=None) for row in sorted(model.drift, key=lambda row: row.column))
    versions = tuple(replace(version, latency=replace(version.latency, mean=None)) for version in model.versions)
    state = replace(model.baseline_state, newest=None)
    return replace(model, drift=drift, versions=versions, latency=replace(model.latency, mean=None), baseline_state=state)


@settings(max_examples=5)
@given(steps=STEPS, data=st.data())
def test_any_split_gives_the_numbers_of_one_read(
    lines: list[str], baseline: bytes, whole: Snapshot, tmp_path_factory: pytest.TempPathFactory, steps: list[str], data: st.DataObject
) -> None:
    same_numbers(lines, baseline, whole, tmp_path_factory.mktemp("split"), steps, data)


@pytest.mark.slow
@pytest.mark.timeout(300)
@settings(max_examples=20)
@given(steps=STEPS, data=st.data())
def test_many_more_splits_give_the_numbers_of_one_read(
    lines: list[str], baseline: bytes, whole: Snapshot, tmp_path_factory: pytest.TempPathFactory, steps: list[str], data: st.DataObject
) -> None:
    same_numbers(lines, baseline, whole, tmp_path_factory.mktemp("split"), steps, data)


def same_numbers(lines: list[str], baseline: bytes, whole: Snapshot, place: Path, steps: list[str], data: st.DataObject) -> None:
    text = "".join(lines).encode()
    cuts = sorted(data.draw(st.lists(st.integers(1, len(text)), min_size=len(steps), max_size=len(steps))))
    (place / "baseline.parquet").write_bytes(baseline)
    found = played(place, steps, cuts, text)
    books = {"files": 0, "gaps": 0}
    assert replace(found.ingest, **books) == replace(whole.ingest, **books)
    assert found.ingest.gaps == 0
    assert sorted(reject.reason for reject in found.rejects) == sorted(reject.reason for reject in whole.rejects)
    for one, other in zip(numbers(found.models), numbers(whole.models), strict=True):
        assert one == other


def test_one_read_counts_what_was_written(lines: list[str], whole: Snapshot) -> None:
    assert (whole.ingest.lines, whole.ingest.rows) == (len(lines), ROWS)
    assert (whole.ingest.rejected, whole.ingest.blank) == (2 * (ROWS // 501), ROWS // 501)
    by_name = {model.model: model for model in whole.models}
    assert by_name["churn"].rows == ROWS // 5
    assert by_name["fraud"].rows == ROWS - ROWS // 5
