"""What is said of a model: totals, watermark, arrival."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.store.builders import NOW, START, Row, batch, micros, records
from tuimon.config import Keep
from tuimon.store import ModelFacts, Store
from tuimon.store.models import ModelState

DAY = 86_400.0


def facts(store: Store, *rows: Row, now: float = NOW) -> ModelFacts:
    store.commit([batch(records(rows))], now)
    return store.models()[0]


def test_totals_and_times(store: Store) -> None:
    model = facts(store, Row(at=5, error=True), Row(at=3), Row(at=9, version="v2"))
    assert model == ModelFacts("m", ("v1", "v2"), 3, 1, START + 3.0, START + 9.0, NOW, historic=False)


def test_future_rows_count_and_move_nothing(store: Store) -> None:
    model = facts(store, Row(at=5), Row(at=9e8, future=True))
    assert (model.rows, model.watermark) == (2, START + 5.0)
    assert facts(store, Row(at=9e8, future=True)).watermark == START + 5.0


def test_only_future_rows_give_no_watermark(store: Store) -> None:
    model = facts(store, Row(at=9e8, future=True))
    assert (model.watermark, model.first, model.historic) == (None, None, True)


def test_a_jump_of_more_than_a_day_needs_ten_rows(store: Store) -> None:
    facts(store, Row(at=0))
    assert facts(store, *[Row(at=2 * DAY + index) for index in range(9)]).watermark == START
    assert facts(store, Row(at=2 * DAY + 100)).watermark == START + 2 * DAY
    assert facts(store, Row(at=2 * DAY + 101)).watermark == START + 2 * DAY + 101


def test_a_bad_clock_among_good_rows_never_moves_the_watermark(store: Store) -> None:
    for minute in range(30):
        model = facts(store, Row(at=60.0 * minute), Row(at=40 * DAY))
        assert model.watermark == START + 60.0 * minute


def test_confirmation_survives_a_restart(tmp_path: Path) -> None:
    rows = [Row(at=0), *[Row(at=3 * DAY)] * 10]
    for row in rows:
        store = Store.open(tmp_path, Keep())
        store.commit([batch(records([row]))], NOW)
        watermark = store.models()[0].watermark
        store.close()
        assert watermark == (START if row is not rows[-1] or row.at == 0 else watermark)
    assert watermark == START + 3 * DAY


@given(
    steps=st.lists(st.sampled_from([0.0, 1.0, 3600.0, 86_400.0, 86_401.0, 2e6, -5.0]), min_size=1, max_size=60),
    cuts=st.sets(st.integers(1, 59), max_size=5),
)
def test_the_watermark_is_the_same_whatever_the_splits(steps: list[float], cuts: set[int]) -> None:
    ts = records([Row(at=sum(steps[: index + 1]) % 4e6) for index in range(len(steps))]).base.column("ts").cast("int64").to_numpy()
    marks = []
    for bounds in ([0, len(ts)], [0, *sorted(cut for cut in cuts if cut < len(ts)), len(ts)]):
        state = ModelState(0, "m")
        for low, high in pairwise(bounds):
            state.arrive(ts[low:high], ts[low:high] < 0, 0, NOW)
        marks.append((state.watermark, state.ahead, state.first))
    assert marks[0] == marks[1]


def test_a_model_is_historic_until_a_row_is_less_than_a_day_old(store: Store) -> None:
    now = START + 10 * DAY
    assert facts(store, Row(at=0), now=now).historic
    assert not facts(store, Row(at=10 * DAY - 5), now=now).historic
    assert not facts(store, Row(at=10 * DAY - 4), now=now + 30 * DAY).historic


def test_times_before_1970_and_far_ahead_are_kept(store: Store) -> None:
    model = facts(store, Row(at=-2.5e9), Row(at=-2.5e9 + 1))
    assert model.first == (micros(-2.5e9)) / 1e6
    assert store.rows("m").num_rows == 2
