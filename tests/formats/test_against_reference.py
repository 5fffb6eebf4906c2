"""The bulk decoder says of every line what a slow per-line reader says, on made-up and on damaged lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.formats.reference import TEMPLATE, Outcome, judge
from tests.formats.support import MODIFIED, NOW, SECRET, SOURCE, checked, chunk_of
from tuimon.formats import Decoder, Engine
from tuimon.values import Batch

NUMBERS = st.one_of(st.floats(-1e6, 1e6), st.integers(-(2**70), 2**70), st.sampled_from([0, 1, 0.5, -0.0, 1e300]))
ODD = st.one_of(
    st.none(), st.booleans(), st.sampled_from(["", "abc", "12.5", "-3", "1e3", [], [1], {}, {"k": 1}, [[]]]), st.text(max_size=5)
)
WRITTEN = [
    "2026-11-22T19:02:48.407121Z", "2026-11-22 19:02:48,407", "2026-11-22T19:02:48+02:00", "2026-11-22", 1795374357.25, 1795374357,
     "1795374357287", 1795374357287, "yesterday", None, 12, "1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", True,
]  # fmt: skip
TIMES = st.sampled_from(WRITTEN)
FEATURES = st.fixed_dictionaries({}, optional={"n1": st.one_of(NUMBERS, ODD), "n2": NUMBERS, "c1": st.one_of(st.text(max_size=4), ODD)})
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "id": st.one_of(st.text(max_size=4), st.integers(0, 9), st.none()),
        "ts": TIMES,
        "model": st.sampled_from(["m", "other", "", None]),
        "version": st.sampled_from(["v", "w", 3, None]),
        "features": st.one_of(FEATURES, FEATURES, ODD),
        "prediction": st.one_of(st.sampled_from(["yes", "no", 1, 1.0, 0.25]), ODD),
        "score": st.one_of(st.floats(0, 1), ODD),
        "latency_ms": st.one_of(st.floats(-10, 1000), ODD),
        "label": st.one_of(st.sampled_from(["yes", 1, 1.0]), st.none()),
        "error": st.sampled_from([None, "", "boom", {"type": "x"}, False]),
    },
)


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """A line of JSON, sometimes damaged."""
    text = json.dumps(draw(RECORDS), ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        at = draw(st.integers(0, len(text)))
        how = draw(st.sampled_from(["cut", "drop", "put"]))
        if how == "cut":
            text = text[:at]
        elif how == "drop":
            text = text[:at] + text[at + 1 :]
        else:
            text = text[:at] + draw(st.sampled_from([b"{", b"}", b'"', b"\\", b"\xff", b"\0", b" ", b"0", b"[", b"]"])) + text[at:]
    return text


@pytest.fixture(scope="module")
def trained() -> Iterator[Callable[[], Decoder]]:
    """Makes decoders that have seen the template and nothing else."""
    engine = Engine()
    layout = Decoder(SOURCE, "jsonl", None, secret=SECRET, engine=engine).decode(chunk_of(TEMPLATE.encode()), NOW).layout
    yield lambda: Decoder(SOURCE, "jsonl", layout, secret=SECRET, engine=engine)
    engine.close()


def _wanted(rows: list[bytes]) -> list[Outcome]:
    return [judge(row, MODIFIED * 1_000_000) for row in rows]


def _same(wanted: Any, found: Any) -> bool:
    return repr(wanted) == repr(found) or wanted == found


def _records(batch: Batch) -> dict[int, tuple[Any, ...]]:
    found = {}
    for one in batch.records:
        names = [column.name for column in one.columns]
        arrays = [array.to_pylist() for array in one.values]
        stamps = one.base["ts"].cast("int64").to_pylist()
        for row, base in enumerate(one.base.drop(["ts"]).to_pylist()):
            wrong = frozenset(names[place] for place, rows in one.invalid.items() if row in rows)
            known = (stamps[row], base["ts_estimated"], base["version"], base["id"], base["latency_ms"], base["error"])
            found[base["line"]] = (one.model, known, {name: array[row] for name, array in zip(names, arrays, strict=True)}, wrong)
    return found


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(rows=st.lists(lines(), min_size=1, max_size=12))
@example(rows=[b'{"id":"a","prediction":"\\ud83d\\ude00"}', b"{}", b"{"])
def test_every_line_comes_to_what_the_reference_says(trained: Callable[[], Decoder], rows: list[bytes]) -> None:
    rows = [row.replace(b"\n", b"") for row in rows]
    batch = checked(trained().decode(chunk_of(b"".join(row + b"\n" for row in rows)), NOW))
    wanted = _wanted(rows)
    records = _records(batch)
    for number, outcome in enumerate(wanted, start=1):
        if outcome.what == "other":
            continue
        if outcome.what not in ("record", "both"):
            assert number not in records, (rows[number - 1], records.get(number))
            continue
        assert number in records, rows[number - 1]
        model, base, values, invalid = records[number]
        assert (model, invalid) == (outcome.model, outcome.invalid), rows[number - 1]
        known = (*base[:3], outcome.base[3], *base[4:]) if str(base[3]).startswith("line:") else base
        # Damage can make a time that only one of the two is lenient enough to read.
        skip = 0 if outcome.time in WRITTEN else 2
        assert _same(known[skip:], outcome.base[skip:]), rows[number - 1]
        kept = {key: value for key, value in outcome.values.items() if key in values}
        assert _same(kept, {key: values[key] for key in kept}), rows[number - 1]
    others = {n for n, one in enumerate(wanted, start=1) if one.what == "other"}
    assert [n for n in batch.rejects["line"].to_pylist() if n not in others] == [
        n for n, one in enumerate(wanted, start=1) if one.what == "reject"
    ]
    assert batch.books.blank == sum(one.what == "blank" for one in wanted)
    told = zip(batch.labels["line"].to_pylist(), batch.labels["label"].to_pylist(), strict=True)
    labels = {n: label for n, label in told if n not in others}
    assert list(labels) == [n for n, one in enumerate(wanted, start=1) if one.what in ("label", "both")]
    assert list(labels.values()) == [one.label[1] for one in wanted if one.what in ("label", "both")]
