"""Retention over many cycles: the file stays near the size of what is in it, and only what is too old goes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from tests.store.builders import NOW, Row, batch, micros, records
from tuimon.config import Keep
from tuimon.store import Store

CYCLES = 1_000
KEPT = 60
"""Cycles whose rows are kept."""
ROWS = 500
MINUTE = 60.0


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_thousand_cycles_of_retention_keep_the_file_near_its_live_data(tmp_path: Path) -> None:
    keep = Keep(rows=(KEPT - 0.5) * MINUTE, minutes=KEPT * MINUTE, history=10 * KEPT * MINUTE)
    store = Store.open(tmp_path, keep)
    part = records([Row(amount=index * 7919 % 1000 / 7, id=f"{index * 104_729:_>30}") for index in range(ROWS)])
    live = 0
    for cycle in range(CYCLES):
        ts = pa.array([micros(cycle * MINUTE + index * MINUTE / ROWS) for index in range(ROWS)], pa.timestamp("us"))
        base = part.base.set_column(part.base.schema.get_field_index("ts"), "ts", ts)
        store.commit([batch(replace(part, base=base), position=cycle + 1)], NOW + cycle * MINUTE)
        store.expire(NOW + cycle * MINUTE, keep)
        store.checkpoint(force=cycle % 10 == 0)
        if cycle >= KEPT:
            size = (tmp_path / "tuimon.duckdb").stat().st_size
            live = live or size
            assert size <= 2.5 * live, cycle
            assert store.rows("m").num_rows == KEPT * ROWS
    assert store.totals().rows == CYCLES * ROWS
    assert [proof.problem for proof in store.verify() if not proof.ok] == []
    store.close()
