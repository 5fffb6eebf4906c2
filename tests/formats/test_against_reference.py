"""The bulk decoder says of every line what a slow per-line reader says, on made-up and on damaged lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.formats.reference import Outcome, judge
from tests.formats.strange import WRITTEN, damaged, records
from tests.formats.support import MODIFIED, NOW, Line, by_line, checked, chunk_of
from tuimon.formats import Decoder

LINES = damaged(records())


TAUGHT = ("m", "other", "app")
"""The models that the template shows."""


def _same(wanted: Any, found: Any) -> bool:
    return repr(wanted) == repr(found) or wanted == found


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(rows=st.lists(LINES, min_size=1, max_size=10))
@example(rows=[b'{"id":"a","prediction":"\\ud83d\\ude00"}', b"{}", b"{"])
@example(rows=[b'{"id":"a","prediction":1,}', b'{"id":"a","features":{"n1":nan,},"label":inf}', b'{"prediction":1,,}', b"{,}"])
@example(rows=[b'{"latency_ms":9007199254740993,"features":{"n1":"red","c1":0,"c1":0},"error":null,"model":"ther"}'])
def test_every_line_comes_to_what_the_reference_says(trained: Callable[[], Decoder], rows: list[bytes]) -> None:
    compare(trained(), rows)


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(max_examples=1_500, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(rows=st.lists(LINES, min_size=1, max_size=10))
def test_thousands_of_times_over(trained: Callable[[], Decoder], rows: list[bytes]) -> None:
    compare(trained(), rows)


def compare(decoder: Decoder, rows: list[bytes]) -> None:
    """Hold what a decoder makes of lines against what the reference says of each."""
    batch = checked(decoder.decode(chunk_of(b"".join(row + b"\n" for row in rows)), NOW))
    wanted = [judge(row, MODIFIED * 1_000_000) for row in rows]
    if rows[0].startswith(b"\xef\xbb\xbf"):
        wanted[0] = judge(rows[0][3:], MODIFIED * 1_000_000)
    found = by_line(batch)
    for number, outcome in enumerate(wanted, start=1):
        if outcome.what in ("record", "both"):
            assert number in found, rows[number - 1]
            _same_record(found[number], outcome, rows[number - 1])
        elif outcome.what != "other":
            assert number not in found, (rows[number - 1], found.get(number))
    others = {n for n, one in enumerate(wanted, start=1) if one.what == "other"}
    rejected = [n for n, one in enumerate(wanted, start=1) if one.what == "reject"]
    assert [n for n in batch.rejects["line"].to_pylist() if n not in others] == rejected
    assert batch.books.blank == sum(one.what == "blank" for one in wanted)
    told = zip(batch.labels["line"].to_pylist(), batch.labels["label"].to_pylist(), strict=True)
    labels = {n: label for n, label in told if n not in others}
    assert labels == {n: one.label[1] for n, one in enumerate(wanted, start=1) if one.what in ("label", "both")}


def _same_record(found: Line, outcome: Outcome, row: bytes) -> None:
    model, base, values, invalid = found
    taught = model in TAUGHT
    assert (model, invalid if taught else frozenset()) == (outcome.model, outcome.invalid if taught else frozenset()), row
    known = (*base[:3], outcome.base[3], *base[4:]) if str(base[3]).startswith("line:") else base
    # Damage can make a time that only one of the two is lenient enough to read.
    skip = 0 if any(outcome.time is one or outcome.time == one for one in WRITTEN) else 2
    assert _same(known[skip:], outcome.base[skip:]), row
    # The features of a model that the template does not show are counted as its own first lines say.
    kept = {key: value for key, value in outcome.values.items() if key in values and (taught or key in ("prediction", "score"))}
    assert _same(kept, {key: values[key] for key in kept}), row
