"""Which stretch of event time is shown, what it is said to be worth, and which rows never move it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.monitor import logs
from tests.monitor.test_baselines import once, shown
from tests.monitor.test_numbers import model_of
from tuimon.config import Settings, Windows
from tuimon.monitor.windows import advice, state_of, window_at
from tuimon.store import ModelFacts
from tuimon.values.snapshot import Model

PLAIN = '[sources.fraud]\npaths = ["*.jsonl"]\n[baseline]\nfirst = "10000 rows"\n'


def seen(directory: Path, rows: logs.Traffic, now: float | None = None, text: str = PLAIN) -> Model:
    logs.write(directory / "app.jsonl", rows)
    return model_of(once(directory, text, now if now is not None else float(rows.ts.max()) + 5))


def brute(rows: logs.Traffic, model: Model) -> int:
    assert model.window_start is not None
    assert model.window_end is not None
    ts = np.round(rows.ts, 3)
    return int(((ts >= model.window_start) & (ts < model.window_end)).sum())


@pytest.mark.parametrize(("per_second", "width"), [(1.0, "5m"), (0.6, "1h"), (0.1, "1h"), (0.04, "24h"), (0.001, "24h")])
def test_auto_is_the_narrowest_window_with_enough_rows(tmp_path: Path, per_second: float, width: str) -> None:
    """200 rows are needed: a row a second gives 300 in five minutes, 0.6 only 180, 0.1 gives 360 an hour, 0.04 only 144."""
    rows = logs.traffic(int(per_second * 20 * 3600), per_second, 1)
    model = seen(tmp_path, rows)
    assert model.window == width
    assert model.window_rows == brute(rows, model)
    assert model.window_end == -(-model.last // 60) * 60 if model.last else False
    if model.window_rows >= 200:
        assert (model.window_state, model.window_advice) == ("ok", "")
    else:
        assert model.window_state == "insufficient"
        needed = 200 / per_second / 3600
        hours = int(model.window_advice.split("window of ")[1].split("h would do")[0])
        assert needed * 0.9 <= hours <= needed * 1.1 + 1


def test_a_batch_with_a_single_stamp_on_the_stroke_of_a_minute_is_seen(tmp_path: Path) -> None:
    """A nightly job stamps all its rows with midnight."""
    rows = logs.traffic(500, 1, 2)
    rows.ts[:] = logs.START + 86_400
    model = seen(tmp_path, rows)
    assert (model.window, model.window_rows, model.window_state) == ("5m", 500, "ok")
    assert model.latency.rows == 500


def test_near_the_start_a_rate_is_over_the_time_that_is_known(tmp_path: Path) -> None:
    rows = logs.traffic(500, 2, 3, start=logs.START + 17)
    model = seen(tmp_path, rows)
    assert model.window_rows == 500
    assert model.rows_per_second == pytest.approx(2.0, rel=0.1)


def test_one_row_is_not_a_rate_of_a_row_a_second(tmp_path: Path) -> None:
    model = seen(tmp_path, logs.traffic(1, 1, 4))
    assert model.rows_per_second is not None
    assert model.rows_per_second <= 1 / 60


def facts(rows: int = 10, watermark: float = 10_000.0, arrival: float | None = 10_000.0, historic: bool = False) -> ModelFacts:
    return ModelFacts("m", ("v1",), rows, 0, 0.0, watermark, arrival, historic)


@pytest.mark.parametrize(
    ("rows", "historic", "age", "said"),
    [
        (0, True, 999.0, "no_data"),
        (0, False, 999.0, "no_data"),
        (5, True, 999.0, "historic"),
        (5, False, 999.0, "stale"),
        (500, False, 300.0, "ok"),
        (500, False, 300.1, "stale"),
        (199, False, 1.0, "insufficient"),
        (200, False, 1.0, "ok"),
        (200, True, 1.0, "historic"),
    ],
)
def test_the_first_state_that_holds(rows: int, historic: bool, age: float, said: str) -> None:
    assert state_of(Settings(), facts(historic=historic), rows, 300.0, 10_000.0 + age) == said


def test_without_a_limit_nothing_is_stale() -> None:
    assert state_of(Settings(), facts(), 500, None, 1e9) == "ok"
    assert state_of(Settings(), facts(arrival=None), 500, 300.0, 1e9) == "ok"


def test_advice_names_rows_and_the_window_that_would_do() -> None:
    usual = Settings(windows=Windows(min_rows=200))
    assert advice(usual, 300, {300: 200}, 0.5) == ""
    assert advice(usual, 86_400, {300: 1, 3600: 2, 86_400: 50}, 50 / 86_400) == (
        "50 rows in 24h, 200 needed: at this traffic a window of 96h would do"
    )
    assert advice(usual, 300, {}, 0.0) == "0 rows in 5m, 200 needed"


@pytest.mark.parametrize(("at", "end"), [(9_960.0, 9_960), (9_960.001, 10_020), (10_000.0, 10_020), (10_019.999, 10_020)])
def test_a_window_is_whole_minutes_that_end_with_the_moment(at: float, end: int) -> None:
    found = window_at(facts(watermark=50_000.0), 300, at)
    assert (found.start, found.end) == (end - 300, end)
    newest = window_at(facts(watermark=at), 300, at)
    assert newest.start <= at < newest.end
    assert newest.end - at <= 60


def test_live_and_stale_and_historic_by_the_wall_clock(tmp_path: Path) -> None:
    rows = logs.traffic(600, 1, 5)
    end = float(rows.ts[-1])
    logs.write(tmp_path / "app.jsonl", rows)
    assert model_of(once(tmp_path, PLAIN, end + 5)).window_state == "ok"
    assert model_of(once(tmp_path, PLAIN, end + 300)).window_state == "ok"
    assert model_of(once(tmp_path, PLAIN, end + 306)).window_state == "stale"


def test_old_logs_are_historic_and_not_stale_until_a_new_line_comes(tmp_path: Path) -> None:
    old = logs.traffic(600, 1, 6)
    late = float(old.ts[-1]) + 30 * 86_400
    assert seen(tmp_path, old, late).window_state == "historic"
    logs.write(tmp_path / "app.jsonl", logs.traffic(600, 1, 7, start=late - 700), mode="a")
    assert model_of(once(tmp_path, PLAIN, late)).window_state == "ok"


@pytest.mark.parametrize("at", [logs.START + 86_400 * 26_000, logs.START + 4000])
def test_rows_of_the_future_are_counted_and_move_nothing(tmp_path: Path, at: float) -> None:
    """One clock says 2099, another is twenty minutes ahead; the wall clock stands just after the last good row."""
    good = logs.traffic(2400, 1, 8)
    now = float(good.ts[-1]) + 5
    before = seen(tmp_path, good, now)
    bad = logs.traffic(40, 10, 9, start=at)
    logs.write(tmp_path / "app.jsonl", bad, mode="a")
    snapshot = once(tmp_path, PLAIN, now)
    after = model_of(snapshot)
    assert snapshot.ingest.future == 40
    assert after.rows == before.rows + 40
    for name in (
        "first",
        "last",
        "window",
        "window_start",
        "window_end",
        "window_rows",
        "latency",
        "error_rate",
        "rows_per_second",
        "series",
    ):
        assert getattr(after, name) == getattr(before, name), name


def test_a_log_that_is_all_in_the_future_shows_no_window_of_1970(tmp_path: Path) -> None:
    rows = logs.traffic(300, 1, 10)
    model = seen(tmp_path, rows, logs.START - 7200)
    assert (model.rows, model.window_state, model.window_rows) == (300, "no_data", 0)
    assert model.window_start is None
    assert model.window_end is None


def test_a_jump_of_days_is_believed_after_ten_rows(tmp_path: Path) -> None:
    first = logs.traffic(600, 1, 11)
    far = logs.START + 3 * 86_400
    later = logs.traffic(9, 1, 12, start=far)
    now = far + 3600
    session_end = seen(tmp_path, first, now).last
    logs.write(tmp_path / "app.jsonl", later, mode="a")
    assert model_of(once(tmp_path, PLAIN, now)).last == session_end
    logs.write(tmp_path / "app.jsonl", logs.traffic(2, 1, 13, start=far + 9), mode="a")
    assert (model_of(once(tmp_path, PLAIN, now)).last or 0.0) >= far


def test_rows_out_of_order_land_in_their_minutes(tmp_path: Path) -> None:
    rows = logs.traffic(3000, 1, 14)
    ordered, mixed = tmp_path / "ordered", tmp_path / "mixed"
    ordered.mkdir()
    mixed.mkdir()
    want = seen(ordered, rows)
    lines = logs.lines(rows)
    order = np.random.default_rng(15).permutation(len(lines))
    (mixed / "app.jsonl").write_text("".join(lines[i] for i in order), encoding="utf-8")
    session = logs.open_session(mixed, PLAIN, float(rows.ts[-1]) + 5)
    try:
        got = model_of(shown(session))
    finally:
        session.close()
    assert got.series == want.series
    assert (got.window_rows, got.rows, got.first, got.last) == (want.window_rows, want.rows, want.first, want.last)
    assert got.latency.p99 == want.latency.p99
