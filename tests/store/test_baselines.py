"""A baseline file is counted once, makes grids and dictionaries, and is read under the columns of each model."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tests.store.builders import AMOUNT, CITY, NOW, START, Row, all_hours, all_minutes, batch, column_number, counts, records
from tuimon.stats import category_bucket, make_grid
from tuimon.store import Store

RNG = np.random.default_rng(11)
AMOUNTS = RNG.normal(10, 3, 2_000).tolist()
NORMAL = [Row(amount=value, city=city) for value, city in zip(AMOUNTS, ["Bern", "Genf"] * 1_000, strict=True)]
MOVED = [Row(amount=float(value)) for value in RNG.normal(50, 9, 1_200)]


def finite_bins(store: Store, model: str) -> dict[int, int]:
    cells = store.baseline(model)
    assert cells is not None
    return counts(cells, column_number(store, "feature", "amount", model))[0, ""]


def test_a_baseline_makes_the_grid_and_is_counted_on_it(store: Store) -> None:
    assert store.baseline_key("") is None
    assert store.set_baseline("", "k1", [records(NORMAL[:900]), records(NORMAL[900:])])
    assert not store.set_baseline("", "k1", [])
    assert store.baseline_key("") == "k1"
    store.commit([batch(records(MOVED))], NOW)
    column = next(column for column in store.columns("m") if column.name == "amount")
    assert column.grid == make_grid(AMOUNTS)
    assert column.grid is not None
    assert finite_bins(store, "m") == Counter(column.grid.assign(AMOUNTS).tolist())
    assert [model.name for model in store.models()] == ["m"]


def test_another_key_replaces_the_counts_and_leaves_the_grid(store: Store) -> None:
    store.set_baseline("m", "k1", [records(NORMAL)])
    grid = next(column.grid for column in store.columns("m") if column.name == "amount")
    assert store.set_baseline("m", "k2", [records(MOVED)])
    assert next(column.grid for column in store.columns("m") if column.name == "amount") == grid
    assert sum(finite_bins(store, "m").values()) == len(MOVED)


def test_a_model_of_its_own_comes_before_the_general_one(store: Store) -> None:
    store.set_baseline("", "k1", [records(NORMAL)])
    store.set_baseline("m", "k2", [records(MOVED)])
    store.commit([batch(records(MOVED), records(MOVED, model="n"))], NOW)
    assert (sum(finite_bins(store, "m").values()), sum(finite_bins(store, "n").values())) == (len(MOVED), len(NORMAL))
    assert store.baseline("unheard of") is None


@pytest.mark.parametrize("before", [400, 1_200])
def test_a_baseline_that_comes_after_the_rows_compares_with_them(store: Store, before: int) -> None:
    store.commit([batch(records(MOVED[:before]))], NOW)
    store.set_baseline("", "k1", [records(NORMAL)])
    column = next(column for column in store.columns("m") if column.name == "amount")
    assert column.grid is not None
    for cells in (all_hours(store), all_minutes(store)):
        assert sum(counts(cells, column.number)[START, "v1"].values()) == before
    assert finite_bins(store, "m") == Counter(column.grid.assign(AMOUNTS).tolist())
    assert all(proof.ok for proof in store.verify())


def test_values_are_named_by_frequency_then_text_then_arrival(store: Store) -> None:
    often = [Row(city=city) for city in ["c", "b", "b", "a", *(f"x{number:03}" for number in range(300))]]
    store.set_baseline("", "k", [records(often)])
    store.commit([batch(records([Row(city="new"), Row(city="a")]))], NOW)
    column = next(column for column in store.columns("m") if column.name == "city")
    assert column.values[:4] == ("b", "a", "c", "x000")
    assert len(column.values) == 256
    assert counts(all_hours(store), column.number)[START, "v1"] == {1: 1, category_bucket("new"): 1}


def test_a_column_of_another_kind_is_another_column(store: Store) -> None:
    store.set_baseline("", "k", [records(NORMAL, columns=[AMOUNT, CITY])])
    store.commit([batch(records(MOVED, columns=[CITY]))], NOW)
    cells = store.baseline("m")
    assert cells is not None
    assert set(cells.column.tolist()) == {column_number(store, "feature", "city")}


def test_a_baseline_without_rows_is_none(store: Store) -> None:
    assert store.set_baseline("", "k", [])
    store.commit([batch(records([Row()]))], NOW)
    assert (store.baseline("m"), store.baseline_key("")) == (None, "k")


def test_a_baseline_that_fails_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.commit([batch(records(MOVED[:10]))], NOW)
    before = (store.columns("m"), store.baseline_key(""))
    with monkeypatch.context() as patch:
        patch.setattr(store._blocks, "add", lambda _: (_ for _ in ()).throw(OSError("no")))
        with pytest.raises(OSError, match="no"):
            store.set_baseline("", "k", [records(NORMAL)])
    assert (store.columns("m"), store.baseline_key("")) == before
    assert store.set_baseline("", "k", [records(NORMAL)])
