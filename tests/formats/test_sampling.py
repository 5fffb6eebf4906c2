"""How many records a line stands for: by its source, by a field of its own, and where that field cannot be used."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.formats.support import NOW, SOURCE, chunk_of, decode, decoder, only, values
from tuimon.config import FieldPath, Fields
from tuimon.values.batch import Records

RATED = replace(SOURCE, fields=Fields(sample_rate=FieldPath("meta.rate")))


def logged(rates: list[Any], model: str = "m") -> str:
    made = ({"ts": "2026-11-22T10:00:00Z", "model": model, "features": {"a": 1.5}, "meta": {"rate": rate}} for rate in rates)
    return "".join(json.dumps(record) + "\n" for record in made)


def weights(records: Records) -> list[float | None]:
    assert records.sampled is not None
    return list(records.sampled.weights.to_pylist())


def test_a_log_of_all_records_says_nothing() -> None:
    assert only(decode(logged([0.1, 0.5]))).sampled is None
    assert only(decode(logged([0.1]), replace(SOURCE, sample_rate=1.0))).sampled is None


def test_the_rate_of_a_source_holds_for_each_line() -> None:
    records = only(decode(logged([None, 3]), replace(SOURCE, sample_rate=0.1)))
    assert weights(records) == [10.0, 10.0]


def test_a_line_may_say_a_rate_or_how_many_it_stands_for() -> None:
    records = only(decode(logged([0.1, 0.25, 1, 1.0, 20, 2.5, 100_000, 0.00001]), RATED))
    assert weights(records) == pytest.approx([10, 4, 1, 1, 20, 2.5, 100_000, 100_000])
    assert records.sampled is not None
    assert records.sampled.otherwise == 1.0
    assert [column.name for column in records.columns] == ["a"]


@pytest.mark.parametrize("wrong", [None, 0, -1, "often", 1e-7, 100_001, 1e300, {"a": 1}, [0.1]])
def test_what_is_no_rate_is_told_apart_and_counts_as_the_source_says(wrong: Any) -> None:
    records = only(decode(logged([0.5, wrong]), replace(RATED, sample_rate=0.25)))
    assert weights(records) == [2.0, None]
    assert records.sampled is not None
    assert records.sampled.otherwise == 4.0


def test_a_field_that_no_line_has_is_missed_by_all() -> None:
    records = only(decode(logged([0.5]), replace(SOURCE, fields=Fields(sample_rate=FieldPath("nowhere")))))
    assert weights(records) == [None]


def test_each_model_has_the_weights_of_its_own_lines() -> None:
    text = logged([0.5, 0.1], "x") + logged([0.2], "y") + logged([1], "x")
    found = {records.model: weights(records) for records in decode(text, RATED).records}
    assert found == {"x": [2.0, 10.0, 1.0], "y": [5.0]}


def test_csv_has_rates_too() -> None:
    source = replace(SOURCE, fields=Fields(sample_rate=FieldPath("rate")))
    assert weights(only(decode("ts,a,rate,score\n2026-11-22T10:00:00Z,1,0.1,0.5\n2026-11-22T10:00:01Z,1,,0.5\n", source, "csv"))) == [
        10.0,
        None,
    ]


def test_a_rate_is_told_of_a_log_that_was_read_before_without() -> None:
    first = decoder()
    layout = first.decode(chunk_of(logged([0.5, 0.5]).encode()), NOW).layout
    first.close()
    then = decoder(RATED, layout=layout)
    records = only(then.decode(chunk_of(logged([0.5, 0.1]).encode()), NOW))
    then.close()
    assert weights(records) == [2.0, 10.0]
    assert values(records)["a"] == [1.5, 1.5]
