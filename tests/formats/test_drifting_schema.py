"""Logs whose shape changes on the way: no batch is given up, what does not fit is counted, and no other line changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.formats.support import NOW, by_line, checked, chunk_of, decoder
from tuimon.values.batch import Batch


def line(number: int, **changes: Any) -> dict[str, Any]:
    record = {"id": f"r{number}", "ts": 1795374168 + number, "features": {"a": 1.5, "c": "red"}, "prediction": "yes", "latency_ms": 3}
    return {**record, **changes}


def drifted(before: list[dict[str, Any]], after: list[dict[str, Any]], apart: bool) -> list[Batch]:
    """Return the batches of a log that changes, in one chunk or in two."""
    own = decoder()
    texts = ["".join(json.dumps(record) + "\n" for record in some).encode() for some in (before, after)]
    batches = []
    for text, start, first in [(texts[0], 0, 1), (texts[1], len(texts[0]), len(before) + 1)] if apart else [(b"".join(texts), 0, 1)]:
        batches.append(checked(own.decode(chunk_of(text, start=start, first_line=first), NOW)))
    own.close()
    return batches


ALIKE = [line(number) for number in range(6)]
CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    "a new feature": ({"features": {"a": 1.5, "c": "red", "new": 7}}, {"a": 1.5, "c": "red", "new": 7.0}, set()),
    "a feature that is gone": ({"features": {"a": 1.5}}, {"a": 1.5, "c": None}, set()),
    "all features gone": ({"features": {}}, {"a": None, "c": None, "prediction": "yes"}, set()),
    "a number that is a text": ({"features": {"a": "much", "c": "red"}}, {"a": None, "c": "red"}, {"a"}),
    "a number that is an object": ({"features": {"a": {"b": 1}, "c": "red"}}, {"a": None, "c": "red"}, {"a"}),
    "a text that is a number": ({"features": {"a": 1.5, "c": 7}}, {"a": 1.5, "c": "7"}, set()),
    "a text that is an array": ({"features": {"a": 1.5, "c": [7]}}, {"a": 1.5, "c": None}, {"c"}),
    "features that are a text": ({"features": "none"}, {"a": None, "c": None, "prediction": "yes"}, set()),
    "features that are an array": ({"features": [1, 2]}, {"a": None, "c": None, "prediction": "yes"}, set()),
    "a class that is a number": ({"prediction": 0.25}, {"prediction": "0.25"}, set()),
    "a prediction that is an object": ({"prediction": {"p": 1}}, {"prediction": None, "a": 1.5}, {"prediction"}),
    "a latency that is a text": ({"latency_ms": "slow"}, {"a": 1.5}, set()),
}


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(("change", "values", "invalid"), CHANGES.values(), ids=CHANGES)
def test_a_log_that_changes_its_shape(change: dict[str, Any], values: dict[str, Any], invalid: set[str], apart: bool) -> None:
    after = [line(6, **change), line(7), line(8, **change)]
    batches = drifted(ALIKE, after, apart)
    assert sum(batch.books.record_lines for batch in batches) == 9
    assert not sum(batch.books.rejected for batch in batches)
    found = {number: one for batch in batches for number, one in by_line(batch).items()}
    for number in (7, 9):
        _, _, stored, wrong = found[number]
        assert {name: stored[name] for name in values} == values
        assert wrong == invalid
    for number in (1, 2, 3, 4, 5, 6, 8):
        _, base, stored, wrong = found[number]
        assert (base[3], base[4], wrong) == (f"r{number - 1}", 3.0, frozenset())
        assert (stored["a"], stored["c"], stored["prediction"]) == (1.5, "red", "yes")


@pytest.mark.parametrize("apart", [False, True])
def test_a_number_as_prediction_that_becomes_a_text_is_invalid(apart: bool) -> None:
    before = [line(number, prediction=100.5 + number) for number in range(9)]
    batches = drifted(before, [line(9, prediction="much"), line(10, prediction=3.5)], apart)
    found = {number: one for batch in batches for number, one in by_line(batch).items()}
    assert (found[10][2]["prediction"], found[10][3]) == (None, frozenset({"prediction"}))
    assert (found[11][2]["prediction"], found[9][2]["prediction"]) == (3.5, 108.5)


@pytest.mark.parametrize("apart", [False, True])
def test_a_time_that_gets_another_name_is_estimated_and_the_rows_stay(apart: bool) -> None:
    renamed = [{("time" if key == "ts" else key): value for key, value in line(number).items()} for number in (6, 7)]
    batches = drifted(ALIKE, renamed, apart)
    found = {number: one for batch in batches for number, one in by_line(batch).items()}
    assert [found[number][1][1] for number in range(1, 9)] == [False] * 6 + [True] * 2
    assert not sum(batch.books.late for batch in batches)
    assert found[8][2]["a"] == 1.5


def test_one_strange_score_does_not_hide_the_role() -> None:
    records = [line(number, score=0.1 * number) for number in range(9)]
    text = "".join(json.dumps(record) + "\n" for record in records) + json.dumps(line(9, score=float("nan"))) + "\n"
    own = decoder()
    batch = checked(own.decode(chunk_of(text.encode()), NOW))
    own.close()
    assert [column.role for column in batch.records[0].columns].count("score") == 1
