"""The rows behind a number are the rows that were counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.monitor import logs
from tuimon.monitor.session import Session
from tuimon.values.evidence import MOST, Behind, Witnesses
from tuimon.values.snapshot import Snapshot

START = logs.START
ROWS = 3_000
TEXT = f'{logs.CONFIG}[windows]\nwidths = ["1h"]\n'


@pytest.fixture(scope="module")
def rows() -> logs.Traffic:
    made = logs.traffic(ROWS, 1, seed=9, shift=0.8)
    country = made.country.copy()
    country[::50] = "xx"
    return replace(made, country=country, error=np.arange(ROWS) % 40 == 0, missing=np.arange(ROWS) % 30 == 0)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, rows: logs.Traffic) -> Iterator[tuple[Session, Snapshot]]:
    place = tmp_path_factory.mktemp("evidence")
    logs.write_baseline(place / "baseline.parquet", logs.traffic(5_000, 10, seed=1))
    logs.write(place / "app.jsonl", rows)
    session = logs.open_session(place, TEXT, now=START + ROWS)
    yield session, logs.look(session)
    session.close()


def found(session: Session, rule: str, column: str | None = None, limit: float | None = None, **more: str) -> Witnesses:
    return session.witnesses(Behind(rule, "fraud", column, START, START + 3600, limit=limit, **more))


def test_those_that_moved_are_as_many_as_the_groups_say(opened: tuple[Session, Snapshot], rows: logs.Traffic) -> None:
    session, shown = opened
    for column in ("amount", "country"):
        (drift,) = (one for one in shown.models[0].drift if one.column == column)
        said = found(session, "psi", column)
        assert said.stored == ROWS
        more = [group for group in drift.detail if group.current > group.baseline]
        foremost = max(more, key=lambda group: group.contribution).current
        assert foremost * drift.rows - 0.5 <= said.count <= sum(group.current for group in more) * drift.rows + 0.5
        assert str(round(100 * said.count / drift.rows, 1)) in said.words
    assert {row.value for row in found(session, "psi", "country").rows} == {"xx"}
    assert all(float(row.value) > 100 for row in found(session, "psi", "amount").rows)


def test_each_rule_finds_its_rows(opened: tuple[Session, Snapshot], rows: logs.Traffic) -> None:
    session, shown = opened
    (quality,) = (one for one in shown.models[0].quality if one.column == "amount")
    assert found(session, "missing_rate", "amount").count == int(rows.missing.sum())
    assert found(session, "error_rate").count == int(rows.error.sum())
    assert found(session, "latency_p95_ms", limit=40.0).count == int((rows.latency >= 40).sum())
    assert found(session, "unseen_rate", "country").count == int((rows.country == "xx").sum())
    assert found(session, "out_of_range_rate", "amount").count == round((quality.out_of_range_rate or 0.0) * quality.rows)
    assert found(session, "stale").count == ROWS
    assert found(session, "error_rate", version="v1").count == int((rows.error & (rows.version == "v1")).sum())


def test_the_newest_come_first_with_all_that_is_known_of_them(opened: tuple[Session, Snapshot], rows: logs.Traffic) -> None:
    said = found(opened[0], "stale", "amount")
    assert len(said.rows) == MOST
    assert [row.id for row in said.rows] == rows.ids[: -MOST - 1 : -1]
    newest = said.rows[0]
    assert (newest.at, newest.value, newest.line) == (rows.ts[-1], f"{rows.amount[-1]:.6g}", ROWS)
    assert newest.file.endswith("app.jsonl")
    assert newest.latency_ms == pytest.approx(rows.latency[-1])


@pytest.mark.parametrize(("model", "column"), [("nobody", None), ("fraud", "nothing")])
def test_what_is_not_stored_has_no_rows_of_its_own(opened: tuple[Session, Snapshot], model: str, column: str | None) -> None:
    said = opened[0].witnesses(Behind("psi", model, column, START, START + 3600))
    assert all(row.value == "" for row in said.rows)


def test_counts_outlive_rows(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(600, 1, seed=2))
    text = '[sources.fraud]\npaths = ["*.jsonl"]\n[store]\nkeep_rows = "0"\n'
    session = logs.open_session(tmp_path, text, now=START + 600)
    assert logs.look(session).models[0].rows == 600
    said = found(session, "stale")
    assert (said.count, said.stored, said.rows) == (0, 0, ())
    session.close()
