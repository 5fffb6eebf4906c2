"""Stored rows a page at a time: the same rows in the same order, whatever the size of a page."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.builders import AMOUNT, CITY, NOW, SCORE, START, Row, batch, records
from tuimon.config import Keep
from tuimon.store import Store, pages

times = st.lists(st.sampled_from([0.0, 0.25, 1.0, 59.0, 61.0, 3_000.0, 7_200.5]), min_size=1, max_size=40)


def filled(directory: Path, at: list[float]) -> Store:
    """A store of three commits, the last of which brings a column more and so another segment."""
    store = Store.open(directory, Keep())
    third = max(1, len(at) // 3)
    parts = [at[:third], at[third : 2 * third], at[2 * third :]]
    for number, part in enumerate(parts, 1):
        columns = (AMOUNT, CITY, SCORE) if number == 3 else (AMOUNT, CITY)
        rows = [Row(at=time, amount=float(place), city=f"{number}", score=0.5, id=f"{number}-{place}") for place, time in enumerate(part)]
        if rows:
            labels = {rows[0].id or "": "yes"}
            store.commit([batch(records(rows, columns=columns), generation=number, labels=labels)], NOW)
    return store


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@settings(deadline=None, max_examples=10)
@given(times, st.integers(1, 7))
def test_pages_are_the_rows_in_order(place: Path, at: list[float], size: int) -> None:
    found = sum(1 for _ in place.iterdir())
    store = filled(place / str(found), at)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "MOST_ROWS", size)
        read = list(store.pages("m"))
    assert all(page.num_rows <= size for page in read)
    whole, expected = pa.concat_tables(read), store.rows("m")
    names = whole.column_names
    assert {"ts", "version", "label"} < set(names)
    assert whole.to_pylist() == expected.select(names).to_pylist()
    begins, held = store.minutes("m")
    assert held.sum() == len(at)
    assert {int(start) for start in begins} == {(START + int(time) // 60 * 60) * 1_000_000 for time in at}
    store.close()


def test_a_stretch_and_a_column(tmp_path: Path) -> None:
    store = filled(tmp_path, [float(second) for second in range(0, 300, 10)])
    number = next(column.number for column in store.columns("m") if column.name == "amount")
    (page,) = store.pages("m", START + 100.0, START + 200.0, [number])
    assert page.num_rows == 10
    assert [name for name in page.column_names if name.startswith("f_")] == [f"f_{number}"]
    assert list(store.pages("m", START + 400.0)) == []
    assert list(store.pages("unknown")) == []
    assert [len(part) for part in store.minutes("unknown")] == [0, 0]
    store.close()
