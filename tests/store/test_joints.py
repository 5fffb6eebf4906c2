"""Joint sums of the numeric features: committed with the rows, the same however they came, and gone when they are to go."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.builders import NOW, START, batch, micros
from tuimon.config import Keep
from tuimon.stats import Joint, no_rows
from tuimon.store import Store
from tuimon.store.joints import MOST_TOGETHER
from tuimon.values.batch import BASE_SCHEMA, Column, Records

DAY = 86_400.0
NAMES = ("x", "y", "z")
Sums = dict[tuple[int, int, str], Joint]


def records(at: Sequence[float], values: npt.NDArray[np.float64], names: Sequence[str] = NAMES, version: str = "v1") -> Records:
    """Rows of numeric features; NaN is missing."""
    count = len(at)
    base = pa.Table.from_pydict(
        {
            "ts": pa.array([micros(second) for second in at], pa.timestamp("us")),
            "ts_estimated": [False] * count,
            "version": [version] * count,
            "id": pa.nulls(count, pa.string()),
            "id_hash": pa.nulls(count, pa.uint64()),
            "latency_ms": pa.nulls(count, pa.float64()),
            "error": [False] * count,
            "future": [False] * count,
            "line": np.arange(count),
        },
        schema=BASE_SCHEMA,
    )
    arrays = tuple(pa.array(column, mask=np.isnan(column)) for column in values.T)
    return Records("m", base, tuple(Column("feature", name, "numeric") for name in names), arrays, {})


def drawn(seed: int, count: int, gaps: float = 0.0, columns: int = 3) -> npt.NDArray[np.float64]:
    """Rows with some missing values."""
    rng = np.random.default_rng(seed)
    values = rng.normal(1e6, 3.0, (count, columns)) + 2 * rng.normal(size=(count, 1))
    values[rng.random(values.shape) < gaps] = np.nan
    return values


def all_sums(store: Store) -> Sums:
    """Everything that is kept of the model."""
    found = {}
    for width in (60, 3600):
        for start, version, joint in store.joints("m", width, -(1 << 50), 1 << 50):
            found[width, start, version] = joint
    return found


def total(store: Store, width: int = 3600) -> Joint:
    return sum((joint for key, joint in all_sums(store).items() if key[0] == width), no_rows(0))


def close(one: Joint, other: Joint) -> None:
    assert one.n == other.n
    for name in ("sums", "products", "beside", "missing"):
        left, right = getattr(one, name), getattr(other, name)
        np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-9 * max(1.0, float(np.abs(right).max(initial=0))))


def committed(whole: Records, bounds: Sequence[int], baseline: Records | None, restart: bool) -> Sums:
    with tempfile.TemporaryDirectory() as directory:
        store = Store.open(Path(directory), Keep())
        if baseline is not None:
            store.set_baseline("", "key", [baseline])
        for low, high in pairwise(bounds):
            part = Records("m", whole.base.slice(low, high - low), whole.columns, tuple(a.slice(low, high - low) for a in whole.values), {})
            store.commit([batch(part, position=high)], NOW)
            if restart:
                store.close()
                store = Store.open(Path(directory), Keep())
        found = {key: joint for key, joint in all_sums(store).items() if key[0] == 3600}
        store.close()
    return found


@settings(max_examples=8)
@given(st.integers(0, 2**32 - 1), st.sets(st.integers(1, 1_399), max_size=12), st.booleans(), st.booleans(), st.sampled_from([0.0, 0.05]))
def test_any_split_gives_the_same_sums(seed: int, cuts: set[int], with_baseline: bool, restart: bool, gaps: float) -> None:
    rng = np.random.default_rng(seed)
    whole = records((rng.integers(0, 40, 1_400) * 7_000.0).tolist(), drawn(seed, 1_400, gaps))
    baseline = records([0.0] * 500, drawn(seed + 1, 500)) if with_baseline else None
    at_once = committed(whole, [0, 1_400], baseline, restart=False)
    parts = committed(whole, sorted({0, 1_400, *cuts}), baseline, restart)
    assert parts.keys() == at_once.keys()
    for key, joint in parts.items():
        close(joint, at_once[key])


def test_the_sums_are_those_of_the_raw_rows(store: Store) -> None:
    values = drawn(3, 600, gaps=0.1)
    values[np.isnan(values).all(axis=1), 0] = 1e6
    store.set_baseline("", "key", [records([0.0] * 500, drawn(4, 500))])
    for low in range(0, 600, 100):
        store.commit([batch(records(np.arange(low, low + 100.0).tolist(), values[low : low + 100]))], NOW)
    axes, joint = store.axes("m"), total(store)
    assert axes.names == NAMES
    standard = (values - axes.loc) / axes.scale
    filled, gone = np.nan_to_num(standard), np.isnan(standard).astype(float)
    assert not gone.all(axis=1).any()
    close(joint, Joint(600, filled.sum(axis=0), filled.T @ filled, filled.T @ gone, gone.T @ gone))
    mean = np.nanmean(values, axis=0)
    np.testing.assert_allclose(axes.loc + axes.scale * joint.mean, mean, rtol=1e-12)
    centred = np.where(np.isnan(values), 0.0, values - mean)
    np.testing.assert_allclose(joint.about(joint.mean) * np.outer(axes.scale, axes.scale), centred.T @ centred, rtol=1e-7, atol=1e-6)


def test_hours_are_the_sums_of_their_minutes_and_late_rows_count_in_hours_only(store: Store) -> None:
    store.set_baseline("", "key", [records([0.0] * 500, drawn(4, 500))])
    store.commit([batch(records(np.arange(0, 7_200.0, 10).tolist(), drawn(5, 720)))], NOW)
    close(total(store, 60), total(store))
    store.commit([batch(records([5 * DAY] * 10 + [0.0, 1.0], drawn(6, 12)))], NOW)
    assert total(store).n == 732
    assert total(store, 60).n == 730


def test_without_a_baseline_rows_count_from_the_grids_on(store: Store) -> None:
    store.commit([batch(records(np.arange(0, 1_500.0).tolist(), drawn(7, 1_500)))], NOW)
    assert total(store).n == 500


def test_a_commit_that_fails_adds_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.set_baseline("", "key", [records([0.0] * 500, drawn(4, 500))])
    part = batch(records(np.arange(0, 100.0).tolist(), drawn(5, 100)))
    store.commit([part], NOW)
    before = total(store)
    with monkeypatch.context() as patch:
        patch.setattr(store._catalogue, "save", lambda: (_ for _ in ()).throw(OSError("no")))
        with pytest.raises(OSError, match="no"):
            store.commit([part], NOW)
    close(total(store), before)
    store.commit([part], NOW)
    close(total(store), before + before)


def test_what_is_too_old_goes(store: Store) -> None:
    store.set_baseline("", "key", [records([0.0] * 500, drawn(4, 500))])
    store.commit([batch(records(np.linspace(0, 10 * DAY, 200).tolist(), drawn(5, 200)))], NOW)
    store.expire(NOW, Keep(minutes=DAY, history=3 * DAY))
    kept = all_sums(store)
    assert min(start for width, start, _ in kept if width == 60) >= START + 9 * DAY - 3_600
    assert min(start for width, start, _ in kept if width == 3600) >= START + 7 * DAY - 3_600
    assert store.baseline_joint("m") is not None


def test_a_forgotten_column_is_in_no_sum_any_more(store: Store) -> None:
    store.set_baseline("", "key", [records([0.0] * 500, drawn(4, 500))])
    store.commit([batch(records(np.arange(0, 300.0).tolist(), drawn(5, 300)))], NOW)
    before = total(store)
    store.forget("y", None, None)
    after, base = total(store), store.baseline_joint("m")
    assert after.n == 300
    assert after.sums[1] == 0
    assert np.diag(after.missing).tolist() == [0, 300, 0]
    assert np.array_equal(after.products[np.ix_([0, 2], [0, 2])], before.products[np.ix_([0, 2], [0, 2])])
    assert base is not None
    assert base[1].sums[1] == 0


def test_so_many_columns_by_name_are_taken_together(store: Store) -> None:
    names = [f"c{place:02d}" for place in range(MOST_TOGETHER + 8)]
    values = drawn(8, 300, columns=len(names))
    turned = list(reversed(range(len(names))))
    store.set_baseline("", "key", [records([0.0] * 300, values[:, turned], [names[place] for place in turned])])
    store.commit([batch(records(np.arange(0, 300.0).tolist(), values[:, turned], [names[place] for place in turned]))], NOW)
    assert store.axes("m").names == tuple(names[:MOST_TOGETHER])
    assert total(store).products.shape == (MOST_TOGETHER, MOST_TOGETHER)


def test_a_store_without_such_sums_opens_and_counts_its_baseline_anew(tmp_path: Path) -> None:
    store = Store.open(tmp_path, Keep())
    baseline = records([0.0] * 500, drawn(4, 500))
    store.set_baseline("", "key", [baseline])
    store.commit([batch(records(np.arange(0, 100.0).tolist(), drawn(5, 100)))], NOW)
    store._database.run("DROP TABLE joints")
    store._database.run("DROP TABLE joint_axes")
    store.close()
    store = Store.open(tmp_path, Keep())
    assert store.totals().rows == 100
    assert store.baseline_key("") is None
    assert store.set_baseline("", "key", [baseline])
    store.commit([batch(records(np.arange(100, 150.0).tolist(), drawn(6, 50)), position=1)], NOW)
    assert total(store).n == 50
    assert store.baseline_key("") == "key"
    store.close()
