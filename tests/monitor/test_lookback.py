"""Any past moment renders like the present one did."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from tests.monitor import logs
from tests.monitor.running import running
from tuimon.monitor.feed import LookAt
from tuimon.monitor.record import load_snapshot
from tuimon.values.looking import Look
from tuimon.values.snapshot import Model, Snapshot

TEXT = 'refresh = "200ms"\n[sources.fraud]\npaths = ["*.jsonl*"]\n[baseline]\nfirst = "1h"\n[thresholds]\nerror_rate = { warning = 0.02 }\n'
HOURS = 5
OF_NOW = {"rows", "errors", "last", "rows_per_second", "versions"}
"""Of all that was ever read, and what goes by the millisecond of the newest row."""


def place(root: Path, hours: float) -> Path:
    """Write so many hours of traffic that goes wrong in the fourth, and return its directory."""
    root.mkdir(exist_ok=True)
    rows = logs.traffic(HOURS * 3600, 1, seed=5)
    bad = (rows.ts >= logs.START + 3 * 3600) & (rows.ts < logs.START + 3.5 * 3600)
    # The last row of each minute on its last millisecond: of a past watermark no more is known than its minute.
    rows = replace(rows, ts=rows.ts + 0.999 * (np.arange(len(rows.ts)) % 60 == 59))
    rows = replace(rows, error=bad & (np.arange(len(rows.ts)) % 2 == 0), amount=np.where(bad, rows.amount + 30, rows.amount))
    (root / "app.jsonl").write_text("".join(logs.lines(rows)[: int(hours * 3600)]), encoding="utf-8")
    return root


def looked(root: Path, hours: float, look: Look | None) -> Snapshot:
    """Return the picture of a look after so many hours of traffic, the present one without a look."""
    session = logs.open_session(root, TEXT, now=logs.START + hours * 3600)
    try:
        live = logs.look(session)
        session.look_at(look)
        return session.picture(live) or live
    finally:
        session.close()


def facts(model: Model) -> dict[str, object]:
    found: dict[str, object] = {field.name: getattr(model, field.name) for field in fields(model) if field.name not in OF_NOW}
    columns = {f"{row.column} {field.name}": getattr(row, field.name) for row in model.drift for field in fields(row)}
    return {**found, "drift": len(model.drift), **columns}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return place(tmp_path_factory.mktemp("whole"), HOURS)


@pytest.mark.parametrize("hours", [2.0, 3.25, 3.5, 4.75])
def test_a_past_moment_shows_what_was_on_the_screen_then(whole: Path, tmp_path: Path, hours: float) -> None:
    then = looked(place(tmp_path / "part", hours), hours, None)
    past = looked(whole, HOURS, Look(logs.START + hours * 3600))
    for mine, its in zip(past.models, then.models, strict=True):
        assert {name: (value, facts(its)[name]) for name, value in facts(mine).items() if value != facts(its)[name]} == {}
    assert past.status == then.status
    assert [(one.id, one.state, one.severity, one.value) for one in past.alerts] == [
        (one.id, one.state, one.severity, one.value) for one in then.alerts
    ]
    assert past.ingest.rows == HOURS * 3600


@pytest.mark.parametrize(("asked", "shown"), [(-1e6, 60), (90.0, 120), (1e9, HOURS * 3600)])
def test_a_moment_beyond_what_is_stored_is_the_nearest_that_is(whole: Path, asked: float, shown: float) -> None:
    assert looked(whole, HOURS, Look(logs.START + asked)).at == logs.START + shown


def test_another_window_of_the_present_changes_panels_and_charts_alone(whole: Path) -> None:
    live, wide = looked(whole, HOURS, None), looked(whole, HOURS, Look(width=21_600))
    (model,) = wide.models
    assert (model.window, model.window_rows, model.window_state) == ("6h", HOURS * 3600, "ok")
    assert (model.series.step, len(model.series.p95)) == (300.0, 72)
    assert [value for value in model.series.rows_per_second if value is not None] == [1.0] * (HOURS * 12)
    assert (wide.at, wide.alerts, wide.status) == (live.at, live.alerts, live.status)


def test_where_only_hours_are_kept_they_are_shown(tmp_path: Path) -> None:
    session = logs.open_session(
        place(tmp_path, HOURS), f'{TEXT}[store]\nkeep_minutes = "1h"\n[windows]\nwidths = ["5m", "1h"]\n', now=logs.START + HOURS * 3600
    )
    live = logs.look(session)
    session.maintain()
    session.look_at(Look(logs.START + 7_300, 300))
    past = session.picture(live)
    session.close()
    assert past is not None
    (model,) = past.models
    assert (model.window, model.window_rows, model.window_end) == ("1h", 3_600, logs.START + 3 * 3600)
    assert (model.series.step, model.series.rows_per_second[-3:]) == (3600.0, (1.0, 1.0, 1.0))


def test_the_engine_answers_beside_the_present_and_keeps_it_off_the_disk(whole: Path) -> None:
    look = Look(logs.START + 480)
    with running(whole, TEXT, state=whole / "live") as run:
        run.until(lambda one: one.ingest.rows == HOURS * 3600 and one.engine.state == "live")
        run.engine.request(LookAt(look))
        found = run.until(lambda one: one.past is not None)
        assert found.past is not None
        assert (found.past.look, found.look, found.past.at) == (look, None, look.at)
        run.engine.request(LookAt(None))
        run.until(lambda one: one.past is None)
        saved = load_snapshot(whole / "live", found.at)
        assert saved is not None
        assert saved.past is None


def test_a_version_that_begins_on_the_charts_is_told_with_its_minute(tmp_path: Path) -> None:
    rows = logs.traffic(2 * 3600, 1, seed=5)
    later = rows.ts >= logs.START + 5_400
    logs.write(tmp_path / "app.jsonl", replace(rows, version=np.where(later, "v9", "v1")))
    (model,) = looked(tmp_path, 2, None).models
    assert model.series.begun == (("v9", logs.START + 5_400),)
    (before,) = looked(tmp_path, 2, Look(logs.START + 5_000)).models
    assert before.series.begun == ()
