"""What a commit adds is exactly its rows, whatever the splits and restarts, and nothing at all when it fails."""

from __future__ import annotations

import math
import tempfile
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.builders import (
    AMOUNT,
    CITY,
    NOW,
    START,
    Row,
    all_hours,
    all_minutes,
    batch,
    column_number,
    counts,
    records,
    with_columns,
)
from tuimon.config import Keep
from tuimon.stats import latency_bins, make_grid
from tuimon.store import Store

ROWS = st.builds(
    Row,
    at=st.one_of(st.integers(0, 20_000), st.sampled_from([-4e6, 3 * 86_400.0, 59.999999, 3600.0])),
    amount=st.one_of(st.none(), st.sampled_from([math.nan, math.inf, -math.inf, 0.0, 1e300]), st.floats(-50, 50)),
    city=st.sampled_from([None, "Bern", "Genf", "", "Zürich", "a\x00b"]),
    version=st.sampled_from(["v1", "v2"]),
    latency=st.sampled_from([None, 0.0, 12.0, -1.0, math.nan]),
    error=st.booleans(),
    bad=st.booleans(),
)


def reference(rows: list[Row], width: int) -> dict[tuple[int, str], Counter[str]]:
    """Count rows by hand: traffic, kinds of values, cities and latency bins by (start, version)."""
    found: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        cell = found[math.floor((START + row.at) / width) * width, row.version]
        cell["rows"] += 1
        cell["error" if row.error else "ok"] += 1
        cell["invalid" if row.bad else "null" if row.amount is None else "finite" if math.isfinite(row.amount) else "nonfinite"] += 1
        cell[f"city {row.city!r}"] += 1
        latency = -1.0 if row.latency is None else row.latency
        cell[f"latency {latency_bins([latency])[0]}" if latency >= 0 else f"latency {row.latency}"] += 1
    return found


def observed(store: Store, width: int) -> dict[tuple[int, str], Counter[str]]:
    """The same counts from the store's cells."""
    cells = store.cells("m", width, -(1 << 50), 1 << 50)
    columns = {column.number: column for column in store.columns("m")}
    found: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for index in range(len(cells)):
        column, cell = columns[int(cells.column[index])], found[int(cells.start[index]), cells.versions[cells.version[index]]]
        entries = slice(cells.offsets[index], cells.offsets[index + 1])
        bins = dict(zip(cells.bins[entries].tolist(), cells.counts[entries].tolist(), strict=True))
        n, nulls, nonfinite, invalid = (int(array[index]) for array in (cells.n, cells.nulls, cells.nonfinite, cells.invalid))
        if column.role == "traffic":
            cell.update({"rows": n, "ok": bins.get(0, 0), "error": bins.get(1, 0)})
        elif column.role == "latency":
            cell.update({f"latency {place}": count for place, count in bins.items()})
            cell.update({"latency None": nulls, "latency nan": nonfinite, "latency -1.0": invalid})
        elif column.name == "amount":
            cell.update({"finite": n - nulls - nonfinite - invalid, "null": nulls, "nonfinite": nonfinite, "invalid": invalid})
        else:
            cell.update({f"city {column.values[place]!r}": count for place, count in bins.items()} | {"city None": nulls})
    return {key: +cell for key, cell in found.items()}


@settings(deadline=None, max_examples=25)
@given(rows=st.lists(ROWS, min_size=1, max_size=60), cuts=st.lists(st.integers(0, 60), max_size=5), restart=st.booleans())
def test_hours_are_the_same_to_the_bit_whatever_the_splits_and_restarts(rows: list[Row], cuts: list[int], restart: bool) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = Store.open(Path(directory), Keep())
        bounds = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
        for low, high in pairwise(bounds):
            store.commit([batch(records(rows[low:high]), position=high)], NOW)
            if restart:
                store.close()
                store = Store.open(Path(directory), Keep())
        assert observed(store, 3600) == {key: +cell for key, cell in reference(rows, 3600).items()}
        assert [proof.problem for proof in store.verify()] == ["", ""]
        assert store.generations()[0].books.rows == len(rows)
        assert store.models()[0].rows == len(rows)
        store.close()


@settings(deadline=None, max_examples=8)
@given(seed=st.integers(0, 99), missing=st.floats(0, 0.4), cuts=st.lists(st.integers(1, 1_900), max_size=4))
def test_the_grid_is_made_of_the_first_thousand_finite_values_whatever_the_splits(seed: int, missing: float, cuts: list[int]) -> None:
    rng = np.random.default_rng(seed)
    values = [None if rng.random() < missing else math.nan if rng.random() < 0.1 else rng.lognormal() for _ in range(2_000)]
    rows = [Row(at=index, amount=value) for index, value in enumerate(values)]
    outcomes = []
    for bounds in ([0, len(rows)], sorted({0, len(rows), *cuts})):
        with tempfile.TemporaryDirectory() as directory:
            store = Store.open(Path(directory), Keep())
            for low, high in pairwise(bounds):
                store.commit([batch(records(rows[low:high], columns=[AMOUNT]))], NOW)
            number = column_number(store, "feature", "amount")
            grid = next(column.grid for column in store.columns("m") if column.number == number)
            outcomes.append((grid, counts(all_hours(store), number), counts(all_minutes(store), number)))
            assert grid is not None
            finite = [value for value in values if value is not None and math.isfinite(value)]
            assert grid == make_grid(finite[:1_000])
            assert sum(sum(bins.values()) for bins in outcomes[-1][1].values()) == len(finite)
            store.close()
    assert outcomes[0] == outcomes[1]


def test_bins_are_those_of_the_grid(store: Store) -> None:
    values = np.random.default_rng(3).normal(size=3_000)
    store.commit([batch(records([Row(amount=float(value)) for value in values], columns=[AMOUNT]))], NOW)
    column = next(column for column in store.columns("m") if column.name == "amount")
    assert column.grid is not None
    bins, expected = np.unique(column.grid.assign(values), return_counts=True)
    assert counts(all_hours(store), column.number) == {(START, "v1"): dict(zip(bins.tolist(), expected.tolist(), strict=True))}


def test_cells_come_in_order_with_what_their_names_say(store: Store) -> None:
    store.commit(
        [batch(records([Row(at=61, amount=3.0), Row(at=0, amount=-2.0), Row(at=1, amount=None), Row(at=2, amount=math.nan)]))], NOW
    )
    cells = store.cells("m", 60, START, START + 120)
    amount = cells.column == column_number(store, "feature", "amount")
    assert cells.start[amount].tolist() == [START, START + 60]
    assert cells.n[amount].tolist() == [3, 1]
    assert (cells.minimum[amount].tolist(), cells.maximum[amount].tolist()) == ([-2.0, 3.0], [-2.0, 3.0])
    assert cells.total[amount].tolist() == [-2.0, 3.0]
    assert len(store.cells("m", 60, START + 60, START + 120)) == len(store.columns("m"))
    assert len(store.cells("nobody", 60, 0, 1 << 40)) == 0


def test_a_commit_says_what_it_touched(store: Store) -> None:
    done = store.commit([batch(records([Row(at=125)]), records([Row(at=60)], model="other"), position=77)], NOW)
    assert dict(done.touched) == {"m": START + 120, "other": START + 60}
    assert (done.rows, done.generations[0].position, done.generations[0].books.rows) == (2, 77, 2)
    again = store.commit([batch(records([Row(at=125)]), position=99)], NOW)
    assert (again.generations[0].position, again.generations[0].books.rows, again.generations[0].inode) == (99, 3, 2**64 - 1)
    assert store.generations() == again.generations


@pytest.mark.parametrize(
    "part", ["_ledger.enter", "_blocks.add", "_rejects.add", "_models.save", "_catalogue.save", "_pending.save", "_rows.append"]
)
def test_a_commit_that_fails_leaves_nothing(store: Store, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [Row(at=index, amount=index / 7, city=f"c{index % 5}") for index in range(1_500)]
    store.commit([batch(records(rows[:700]), position=1, rejects=2, layout="one")], NOW)
    before = image(store)
    owner, method = part.split(".")

    def fail(*_: object, **__: object) -> None:
        raise OSError("out of luck")

    with monkeypatch.context() as patch:
        patch.setattr(getattr(store, owner), method, fail)
        with pytest.raises(OSError, match="out of luck"):
            store.commit([batch(records(rows[700:]), records([Row(version="v9")], model="new"), position=2, rejects=3, layout="two")], NOW)
    assert image(store) == before
    store.commit([batch(records(rows[700:]), position=2, rejects=3)], NOW)
    assert observed(store, 3600) == {key: +cell for key, cell in reference(rows, 3600).items()}


def image(store: Store) -> tuple[object, ...]:
    """Everything that a store says of itself."""
    cells = [(model.name, observed(store, 60)) for model in store.models()]
    columns = [store.columns(model.name) for model in store.models()]
    return (store.models(), columns, cells, store.generations(), store.layouts(), store.rejects(), store.totals(), store.verify())


def test_one_odd_time_costs_one_cell(store: Store) -> None:
    store.commit([batch(records([Row(at=0), Row(at=2.4e9, future=True), Row(at=-1.6e9)]))], NOW)
    assert len(all_hours(store)) == 3 * 4


def test_names_from_logs_are_only_names(store: Store) -> None:
    names = ['a"; drop table models; --', "A", "a", "", "x" * 10_000, "\x1b[31m", "nul\x00", "‮"]
    for first, second in zip(names[::2], names[1::2], strict=True):
        store.commit([batch(with_columns(records([Row()], columns=[AMOUNT, CITY]), [first, second]))], NOW)
    assert [column.name for column in store.columns("m") if column.role == "feature"] == names
    assert store.rows("m").num_rows == 4
    assert all(proof.ok for proof in store.verify())


def test_endless_new_names_do_not_grow_the_store_without_bound(store: Store) -> None:
    for number in range(4):
        rows = [Row(version=f"v{number}-{index}", city=f"{number} {index}") for index in range(200)]
        store.commit([batch(records(rows))], NOW)
    model = store.models()[0]
    assert len(model.versions) == 257
    assert model.versions[-1] == "(others)"
    city = next(column for column in store.columns("m") if column.name == "city")
    assert len(city.values) == 256
    assert sum(sum(bins.values()) for bins in counts(all_hours(store), city.number).values()) == 800


def test_an_empty_batch_moves_the_position_only(store: Store) -> None:
    done = store.commit([batch(position=5)], NOW)
    assert (done.rows, dict(done.touched), done.generations[0].position) == (0, {}, 5)
    assert store.models() == ()
