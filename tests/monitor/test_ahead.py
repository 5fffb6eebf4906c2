"""Several chunks are under way at a time; a file that cannot be used takes nothing else with it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.monitor import logs
from tests.monitor.test_grouping import write_files
from tuimon.formats import LayoutError
from tuimon.monitor.ahead import MOST, Ahead
from tuimon.values.batch import Batch
from tuimon.values.chunk import Chunk, Generation

CONFIG = """
[sources.tables]
paths = ["*.parquet"]
[sources.parts]
paths = ["part-*.jsonl"]
"""
ROWS = 5 * 16_384
"""Five chunks of a table."""


def chunk_of(number: int) -> Chunk:
    return Chunk(Generation(number, "parts", "", b"part", "jsonl"), 0, 1, 1, b"x")


def test_a_table_without_times_is_left_aside_with_all_that_was_read_ahead_of_it(tmp_path: Path) -> None:
    pq.write_table(pa.table({"amount": [1.5] * ROWS, "prediction": ["yes"] * ROWS}), tmp_path / "timeless.parquet")
    write_files(tmp_path, 30)
    session = logs.open_session(tmp_path, CONFIG)
    for _ in range(3):
        session.ingest(lambda: False)
    assert session.totals().rows == 90
    assert any("no timestamp in timeless.parquet" in notice for notice in session.notices())
    assert all(proof.ok for proof in session.store.verify())
    session.close()


def test_what_is_read_when_time_is_up_is_not_lost(tmp_path: Path) -> None:
    write_files(tmp_path, 30)
    pq.write_table(pa.table({"ts": [logs.START] * ROWS, "amount": [1.5] * ROWS, "prediction": ["yes"] * ROWS}), tmp_path / "timed.parquet")
    session = logs.open_session(tmp_path, CONFIG)
    takes = 1
    while not session.ingest(lambda: True)[1]:
        takes += 1
    assert takes > 1
    assert session.totals().rows == 90 + ROWS
    session.close()


def test_chunks_of_a_bundle_that_failed_come_before_all_others() -> None:
    def decode(chunks: list[Chunk]) -> tuple[Batch, ...]:
        raise LayoutError(" ".join(str(chunk.generation.number) for chunk in chunks))

    ahead = Ahead(decode)
    ahead.put([chunk_of(1), chunk_of(2), chunk_of(3)])
    ahead.put([chunk_of(4)])
    first = ahead.take()
    ahead.refuse(4)
    first.refused.add(2)
    ahead.split(first)
    told = []
    while len(ahead):
        with pytest.raises(LayoutError) as error:
            ahead.take().batches()
        told.append(str(error.value))
    assert told == ["1", "3", "4"]
    ahead.close()


def test_no_more_than_a_few_bundles_are_under_way() -> None:
    ahead = Ahead(lambda _: ())
    for number in range(MOST):
        assert ahead.room
        ahead.put([chunk_of(number)])
    assert not ahead.room
    ahead.close()
