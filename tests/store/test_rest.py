"""Rejects, rows, states, events and generations are read back as they were given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.store.builders import AMOUNT, CITY, NOW, PREDICTION, START, Row, batch, records
from tuimon.config import Keep
from tuimon.store import Cells, Judged, Store
from tuimon.store.cells import add_up, no_cells, piece, take, together
from tuimon.store.packing import pack, unpack
from tuimon.values.alert import Event
from tuimon.values.chunk import Books, Generation
from tuimon.values.snapshot import Reject


def test_rejects_come_newest_first_with_safe_texts(store: Store) -> None:
    store.commit([batch(rejects=3)], NOW)
    store.commit([batch(generation=2, rejects=1)], NOW)
    assert [(reject.file, reject.line) for reject in store.rejects(limit=2)] == [("/logs/2.jsonl", 0), ("/logs/1.jsonl", 2)]
    assert store.rejects(file="1.jsonl", newest_first=False)[0] == Reject("/logs/1.jsonl", 0, 0, "not JSON", "line 0 \\x1b[31m")
    assert len(store.rejects(limit=None, file="/logs/2.jsonl")) == 1
    assert store.rejects(file="elsewhere") == ()


def test_rows_come_back_in_order_with_names_and_labels(store: Store) -> None:
    rows = [Row(at=9, id="b", version="v2", prediction="x"), Row(at=1, id="a", amount=2.5, city=None)]
    store.commit([batch(records(rows, columns=[AMOUNT, CITY, PREDICTION]), labels={"b": "y", "a": "n"})], NOW)
    store.commit([batch(labels={"a": "z"})], NOW)
    found = store.rows("m").to_pylist()
    assert [(row["id"], row["version"], row["label"], row["f_2"], row["f_3"], row["f_4"]) for row in found] == [
        ("a", "v1", "z", 2.5, None, None),
        ("b", "v2", "y", 1.0, "Bern", "x"),
    ]
    assert store.rows("m", START + 2.0, START + 9.0).num_rows == 0
    assert store.rows("m", limit=1).num_rows == 1
    assert store.rows("nobody").num_rows == 0
    assert store.row_span("m") == (START + 1.0, START + 9.0, 2)


def test_states_and_events_are_kept(tmp_path: Path) -> None:
    store = Store.open(tmp_path, Keep())
    assert store.load_states() == (None, {})
    store.save_judged(Judged('{"a": 1}', {"m": 5.0, "n": 6.5}, journal=((1, "one"), (2, "two"))))
    store.save_judged(Judged('{"a": 2}', {"m": 7.0}, '{"1": {}}', journal=((3, "three"),)))
    store.add_events([Event(float(number), "alert", "warning", f"e{number}") for number in range(1_500)])
    store.close()
    store = Store.open(tmp_path, Keep())
    store.add_events([Event(9_999.0, "store", "info", "last")])
    assert store.load_states() == ('{"a": 2}', {"m": 7.0})
    assert store.load_silences() == '{"1": {}}'
    assert (store.journal_after(1), store.last_journal_line()) == (((2, "two"), (3, "three")), 3)
    assert len(store.events()) == 1_000
    assert [event.text for event in store.events(2)] == ["e1499", "last"]
    store.close()


def test_a_generation_is_kept_whole_and_its_books_stay(tmp_path: Path) -> None:
    store = Store.open(tmp_path, Keep())
    store.commit([batch(records([Row()]), rejects=1, layout="{}")], NOW)
    known = store.generations()[0]
    moved = replace(
        known, path=b"/logs/\xff\n.1", life="rotated", gap=7, head=b"\x00h", tail=b"t", header=b"a,b", books=Books(lines=99), newest=1
    )
    fresh = Generation(5, "app", "f", b"/x", "csv", "gzip")
    store.save_generations((moved, fresh), NOW)
    store.close()
    store = Store.open(tmp_path, Keep())
    assert store.generations() == (replace(moved, books=known.books, newest=known.newest), fresh)
    assert store.layouts() == {("app", "", "jsonl"): "{}"}
    assert (store.next_generation_number(), store.totals().files, store.totals().gaps) == (6, 2, 1)
    store.close()


CELLS = st.lists(
    st.tuples(
        st.integers(-3, 3),
        st.integers(0, 3),
        st.integers(0, 2),
        st.dictionaries(st.integers(-40_000, 300_000), st.integers(1, 2**40), max_size=5),
    ),
    max_size=12,
)


@given(parts=CELLS)
def test_cells_survive_packing_and_add_up_in_any_order(parts: list[tuple[int, int, int, dict[int, int]]]) -> None:
    def cell(start: int, column: int, version: int, bins: dict[int, int]) -> Cells:
        number, ordered = np.array([sum(bins.values())], np.int64), sorted(bins)
        narrow, zero = np.array([column], np.int32), np.zeros(1, np.int64)
        floats = np.array([float(start)])
        return Cells(
            np.array([start * 60], np.int64), narrow, np.array([version], np.int32), (), number, zero, zero, zero, floats, floats, floats,
            np.array([0, len(bins)]), np.array(ordered, np.int32), np.array([bins[place] for place in ordered], np.int64),
        )  # fmt: skip

    made = [cell(*part) for part in parts]
    summed = add_up(together(made)) if made else no_cells()
    backwards = add_up(together(made[::-1])) if made else no_cells()
    assert summed.bins.tolist() == backwards.bins.tolist()
    assert summed.counts.tolist() == backwards.counts.tolist()
    assert int(summed.counts.sum()) == sum(sum(bins.values()) for *_, bins in parts)
    for start in sorted(set(summed.start.tolist())):
        low, high = np.searchsorted(summed.start, [start, start + 1])
        one, again = piece(summed, low, high), unpack(start, pack(summed, low, high))
        for name in ("start", "column", "version", "n", "minimum", "offsets", "bins", "counts"):
            assert np.array_equal(getattr(one, name), getattr(again, name))
    assert take(summed, np.arange(len(summed))).counts.tolist() == summed.counts.tolist()
