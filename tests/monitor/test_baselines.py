"""What "normal" is, for each way to say it: exactly these rows of the raw log, and never a row of the window itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.monitor import logs
from tests.monitor.test_numbers import column_of, model_of
from tuimon.monitor.aside import FIXED, MOVING
from tuimon.monitor.session import Session
from tuimon.values.snapshot import Engine, Model, Snapshot

HOUR = 3600.0
Mask = npt.NDArray[np.bool_]


def text(baseline: str, current: str = "1h", min_rows: int = 50) -> str:
    head = '[sources.fraud]\npaths = ["*.jsonl*"]\n'
    return f'{head}[baseline]\n{baseline}\n[windows]\nwidths = ["5m", "1h", "24h"]\ncurrent = "{current}"\nmin_rows = {min_rows}\n'


def assert_baseline(model: Model, rows: logs.Traffic, mine: Mask, words: str) -> None:
    """The baseline is these rows and no others: their number, their mean and their shares say so."""
    amount, country = column_of(model, "amount"), column_of(model, "country")
    assert model.baseline == f"{words}, {mine.sum():,} rows"
    assert amount.baseline_rows == (mine & ~rows.missing).sum()
    assert amount.baseline_mean == pytest.approx(rows.amount[mine & ~rows.missing].mean(), rel=1e-9)
    shares = {group.label: group.baseline for group in country.detail}
    for name in ("de", "fr", "us"):
        assert shares[name] == pytest.approx((rows.country[mine] == name).mean())


def between(rows: logs.Traffic, start: float, end: float) -> Mask:
    found: Mask = (np.round(rows.ts, 3) >= start) & (np.round(rows.ts, 3) < end)
    return found


def sliding(rows: int, per_second: float, seed: int, start: float) -> logs.Traffic:
    """Traffic whose amount grows all the time, so that a wrong stretch has a wrong mean."""
    made = logs.traffic(rows, per_second, seed, start)
    made.amount[:] = np.round(made.amount + np.linspace(0, 60, rows), 3)
    return made


def shown(session: Session) -> Snapshot:
    """Read everything and show it, alerts left aside."""
    while not session.ingest(lambda: False)[1]:
        pass
    return session.evaluate(Engine("test", 2.0, "polling", "live"), judge_alerts=False)


def once(directory: Path, config: str = logs.CONFIG, now: float = logs.START + 86_400) -> Snapshot:
    session = logs.open_session(directory, config, now)
    try:
        return shown(session)
    finally:
        session.close()


def seen(directory: Path, rows: logs.Traffic, config: str) -> Model:
    logs.write(directory / "app.jsonl", rows)
    return model_of(once(directory, config, now=float(rows.ts[-1]) + 5))


@pytest.mark.parametrize(
    ("minutes", "hours", "words"),
    [
        (30, (0.0, 0.0), "first 5,000 rows so far"),
        (90, (20 / 60, 50 / 60), "first 5,000 rows so far"),
        (140, (20 / 60, 1.0), "first 5,000 rows so far"),
        (160, (20 / 60, 2.0), "first 5,000 rows"),
        (190, (20 / 60, 2.0), "first 5,000 rows"),
    ],
)
def test_the_first_rows_in_whole_hours(tmp_path: Path, minutes: int, hours: tuple[float, float], words: str) -> None:
    """20 minutes past midnight at a row a second: 2,400 rows in the first hour, 6,000 after the second, enough from 02:00 on."""
    rows = sliding(minutes * 60, 1, 1, logs.START + 1200)
    model = seen(tmp_path, rows, text('first = "5000 rows"'))
    assert model.window_start is not None
    mine = between(rows, logs.START + hours[0] * HOUR, logs.START + hours[1] * HOUR)
    if not mine.any():
        assert model.baseline == "none"
        assert {row.verdict for row in model.drift} == {"no_baseline"}
        return
    assert_baseline(model, rows, mine, words)


@pytest.mark.parametrize(("hours", "until", "words"), [(20.5, 19.0, "first 24h so far"), (26.5, 24.0, "first 24h")])
def test_the_first_day(tmp_path: Path, hours: float, until: float, words: str) -> None:
    rows = sliding(int(hours * 3600 * 0.1), 0.1, 2, logs.START)
    model = seen(tmp_path, rows, text('first = "24h"'))
    assert_baseline(model, rows, between(rows, logs.START, logs.START + until * HOUR), words)


def moved(model: Model) -> Model:
    """The model as the screen shows it, whose configured baseline moves: with the rows and the words of that."""
    aside = model.aside
    assert aside is not None
    assert aside.against == MOVING
    assert model.choices[0] == FIXED
    return replace(model, baseline=f"{aside.words}, {aside.rows:,} rows", drift=aside.drift)


def test_the_day_before_is_24_whole_hours_and_none_of_the_window(tmp_path: Path) -> None:
    rows = sliding(int(30.4 * 3600 * 0.1), 0.1, 3, logs.START)
    model = seen(tmp_path, rows, text('previous = "1d"'))
    assert model.window_start is not None
    last = model.window_start // HOUR * HOUR
    assert last < model.window_start
    assert_baseline(moved(model), rows, between(rows, last - 24 * HOUR, last), "the 24h before")


def test_a_short_time_before_is_known_to_the_minute(tmp_path: Path) -> None:
    rows = sliding(5 * 3600, 1, 4, logs.START + 1234)
    model = seen(tmp_path, rows, text('previous = "2h"'))
    assert model.window_start is not None
    assert_baseline(moved(model), rows, between(rows, model.window_start - 2 * HOUR, model.window_start), "the 2h before")


def test_the_same_hours_a_week_ago(tmp_path: Path) -> None:
    """A week is too far back for minutes when it is read at once: the whole hours around the window."""
    rows = sliding(int((7 * 24 + 5.5) * 180), 0.05, 5, logs.START)
    model = seen(tmp_path, rows, text('same_hours = "7d"'))
    assert model.window_start is not None
    assert model.window_end is not None
    first, last = (model.window_start - 7 * 86_400) // HOUR * HOUR, -(-(model.window_end - 7 * 86_400) // HOUR) * HOUR
    assert_baseline(moved(model), rows, between(rows, first, last), "same hours 7d ago")


def test_another_version_is_the_baseline_and_no_traffic_to_judge(tmp_path: Path) -> None:
    rows = sliding(4 * 3600, 1, 6, logs.START)
    first = rows.version == "v1"
    rows.amount[first] = np.round(rows.amount[first] + 500, 3)
    model = seen(tmp_path, rows, text('version = "v1"'))
    assert model.window_start is not None
    assert model.window_end is not None
    window = between(rows, model.window_start, model.window_end)
    assert model.window_rows == window.sum()
    amount = column_of(model, "amount")
    assert_baseline(model, rows, first, "version v1")
    assert amount.rows == (window & ~first).sum()
    assert amount.mean == pytest.approx(rows.amount[window & ~first].mean())
    assert amount.verdict == "drift"
    assert {item.column: item.rows for item in model.quality}["amount"] == (window & ~first).sum()


def test_a_version_that_never_came_is_no_baseline(tmp_path: Path) -> None:
    model = seen(tmp_path, logs.traffic(4000, 1, 7), text('version = "v9"'))
    assert model.baseline == "none"
    assert {row.verdict for row in model.drift} == {"no_baseline"}
    assert all(item.unseen_rate is None for item in model.quality)


# --- a session that stays open says what a new one would say


@pytest.mark.parametrize(
    "baseline", ['first = "5000 rows"', 'first = "2h"', 'previous = "2h"', 'previous = "12h"', 'same_hours = "1d"', 'version = "v1"']
)
def test_late_rows_of_another_server_belong_to_the_baseline(tmp_path: Path, baseline: str) -> None:
    """Two servers, and the log of the second arrives hours after the first was shown."""
    start = logs.START
    one, two = sliding(30 * 360, 0.1, 8, start), sliding(30 * 360, 0.1, 9, start)
    logs.write(tmp_path / "a.jsonl", one)
    now = float(one.ts[-1]) + 5
    session = logs.open_session(tmp_path, text(baseline), now)
    try:
        shown(session)
        logs.write(tmp_path / "b.jsonl", two)
        session.rescan()
        stayed = shown(session).models
    finally:
        session.close()
    assert stayed == once(tmp_path, text(baseline), now).models


def test_a_baseline_that_is_complete_before_its_grid_is_counted_once_the_grid_is_made(tmp_path: Path) -> None:
    """300 rows an hour: two hours are the baseline, but only 1,000 values make a grid."""
    rows = sliding(300 * 6, 300 / 3600, 10, logs.START)
    config = text('first = "2h"', min_rows=20)
    now = float(rows.ts[-1]) + 5
    session = logs.open_session(tmp_path, config, now)
    lines = logs.lines(rows)
    try:
        for first in range(0, len(lines), 300):
            with (tmp_path / "app.jsonl").open("a", encoding="utf-8") as file:
                file.writelines(lines[first : first + 300])
            stayed = shown(session).models
    finally:
        session.close()
    assert column_of(stayed[0], "amount").baseline_rows == 600
    assert stayed == once(tmp_path, config, now).models


# --- files


@pytest.fixture
def place(tmp_path: Path) -> Path:
    logs.write(tmp_path / "app.jsonl", logs.traffic(3600, 1, 11))
    return tmp_path


def test_a_changed_file_is_counted_again_and_an_unchanged_one_is_not(place: Path) -> None:
    before, after = logs.traffic(2000, 1, 12), logs.traffic(3000, 1, 13, shift=1)
    logs.write_baseline(place / "baseline.parquet", before)
    for _ in range(2):
        model = model_of(once(place))
        assert_baseline(model, before, np.ones(2000, bool), "file")
    logs.write_baseline(place / "baseline.parquet", after)
    assert_baseline(model_of(once(place)), after, np.ones(3000, bool), "file")


@pytest.mark.parametrize(
    "content", [None, b"", b"\x00\xff\x00\xff" * 100, b"PAR1 torn", b'{"a": 1}\n{"a', b"\x1f\x8b broken", b"[1, 2, 3]\n"]
)
def test_a_file_that_cannot_be_used_is_one_notice_and_no_baseline(place: Path, content: bytes | None) -> None:
    if content is not None:
        (place / "baseline.parquet").write_bytes(content)
    snapshot = once(place)
    model = model_of(snapshot)
    said = [notice for notice in snapshot.notices if "baseline.parquet" in notice]
    if content == b'{"a": 1}\n{"a':
        assert not said
    else:
        assert len(said) == 1
        assert "\n" not in said[0]
    assert column_of(model, "amount").verdict == "no_baseline"
    assert model.window_rows > 0


def test_a_directory_or_a_forbidden_file_is_one_notice(place: Path) -> None:
    (place / "baseline.parquet").mkdir()
    (notice,) = once(place).notices
    assert "cannot be read" in notice


def test_a_file_that_goes_bad_keeps_what_was_counted(place: Path) -> None:
    before = logs.traffic(2000, 1, 14)
    logs.write_baseline(place / "baseline.parquet", before)
    once(place)
    (place / "baseline.parquet").write_bytes(b"PAR1")
    snapshot = once(place)
    assert len(snapshot.notices) == 1
    assert_baseline(model_of(snapshot), before, np.ones(2000, bool), "file")


def with_models(path: Path, parts: dict[str, logs.Traffic]) -> None:
    """One table for several models, told apart by a column."""
    rows = [
        {"model": name, "features": {"amount": float(a), "country": str(c)}, "prediction": "yes" if s > 0.5 else "no", "score": float(s)}
        for name, part in parts.items()
        for a, c, s in zip(part.amount, part.country, part.score, strict=True)
    ]
    pq.write_table(pa.Table.from_pylist(rows), path)


def test_one_file_for_all_models_is_taken_apart_by_its_model_column(place: Path) -> None:
    fraud, churn = logs.traffic(1500, 1, 15), logs.traffic(2500, 1, 16, shift=2)
    logs.write(place / "churn.jsonl", logs.traffic(3600, 1, 17, shift=2), model="churn")
    with_models(place / "baseline.parquet", {"fraud": fraud, "churn": churn})
    snapshot = once(place)
    assert_baseline(model_of(snapshot, "fraud"), fraud, np.ones(1500, bool), "file")
    assert_baseline(model_of(snapshot, "churn"), churn, np.ones(2500, bool), "file")


def test_a_model_that_the_changed_file_no_longer_names_loses_its_old_baseline(place: Path) -> None:
    fraud, churn = logs.traffic(1500, 1, 15), logs.traffic(2500, 1, 16)
    logs.write(place / "churn.jsonl", logs.traffic(3600, 1, 17), model="churn")
    with_models(place / "baseline.parquet", {"fraud": fraud, "churn": churn})
    once(place)
    with_models(place / "baseline.parquet", {"fraud": fraud})
    snapshot = once(place)
    assert_baseline(model_of(snapshot, "fraud"), fraud, np.ones(1500, bool), "file")
    assert model_of(snapshot, "churn").baseline == "none"


def test_a_baseline_of_one_model_ends_with_its_table(place: Path) -> None:
    own, common = logs.traffic(1500, 1, 18, shift=1), logs.traffic(2500, 1, 19)
    logs.write_baseline(place / "own.parquet", own)
    logs.write_baseline(place / "common.parquet", common)
    head = '[sources.fraud]\npaths = ["*.jsonl"]\n[baseline]\nsource = "common.parquet"\n'
    with_own = f'{head}[baseline.models.fraud]\nsource = "own.parquet"\n'
    for _ in range(2):
        assert_baseline(model_of(once(place, with_own)), own, np.ones(1500, bool), "file")
        assert_baseline(model_of(once(place, head)), common, np.ones(2500, bool), "file")
