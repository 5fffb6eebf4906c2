"""Parquet: one row is one line, read from a held descriptor."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.support import NOW, checked, chunk_of, decoder, invalid, only, values
from tuimon.formats import FORMATS, UnreadableChunk
from tuimon.formats.parquet import Rows
from tuimon.values.batch import as_micros
from tuimon.values.chunk import Chunk

WHEN = datetime(2026, 11, 22, 19, 2, 48, 407121, UTC)


def write(path: Path, rows: int = 10, group: int = 4) -> None:
    table = pa.table(
        {
            "id": [f"r{n}" for n in range(rows)],
            "ts": pa.array([WHEN] * rows, pa.timestamp("ns", "UTC")),
            "features": [{"a": float(n), "b": None if n % 2 else "x", "n": float("nan") if n == 0 else 1.0} for n in range(rows)],
            "prediction": pa.array([n % 2 == 0 for n in range(rows)]),
            "latency_ms": pa.array(range(rows), pa.int16()),
        }
    )
    pq.write_table(table, path, row_group_size=group)


def chunk(descriptor: int, start: int, end: int, line: int) -> Chunk:
    return Chunk(chunk_of(b"", "parquet").generation, start, end, line, b"", descriptor)


def test_rows_from_a_descriptor_whose_file_is_gone(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet")
    descriptor = os.open(tmp_path / "a.parquet", os.O_RDONLY)
    (tmp_path / "a.parquet").unlink()
    units = FORMATS["parquet"].units
    assert units is not None
    assert units(descriptor) == 10
    own = decoder(container="parquet")
    first = checked(own.decode(chunk(descriptor, 0, 8, 1), NOW))
    rest = checked(own.decode(chunk(descriptor, 8, 10, 9), NOW))
    own.close()
    os.close(descriptor)
    found = values(only(first))
    assert found["a"] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    assert found["b"] == ["x", None] * 4
    assert found["prediction"] == ["true", "false"] * 4
    assert found["n"][0] != found["n"][0]
    assert not invalid(only(first))
    assert as_micros(only(first).base["ts"]).tolist() == [1795374168407121] * 8
    assert only(rest).base["line"].to_pylist() == [9, 10]
    assert only(rest).base["latency_ms"].to_pylist() == [8.0, 9.0]
    assert (first.books.lines, rest.books.lines, rest.layout) == (8, 2, None)


@pytest.mark.parametrize("kept", [0, 3, 100, -1])
def test_a_file_that_is_not_whole_has_no_rows_yet_and_cannot_be_read(tmp_path: Path, kept: int) -> None:
    write(tmp_path / "a.parquet")
    data = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(data[:kept])
    descriptor = os.open(tmp_path / "a.parquet", os.O_RDONLY)
    units = FORMATS["parquet"].units
    assert units is not None
    assert units(descriptor) is None
    own = decoder(container="parquet")
    with pytest.raises(UnreadableChunk, match=r"^rows 1 to 1 cannot be read as Parquet: "):
        own.decode(chunk(descriptor, 0, 1, 1), NOW)
    own.close()
    os.close(descriptor)


def test_damage_inside_a_row_group_is_one_clear_error(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet")
    data = bytearray((tmp_path / "a.parquet").read_bytes())
    data[4:400] = b"\xff" * 396
    (tmp_path / "a.parquet").write_bytes(data)
    descriptor = os.open(tmp_path / "a.parquet", os.O_RDONLY)
    own = decoder(container="parquet")
    with pytest.raises(UnreadableChunk):
        own.decode(chunk(descriptor, 0, 1, 1), NOW)
    own.close()
    os.close(descriptor)


@given(cuts=st.lists(st.integers(0, 30), max_size=6), group=st.integers(1, 12), again=st.integers(0, 30))
def test_cut_at_any_row_and_begun_again_anywhere_the_rows_are_those_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], group: int, again: int
) -> None:
    path = tmp_path_factory.mktemp("rows") / "a.parquet"
    write(path, rows=30, group=group)
    whole = pq.read_table(path).column("id").to_pylist()
    with path.open("rb") as file:
        rows, found = Rows(), []
        for start, end in pairwise(sorted({0, 30, *cuts})):
            found += rows.read(1, file.fileno(), start, end).column("id").to_pylist()
        assert found == whole
        assert rows.read(1, file.fileno(), again, 30).column("id").to_pylist() == whole[again:]
        rows.close()
