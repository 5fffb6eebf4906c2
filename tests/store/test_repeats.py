"""A row whose id was seen before counts as such: however rows are cut into commits, whatever restarts, late delivery included."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.builders import NOW, PREDICTION, Row, all_hours, all_minutes, batch, counts, records
from tuimon.config import Keep
from tuimon.store import Cells, Store, repeats

DAY = 86_400.0
IDS = st.lists(st.tuples(st.sampled_from("mn"), st.one_of(st.none(), st.integers(0, 6)), st.integers(0, 3)), max_size=30)


def again(store: Store, cells: Cells, model: str) -> tuple[int, int]:
    """Return (rows with an id that is new, rows whose id was seen before)."""
    column = next((column for column in store.columns(model) if column.role == "id"), None)
    found = list(counts(cells, column.number).values()) if column else []
    return sum(bins.get(0, 0) for bins in found), sum(bins.get(1, 0) for bins in found)


@pytest.mark.parametrize("keep_rows", [7 * DAY, 0.0])
@settings(deadline=None, max_examples=6)
@given(rows=IDS, cuts=st.sets(st.integers(1, 29), max_size=3), restart=st.booleans())
def test_each_id_is_new_once(keep_rows: float, rows: list[tuple[str, int | None, int]], cuts: set[int], restart: bool) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = Store.open(Path(directory), Keep(rows=keep_rows))
        for low, high in pairwise([0, *sorted(cut for cut in cuts if cut < len(rows)), len(rows)]):
            parts = []
            for model in "mn":
                own = [
                    Row(at=60.0 * minute, id=None if name is None else f"r{name}", prediction="a")
                    for m, name, minute in rows[low:high]
                    if m == model
                ]
                parts += [records(own, model=model, columns=[PREDICTION])] if own else []
            store.commit([batch(*parts)], NOW)
            if restart:
                store.close()
                store = Store.open(Path(directory), Keep(rows=keep_rows))
        for model in "mn":
            ids = [name for m, name, _ in rows if m == model and name is not None]
            expected = (len(set(ids)), len(ids) - len(set(ids)))
            assert again(store, all_hours(store, model), model) == expected == again(store, all_minutes(store, model), model)
        assert all(proof.ok for proof in store.verify())
        store.close()


def test_a_commit_that_fails_leaves_no_id_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = records([Row(id="r1", prediction="a")], columns=[PREDICTION])

    def fail(*_: object) -> None:
        raise OSError("no space")

    with monkeypatch.context() as patched:
        patched.setattr(store, "_save", fail)
        with pytest.raises(OSError, match="no space"):
            store.commit([batch(rows)], NOW)
    store.commit([batch(rows)], NOW)
    assert again(store, all_hours(store), "m") == (1, 0)


def test_the_newest_ids_are_remembered_in_bounded_memory(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "RUN", 1_000)
    monkeypatch.setattr(repeats, "MOST", 2_000)
    found = repeats.Repeats(store._database, store._rows)
    ids = np.random.default_rng(3).permutation(20_000).astype(np.uint64)
    for low, high in pairwise([0, *np.cumsum(np.random.default_rng(4).integers(1, 300, 90)).tolist()]):
        told = found.of(0, pa.chunked_array([pa.array(ids[low:high])]))
        assert told is not None
        assert not told.any()
        old = found.of(0, pa.chunked_array([pa.array(ids[max(0, high - 900) : high])]))
        assert old is not None
        assert old.all()
        assert sum(map(len, found._runs)) <= 2_000
