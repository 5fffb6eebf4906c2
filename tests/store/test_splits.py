"""However the same rows are split into commits, the hours are the same to the bit."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.accuracy.families import FAMILIES
from tests.store.builders import NOW, all_hours, batch, micros
from tuimon.config import Keep
from tuimon.store import Store
from tuimon.values.batch import BASE_SCHEMA, Column, Records, Sampled

ROWS = 1_600
NUMBERS = tuple(Column("feature", name, "numeric") for name in FAMILIES)
COLUMNS = (*NUMBERS, Column("feature", "few", "category"), Column("feature", "many", "category"), Column("score", "score", "numeric"))
Outcome = dict[tuple[str, str, int, str], tuple[object, ...]]


def numbers(rng: np.random.Generator, name: str) -> tuple[pa.Array, npt.NDArray[np.int64]]:
    """A column that begins a thousand rows before it is like itself, with NaN, infinities, gaps, and rows of the wrong type."""
    family = FAMILIES[name]
    values = np.concatenate((family.first_rows(rng, 1_000), family.draw(rng, ROWS - 1_000, 0.5)))
    values[rng.random(ROWS) < 0.02] = rng.choice([np.nan, np.inf, -np.inf])
    gone = rng.random(ROWS) < rng.choice([0.0, 0.05, 0.6])
    return pa.array(values, mask=gone), np.flatnonzero(gone & (rng.random(ROWS) < 0.5))


def rows(seed: int) -> Records:
    """Rows of six days, most in order, some days late, of two versions."""
    rng = np.random.default_rng(seed)
    at = np.sort(rng.uniform(0, 6 * 86_400, ROWS)) - np.where(rng.random(ROWS) < 0.1, rng.uniform(0, 4 * 86_400, ROWS), 0)
    drawn = [numbers(rng, name) for name in FAMILIES]
    few, many = rng.choice(["a", "b", "c"], ROWS), np.char.add("v", rng.zipf(1.2, ROWS).clip(max=10**6).astype(str))
    base = pa.Table.from_pydict(
        {
            "ts": pa.array([micros(second) for second in at], pa.timestamp("us")),
            "ts_estimated": [False] * ROWS,
            "version": rng.choice(["v1", "v2"], ROWS),
            "id": pa.nulls(ROWS, pa.string()),
            "id_hash": pa.nulls(ROWS, pa.uint64()),
            "latency_ms": rng.lognormal(2, 1, ROWS),
            "error": rng.random(ROWS) < 0.01,
            "future": [False] * ROWS,
            "line": np.arange(ROWS),
        },
        schema=BASE_SCHEMA,
    )
    arrays = (*(array for array, _ in drawn), pa.array(few), pa.array(many, mask=rng.random(ROWS) < 0.1), pa.array(rng.random(ROWS)))
    sampled = Sampled(pa.array(1 / rng.uniform(0.00001, 1, ROWS), mask=rng.random(ROWS) < 0.1), 4.0)
    return Records("m", base, COLUMNS, arrays, {place: bad for place, (_, bad) in enumerate(drawn)}, sampled)


def part(whole: Records, low: int, high: int) -> Records:
    """Rows [low, high) of records."""
    invalid = {place: bad[(bad >= low) & (bad < high)] - low for place, bad in whole.invalid.items()}
    arrays = tuple(array.slice(low, high - low) for array in whole.values)
    assert whole.sampled is not None
    sampled = replace(whole.sampled, weights=whole.sampled.weights.slice(low, high - low))
    return Records(whole.model, whole.base.slice(low, high - low), whole.columns, arrays, invalid, sampled)


def outcome(whole: Records, bounds: Sequence[int], baseline: Records | None, together: int, restart: bool) -> Outcome:
    """Everything that the hours hold after a commit of each part, or of some parts at once; floats as their bits."""
    with tempfile.TemporaryDirectory() as directory:
        store = Store.open(Path(directory), Keep())
        if baseline is not None:
            store.set_baseline("", "key", [baseline])
        batches = [batch(part(whole, low, high), position=high) for low, high in pairwise(bounds)]
        for first in range(0, len(batches), together):
            store.commit(batches[first : first + together], NOW)
            if restart:
                store.close()
                store = Store.open(Path(directory), Keep())
        names = {column.number: column for column in store.columns("m")}
        cells = all_hours(store)
        found: Outcome = {}
        for i, number in enumerate(cells.column.tolist()):
            column, entries = names[number], slice(cells.offsets[i], cells.offsets[i + 1])
            sums = tuple(int(array[i]) for array in (cells.n, cells.nulls, cells.nonfinite, cells.invalid))
            ends = cells.minimum[i].tobytes(), cells.maximum[i].tobytes()
            key = (column.role, column.name, int(cells.start[i]), cells.versions[cells.version[i]])
            found[key] = (column.grid, column.values, *sums, *ends, cells.bins[entries].tolist(), cells.counts[entries].tolist())
        store.close()
    return found


@st.composite
def splits(draw: st.DrawFn) -> tuple[int, set[int], bool, int, bool]:
    """(seed of the rows, where they are cut, whether there is a baseline, parts in one commit, whether the store is opened for each)."""
    cuts = st.sets(st.one_of(st.integers(1, ROWS - 1), st.integers(990, 1_010)), max_size=40)
    return draw(st.integers(0, 2**32 - 1)), draw(cuts), draw(st.booleans()), draw(st.integers(1, 5)), draw(st.booleans())


@settings(max_examples=3)
@given(split=splits())
def test_any_split_gives_the_same_hours_to_the_bit(split: tuple[int, set[int], bool, int, bool]) -> None:
    same_hours(*split)


@pytest.mark.slow
@pytest.mark.timeout(300)
@settings(max_examples=15)
@given(split=splits())
def test_many_more_splits_give_the_same_hours(split: tuple[int, set[int], bool, int, bool]) -> None:
    same_hours(*split)


def same_hours(seed: int, cuts: set[int], with_baseline: bool, together: int, restart: bool) -> None:
    whole = rows(seed)
    baseline = rows(seed + 1) if with_baseline else None
    at_once = outcome(whole, [0, ROWS], baseline, 1, restart=False)
    assert sum(value[2] for key, value in at_once.items() if key[0] == "traffic" and isinstance(value[2], int)) == ROWS
    assert outcome(whole, sorted({0, ROWS, *cuts}), baseline, together, restart) == at_once
