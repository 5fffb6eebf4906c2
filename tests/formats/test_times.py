"""What a timestamp may hold: each way of writing it, and what becomes of a row whose time cannot be used."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.support import MODIFIED, NOW, SOURCE, decode, only
from tuimon.values.batch import Batch

GOOD = '{"ts":"2026-11-22T19:00:00Z","prediction":"yes","latency_ms":3}'
AT = 1_795_374_000


def stamps(batch: Batch) -> list[tuple[float, bool]]:
    base = only(batch).base
    micros = base["ts"].cast("int64").to_pylist()
    return list(zip([one / 1e6 for one in micros], base["ts_estimated"].to_pylist(), strict=True))


def between(written: str) -> Batch:
    """Return what comes of a line with this time between two good ones."""
    return decode("\n".join([GOOD, GOOD.replace('"2026-11-22T19:00:00Z"', written), GOOD]))


USABLE = [
    ("1795374168", 1795374168.0),
    ("1795374168.25", 1795374168.25),
    ('"1795374168"', 1795374168.0),
    ("1795374168250", 1795374168.25),
    ("1795374168250000", 1795374168.25),
    ("1795374168250000000", 1795374168.25),
    ('"2026-11-22T20:00:00+01:00"', float(AT)),
    ('"2026-11-22 19:00:00,250"', AT + 0.25),
    ('"9999-12-31T23:59:59Z"', 253402300799.0),
]


@pytest.mark.parametrize(("written", "read"), USABLE, ids=[written for written, _ in USABLE])
def test_seconds_and_their_parts_may_stand_in_one_file(written: str, read: float) -> None:
    assert stamps(between(written)) == [(AT, False), (read, False), (AT, False)]


UNUSABLE = [
    "null", '""', '"soon"', "true", "[1795374168]", '{"at":1}', "NaN", "Infinity", "1e400", "12", "-5", "-1795374168", "9" * 400,
     '"0001-01-01T00:00:00Z"', '"1970-01-01T00:00:00Z"', '"99999-01-01T00:00:00Z"', '"2026-02-30"', '"2026-11-22T25:00:00Z"', '"now"',
     '"infinity"',
]  # fmt: skip


@pytest.mark.parametrize("written", UNUSABLE)
def test_what_is_no_time_takes_that_of_the_file(written: str) -> None:
    batch = between(written)
    assert stamps(batch) == [(AT, False), (MODIFIED, True), (AT, False)]
    assert (batch.books.record_lines, batch.books.late, batch.books.future) == (3, 0, 0)
    assert batch.newest == AT * 1_000_000


def test_a_line_without_a_time_takes_that_of_the_file() -> None:
    assert stamps(decode(GOOD + '\n{"prediction":"no"}\n')) == [(AT, False), (MODIFIED, True)]


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.sampled_from([-86_400, -400, -300, -1, 0, 1, 300, 400]), min_size=1, max_size=12))
def test_rows_that_go_back_in_time_are_stored_and_counted_as_late(steps: list[int]) -> None:
    times = [AT]
    for step in steps:
        times.append(times[-1] + step)
    batch = decode("".join(json.dumps({"ts": at, "prediction": "x"}) + "\n" for at in times))
    assert [at for at, _ in stamps(batch)] == times
    future = [at > NOW + 300 for at in times]
    late = sum(at < max(times[:place]) - 300 for place, at in enumerate(times) if place and not future[place])
    assert (batch.books.late, batch.books.future) == (late, sum(future))


def test_a_row_ahead_of_the_clock_is_future_and_not_the_newest() -> None:
    batch = decode("".join(json.dumps({"ts": NOW + ahead, "prediction": "x"}) + "\n" for ahead in (-9, 299, 301, 1e9)))
    assert (batch.books.future, batch.newest) == (2, round((NOW + 299) * 1e6))
    assert only(batch).base["future"].to_pylist() == [False, False, True, True]


@pytest.mark.parametrize("hour", range(6))
@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_wall_clock_times_around_a_change_of_the_clocks(day: str, hour: int) -> None:
    text = f"{day}T{hour:02}:30:00"
    batch = decode(json.dumps({"ts": text, "prediction": "x"}), replace(SOURCE, tz="Europe/Berlin"))
    wall = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    assert stamps(batch) == [(wall.astimezone(UTC).timestamp(), False)]
