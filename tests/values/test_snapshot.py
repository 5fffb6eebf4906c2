"""A snapshot survives being written and read: another process shows the same."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimon.values.chunk import Books
from tuimon.values.snapshot import Snapshot

numbers = st.integers(0, 1000)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(int, st.integers(-(2**53), 2**53))


@settings(max_examples=25)
@given(st.from_type(Snapshot))
def test_a_snapshot_is_the_same_after_json(snapshot: Snapshot) -> None:
    restored = msgspec.json.decode(msgspec.json.encode(snapshot), type=Snapshot)
    assert msgspec.json.encode(restored) == msgspec.json.encode(snapshot)


@given(st.lists(st.builds(Books, *[numbers] * 10), max_size=6))
def test_books_add_field_by_field(parts: list[Books]) -> None:
    total = sum(parts, Books())
    for name in Books.__dataclass_fields__:
        assert getattr(total, name) == sum(getattr(part, name) for part in parts)


@given(numbers, numbers, numbers, numbers, numbers)
def test_books_balance_when_every_line_has_one_fate(records: int, labels: int, skipped: int, rejected: int, blank: int) -> None:
    lines = records + labels + skipped + rejected + blank
    assert Books(lines, records, labels, skipped, rejected, blank).balanced
    assert not Books(lines + 1, records, labels, skipped, rejected, blank).balanced
