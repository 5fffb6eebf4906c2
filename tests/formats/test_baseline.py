"""A baseline file read whole, whatever its container."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.formats.support import NOW, SECRET, SOURCE, chunk_of, decoder, values
from tuimon.formats import LayoutError, read_baseline

ROWS = [{"amount": 1.5, "code": "7", "target": 1}, {"amount": None, "code": "8", "target": 0}]


def as_csv() -> bytes:
    return b"amount,code,target\n1.5,7,1\n,8,0\n"


def write(path: Path) -> Path:
    name = path.name
    if name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pylist(ROWS), path, row_group_size=1)
        return path
    data = as_csv() if ".csv" in name else b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


@pytest.mark.parametrize("name", ["b.jsonl", "b.jsonl.gz", "b.csv", "b.csv.gz", "b.parquet"])
def test_every_container_gives_the_same_records(tmp_path: Path, name: str) -> None:
    own = decoder()
    layout = own.decode(chunk_of(b'{"ts":1795374168,"features":{"amount":2,"code":"9"},"prediction":"x"}\n'), NOW).layout
    own.close()
    found = read_baseline(write(tmp_path / name), SOURCE, layout, SECRET)
    assert {one.model for one in found} == {""}
    assert [value for one in found for value in values(one)["amount"]] == [1.5, None]
    assert [value for one in found for value in values(one)["code"]] == ["7", "8"]


def test_models_drops_and_filters(tmp_path: Path) -> None:
    rows = [{"model": "m", "x": 1, "email": "e"}, {"model": "n", "x": 2, "email": "f"}, {"x": 3}]
    (tmp_path / "b.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = read_baseline(tmp_path / "b.jsonl", replace(SOURCE, drop=("email",), where=(("event", "prediction"),)), None, SECRET)
    assert {one.model: values(one) for one in found} == {"m": {"x": [1.0]}, "n": {"x": [2.0]}, "": {"x": [3.0]}}


@pytest.mark.parametrize("data", [b"", b"some text\n", b'{"message":"x"}\n', b"PAR1"])
def test_a_file_without_records_is_refused_in_one_sentence(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "b.txt").write_bytes(data)
    with pytest.raises(LayoutError, match=r"(give a file|convert it|write it again)"):
        read_baseline(tmp_path / "b.txt", SOURCE, None, SECRET)
