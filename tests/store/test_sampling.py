"""What sampled rows stand for is kept by minute, hour and version, exactly, beside rows that stand for themselves."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.builders import NOW, Row, all_hours, all_minutes, batch, column_number, records
from tuimon.config import Keep
from tuimon.stats import estimates
from tuimon.store import Cells, Store
from tuimon.values.batch import Records, Sampled

Estimated = dict[tuple[int, str], tuple[float, float, float, float]]
RATED = st.lists(
    st.tuples(st.sampled_from([None, 1.0, 2.0, 10.0, 100_000.0]), st.integers(0, 7_300), st.booleans()), min_size=1, max_size=40
)


def rated(rows: list[tuple[float | None, int, bool]], otherwise: float) -> Records:
    made = records([Row(at=at, error=error, version="v1" if at % 2 else "v2") for _, at, error in rows])
    return replace(made, sampled=Sampled(pa.array([weight for weight, _, _ in rows], pa.float64()), otherwise))


def kept(store: Store, cells: Cells) -> Estimated:
    """What the cells hold on top of the rows: records beyond them and their variance, of all and of errors."""
    found: Estimated = {}
    mine = column_number(store, "sampling", "sampling")
    for place in np.flatnonzero(cells.column == mine).tolist():
        entries = slice(cells.offsets[place], cells.offsets[place + 1])
        every, failed = estimates(0, 0, cells.bins[entries], cells.counts[entries].astype(np.int64))
        key = (int(cells.start[place]), cells.versions[cells.version[place]])
        found[key] = (every.count, every.variance, failed.count, failed.variance)
    return found


def expected(rows: list[tuple[float | None, int, bool]], otherwise: float, width: int) -> Estimated:
    start = int(records([Row()]).base.column("ts")[0].value) // 1_000_000
    sums: dict[tuple[int, str], list[float]] = defaultdict(lambda: [0.0] * 4)
    for said, at, error in rows:
        weight = otherwise if said is None else said
        cell = sums[(start + at) // width * width, "v1" if at % 2 else "v2"]
        for place, value in enumerate((weight - 1, weight * (weight - 1))):
            cell[place] += value
            cell[place + 2] += value * error
    return {key: (a, b, c, d) for key, (a, b, c, d) in sums.items()}


@settings(max_examples=25, deadline=None)
@given(RATED, RATED)
def test_minutes_and_hours_hold_the_very_sums(
    one: list[tuple[float | None, int, bool]], other: list[tuple[float | None, int, bool]]
) -> None:
    store = Store.in_memory(Keep())
    store.commit([batch(rated(one, 4.0), position=1)], NOW)
    store.commit([batch(rated(other, 4.0), position=2), batch(records([Row(at=5.0)] * 3), generation=2)], NOW)
    assert kept(store, all_minutes(store)) == expected([*one, *other], 4.0, 60)
    assert kept(store, all_hours(store)) == expected([*one, *other], 4.0, 3600)
    assert all(proof.ok for proof in store.verify())
    nulls = all_hours(store).nulls[all_hours(store).column == column_number(store, "sampling", "sampling")]
    assert int(nulls.sum()) == sum(weight is None for weight, _, _ in (*one, *other))
    store.close()


def test_a_log_of_all_records_has_no_such_column(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "state", Keep())
    store.commit([batch(records([Row(at=5.0)] * 3))], NOW)
    assert [column.role for column in store.columns("m") if column.role == "sampling"] == []
    store.commit([batch(rated([(10.0, 5, False)], 1.0), generation=2)], NOW)
    store.close()
    again = Store.open(tmp_path / "state", Keep())
    assert set(kept(again, all_minutes(again)).values()) == {(9.0, 90.0, 0.0, 0.0)}
    again.close()
