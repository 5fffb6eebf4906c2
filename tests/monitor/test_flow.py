"""Limits on traffic: rows a second, and against the same hours before; silence is judged, a quiet night is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from tests.monitor import logs
from tests.monitor.cells import Row, cells, column
from tests.monitor.test_rates import firing
from tuimon.alerts import Reading
from tuimon.config import Override, Settings, Windows
from tuimon.monitor.backtest import Asked, replayed
from tuimon.monitor.flow import Arrived, Flow
from tuimon.monitor.judge import Budget
from tuimon.monitor.timeline import Timeline
from tuimon.stats import poisson_tails
from tuimon.store import Cells, ModelFacts, Store
from tuimon.values.firing import firing as counted
from tuimon.values.snapshot import Snapshot

HEAD = '[sources.fraud]\npaths = ["*.jsonl"]\n[windows]\nwidths = ["5m", "1h"]\n[thresholds]\n'
DAY = 86_400
COLUMNS = {9: column(9, "traffic")}
Counts = npt.NDArray[np.int64]


@given(count=st.integers(0, 200), mean=st.floats(0.01, 300))
def test_the_tails_are_those_of_poisson(count: int, mean: float) -> None:
    fewer, more = poisson_tails(count, mean)
    assert float(fewer) == pytest.approx(max(poisson.cdf(count, mean), 1e-12), rel=1e-6)
    assert float(more) == pytest.approx(max(poisson.sf(count - 1, mean), 1e-12), rel=1e-6)


@dataclass
class Hours:
    """A store that has hours of traffic alone."""

    rows: list[Row]

    def cells(self, model: str, width: int, since: int, until: int) -> Cells:
        return cells([row for row in self.rows if since <= row.minute * 60 < until])


def every(counts: Counts, step: int) -> list[Row]:
    return [Row(i * step // 60, 9, "v1", 0, int(count)) for i, count in enumerate(counts) if count]


def readings(settings: Settings, minutes: Counts, moments: range) -> Iterator[Reading]:
    """What is said at these moments of a model whose log is these rows a minute."""
    hours = Hours(every(minutes[: len(minutes) // 60 * 60].reshape(-1, 60).sum(axis=1), 3_600))
    flow = Flow(settings, hours, "m")  # type: ignore[arg-type]
    timeline = Timeline()
    timeline.replace(cells(every(minutes, 60)), COLUMNS, 0)
    facts = ModelFacts("m", ("v1",), 1, 0, 0.0, 1e12, 1e12, False)
    for at in moments:
        seen = Arrived(facts, timeline, COLUMNS, lambda window: timeline.window(window.start, window.end), float(at))
        yield from flow.readings(seen, Budget(settings, 20))


def over(reading: Reading) -> bool:
    limit = reading.threshold.warning
    assert limit is not None
    assert reading.value is not None
    return reading.evidence and (reading.value < limit if reading.threshold.direction == "below" else reading.value > limit)


def asked(rule: str, warning: float, **more: object) -> Settings:
    override = Override(rule, None, None, None, warning, **more)  # type: ignore[arg-type]
    return Settings(windows=Windows((300, 3_600, DAY)), overrides=(override,))


def weeks(seed: int, busiest: float, days: int = 16, unrest: float = 0.1) -> Counts:
    """Days with busy noons and nearly empty nights, weekends with half the rows, hours that differ by `unrest` from what is usual."""
    random = np.random.default_rng(seed)
    minute = np.arange(days * 1_440)
    day = np.exp(2.5 * (np.cos((minute / 1_440 - 0.5) * 2 * np.pi) - 1)) * np.where(minute // 1_440 % 7 >= 5, 0.5, 1.0)
    restless = np.repeat(random.gamma(1 / unrest**2, unrest**2, days * 24), 60)
    return random.poisson(busiest * day * restless)


@pytest.mark.parametrize(("busiest", "unrest"), [(3.0, 0.1), (60.0, 0.1), (2_000.0, 0.1), (60.0, 0.3), (2_000.0, 0.3)])
def test_quiet_nights_weekends_and_restless_hours_are_no_drop(busiest: float, unrest: float) -> None:
    minutes = weeks(1, busiest, unrest=unrest)
    found = list(readings(asked("traffic_drop", 0.5), minutes, range(8 * DAY, 16 * DAY, 600)))
    assert {reading.unit for reading in found} == {"last week"}
    assert sum(map(over, found)) == 0


@pytest.mark.parametrize(("left", "fires"), [(0.0, True), (0.2, True), (0.6, False)])
def test_a_drop_at_noon_is_seen_within_the_hour(left: float, fires: bool) -> None:
    minutes = weeks(2, 200.0)
    begin = 14 * DAY + DAY // 2
    minutes[begin // 60 :] = np.random.default_rng(3).binomial(minutes[begin // 60 :], left)
    found = list(readings(asked("traffic_drop", 0.5), minutes, range(begin + 60, begin + 3_600, 60)))
    assert any(map(over, found)) is fires
    if left == 0.0:
        assert over(found[4]), "five minutes of nothing at noon are enough"
        assert found[4].value == pytest.approx(1.0, abs=0.01)


def test_yesterday_stands_in_for_a_week_that_is_not_known() -> None:
    minutes = weeks(4, 200.0, days=3)
    (reading,) = readings(asked("traffic_drop", 0.5), minutes, range(2 * DAY, 2 * DAY + 60, 60))
    assert reading.unit == "yesterday"
    assert list(readings(asked("traffic_drop", 0.5), minutes, range(DAY // 2, DAY // 2 + 60, 60))) == []


@pytest.mark.parametrize(
    ("direction", "factor", "fires"), [("below", 0.5, True), ("below", 1.0, False), ("above", 2.0, True), ("above", 1.0, False)]
)
def test_rows_a_second_hold_against_bursts(direction: str, factor: float, fires: bool) -> None:
    """Rows in bursts of 20, whose mean is the limit: that is no evidence; half and double are."""
    random = np.random.default_rng(5)
    minutes = 20 * random.poisson(30.0 * factor, 3 * 1_440)
    found = list(readings(asked("rows_per_second", 10.0, direction=direction), minutes, range(DAY, 2 * DAY, 600)))
    assert sum(map(over, found)) >= 0.9 * len(found) if fires else not any(map(over, found))


def seen(place: Path, thresholds: str, after: float) -> Snapshot:
    return logs.snapshot_of(place, HEAD + thresholds, logs.START + after)


def test_silence_fires_though_event_time_stands_still_and_is_one_thing_with_stale(tmp_path: Path) -> None:
    """An hour of two rows a second, then none."""
    logs.write(tmp_path / "app.jsonl", logs.traffic(7_200, 2, seed=1))
    text = "rows_per_second = { warning = 1, critical = 0.1 }\nstale = { warning = '7m', critical = '8m' }\n"
    assert not firing(seen(tmp_path, text, 3_600))
    (alert,) = firing(seen(tmp_path, text, 3_600 + 240)).values()
    assert (alert.rule, alert.severity, alert.window) == ("rows_per_second", "warning", "5m")
    assert alert.message == "traffic 0.40 rows/s below 1.00 rows/s in the last 5m"
    snapshot = seen(tmp_path, text, 3_600 + 600)
    assert {rule for rule, _, _ in firing(snapshot)} == {"rows_per_second", "stale"}
    assert counted(snapshot.alerts) == (1, 0)
    logs.write(tmp_path / "app.jsonl", logs.traffic(1_200, 2, seed=2, start=logs.START + 4_200), mode="a")
    assert not firing(seen(tmp_path, text, 4_800))


def test_a_log_of_the_past_is_not_silent(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(1_200, 2, seed=1))
    assert not firing(seen(tmp_path, "rows_per_second = { warning = 1 }\n", 10 * DAY))


def test_a_log_that_begins_within_a_minute_is_not_judged_by_half_of_it(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(1_200, 2, seed=1, start=logs.START + 35))
    snapshot = seen(tmp_path, "rows_per_second = { warning = 1.5 }\n", 640)
    assert not [alert for alert in snapshot.alerts if alert.rule == "rows_per_second"], "fired, or did once"


def test_a_version_has_a_limit_of_its_own(tmp_path: Path) -> None:
    """v1 has a third of the rows, 0.67 a second."""
    logs.write(tmp_path / "app.jsonl", logs.traffic(1_200, 2, seed=1))
    text = "rows_per_second = { warning = 0.5 }\n[thresholds.models.fraud.versions.'v?']\nrows_per_second = { warning = 1 }\n"
    assert set(firing(seen(tmp_path, text, 600))) == {("rows_per_second", "v1", None)}


def test_a_drop_is_found_in_stored_history_too(tmp_path: Path) -> None:
    """Two days of a row every four seconds; on the second, from noon to two, one in ten is left."""
    rows = logs.traffic(2 * DAY // 4, 0.25, seed=1)
    second = rows.ts - logs.START - 1.5 * DAY
    kept = ~((second >= 0) & (second < 7_200)) | (np.arange(len(rows.ts)) % 10 == 0)
    with (tmp_path / "app.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(line for line, keep in zip(logs.lines(rows), kept, strict=True) if keep)
    text = HEAD + "traffic_drop = { warning = 0.5, for = '5m' }\n"
    session = logs.open_session(tmp_path, text, logs.START + 2 * DAY)
    logs.look(session)
    store: Store = session.store
    alerts = [
        alert
        for alert in replayed(store, session.settings, Asked(None, logs.START + 1.45 * DAY, logs.START + 1.7 * DAY)).alerts
        if alert.rule == "traffic_drop"
    ]
    session.close()
    (alert,) = alerts
    assert logs.START + 1.5 * DAY < alert.start < logs.START + 1.5 * DAY + 5_400
    assert logs.START + 1.5 * DAY + 7_200 < alert.end < logs.START + 1.5 * DAY + 3 * 3_600
    assert alert.value == pytest.approx(0.9, abs=0.02)
