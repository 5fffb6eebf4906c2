"""However many, long or deep: what a chunk comes to is bounded, every line of it is counted, and the next good line is read."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from typing import Any

import pyarrow as pa
import pytest

from tests.formats.support import decode, only, reasons, values
from tuimon.formats import Engine, reader
from tuimon.formats.engine import TooMuch
from tuimon.formats.layout import MAX_FEATURES, MAX_MODELS, OTHERS
from tuimon.formats.lines import Lines
from tuimon.formats.reading import read_values
from tuimon.formats.values import Values

GOOD = b'{"id":"a","ts":"2026-11-22T19:00:00Z","features":{"x":1.5,"c":"red"},"prediction":"yes","score":0.9,"latency_ms":3}'
MIB = 1 << 20
HOSTILE = {
    "brackets": b"[" * MIB,
    "brackets of a record": b'{"prediction":"x","a":' + b"[" * (MIB - 30),
    "brackets that are closed": b'{"prediction":"x","a":' + b"[" * (MIB // 2 - 30) + b"]" * (MIB // 2 - 30) + b"}",
    "objects": b'{"a":' * (MIB // 5),
    "quotes": b'{"a":' + b'"' * (MIB - 10),
    "backslashes": b'{"a":"' + b"\\" * (MIB - 10),
    "digits": b'{"prediction":"x","features":{"x":' + b"9" * (MIB - 60) + b"}}",
    "a text": b'{"prediction":"x","features":{"x":1,"c":"' + b"y" * (MIB - 60) + b'"}}',
    "keys": b'{"prediction":"x","features":{' + b",".join(b'"k%d":1' % n for n in range(90_000)) + b"}}",
    "one key": b'{"prediction":"x","features":{' + b",".join([b'"k":1'] * 170_000) + b"}}",
    "zeros": bytes(MIB),
    "random": random.Random(1).randbytes(MIB).replace(b"\n", b""),
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)
def test_a_line_of_a_mebibyte_leaves_its_neighbours_alone(line: bytes) -> None:
    batch = decode(b"\n".join([*[GOOD] * 9, *[line] * 8, GOOD, b""]))
    assert batch.books.lines == 18
    assert batch.books.record_lines + batch.books.rejected == 18
    for records in batch.records:
        own = records.base["line"].to_pylist()
        assert {*range(1, 10), 18} <= set(own)
        assert [values(records)[name][place] for name in ("x", "c") for place in (0, 8, -1)] == [1.5] * 3 + ["red"] * 3


def test_a_long_line_is_a_reject_when_it_goes_too_deep() -> None:
    def nested(depth: int, size: int) -> bytes:
        return b'{"ts":1795374168,"prediction":"x","t":"' + b"[" * size + b'","a":' + b"[" * depth + b"]" * depth + b"}"

    rows = [nested(499, 70_000), nested(500, 70_000), nested(2_000, 10), nested(499, 10)]
    assert reasons(decode(b"\n".join(rows))) == [(2, "too deeply nested")]


def test_a_hundred_thousand_different_keys_are_so_many_records_and_few_columns() -> None:
    rows = [GOOD, *(b'{"prediction":"x","features":{"k%d":1,"x":2}}' % number for number in range(8_000))]
    batch = decode(b"\n".join(rows))
    assert (batch.books.record_lines, batch.books.rejected) == (8_001, 0)
    assert all(len(one.columns) <= MAX_FEATURES + 2 for one in batch.records)
    assert sum(values(one)["x"].count(2.0) for one in batch.records) == 8_000


def test_models_beyond_the_limit_are_counted_together() -> None:
    rows = [json.dumps({"ts": 1795374168, "model": f"m{number}", "prediction": "x", "features": {"a": number}}) for number in range(5_000)]
    batch = decode("\n".join(rows))
    assert batch.books.record_lines == 5_000
    sizes = {one.model: one.base.num_rows for one in batch.records}
    assert len(sizes) == MAX_MODELS + 1
    assert sizes[OTHERS] == 5_000 - MAX_MODELS
    others = next(one for one in batch.records if one.model == OTHERS)
    assert values(others)["a"] == [float(number) for number in others.base["line"].to_numpy() - 1]


def test_names_and_texts_are_cut_and_values_stay_apart() -> None:
    long = "n" * 10_000
    record = {"ts": 1795374168, "model": long, "version": long, "id": long, "prediction": long, "features": {"a": 1.5, long: 1, "c": long}}
    rows = [json.dumps({**record, "features": {"a": 1.5, "c": "red"}, "model": "m"})] * 3 + [json.dumps(record)]
    batch = decode("\n".join(rows))
    assert [one.model for one in batch.records] == ["m", "n" * 256]
    one = batch.records[1]
    assert one.base["version"].to_pylist() == ["n" * 256]
    assert one.base["id"].to_pylist() == [long]
    assert values(one)["prediction"] == ["n" * 1_000]
    assert long not in values(one)


def test_versions_without_end_are_values_like_any_other() -> None:
    rows = [json.dumps({"ts": 1795374168, "version": f"v{number}", "prediction": "x"}) for number in range(3_000)]
    assert only(decode("\n".join(rows))).base["version"].to_pylist() == [f"v{number}" for number in range(3_000)]


def test_when_memory_is_short_fewer_lines_are_read_at_a_time() -> None:
    asked = []

    def forgetful(engine: Engine, lines: Lines, *rest: Any) -> Values:
        asked.append(len(lines))
        if len(lines) > 3:
            raise TooMuch
        return read_values(engine, lines, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "read_values", forgetful)
        batch = decode(b"\n".join([GOOD] * 10))
    assert batch.books.record_lines == 10
    assert [line for one in batch.records for line in one.base["line"].to_pylist()] == list(range(1, 11))
    assert max(asked) == 10


_MEASURE = """
import re, sys
from pathlib import Path
from tests.formats.support import decode
from tests.formats.test_bounds import GOOD, HOSTILE
line = HOSTILE[sys.argv[1]]
batch = decode(b"\\n".join([GOOD, *[line] * 14, GOOD, b""]))
assert batch.books.lines == 16
# What getrusage says of a child begins with the memory of whoever started it.
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_chunk_of_such_lines_is_read_within_350_mb(name: str) -> None:
    found = subprocess.run([sys.executable, "-c", _MEASURE, name], check=True, capture_output=True, text=True, timeout=300)
    assert int(found.stdout) < 350


def test_the_engine_is_made_anew_now_and_then_and_nobody_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuimon.formats.engine.QUERIES", 3)
    batch = decode(b"\n".join([GOOD] * 10))
    assert batch.books.record_lines == 10
    engine = Engine()
    connections = set()
    for number in range(7):
        assert engine.query("SELECT sum(n)::BIGINT AS s FROM t", t=pa.table({"n": [number, 1]}))["s"].to_pylist() == [number + 1]
        connections.add(id(engine._connection))
    engine.close()
    assert len(connections) > 1
