"""What each odd line comes to: stored, rejected with a reason, or blank; its neighbours are never touched."""

from __future__ import annotations

import json

import pytest

from tests.formats.support import checked, chunk_of, decode, decoder, invalid, only, reasons, values

GOOD = b'{"id":"a","ts":"2026-11-22T19:00:00Z","features":{"x":1.5,"c":"red"},"prediction":"yes","score":0.9,"latency_ms":3}'

REJECTED = [
    (b"{broken", "not JSON: it stops making sense at character 2"),
    (GOOD[:-1], f"not JSON: it stops making sense at character {len(GOOD)}"),
    (GOOD + GOOD, f"not JSON: it stops making sense at character {len(GOOD) + 1}"),
    (b"plain text", "not JSON: it stops making sense at character 1"),
    (b"[1, 2]", "not an object: an array"),
    (b'"text"', "not an object: a text"),
    (b"null", "not an object: null"),
    (b"true", "not an object: a truth value"),
    (b"12", "not an object: a number"),
    (b'{"id":"\xff"}', "invalid UTF-8 at byte 8"),
    (b'{"id":"\\ud800","prediction":"x"}', "not JSON: a text that is not valid Unicode"),
    (b"{}", "nothing to record: no prediction, feature, label or latency"),
    (b'{"message":"started","level":"info"}', "nothing to record: no prediction, feature, label or latency"),
    (b'{"features":{"x":null}}', "nothing to record: no prediction, feature, label or latency"),
    (b'{"id":"a"}\x00', "not JSON: it stops making sense at character 11"),
    (b'{"id":"a\x00"}', "not JSON: it stops making sense at character 9"),
    (b"\xef\xbb\xbf" + GOOD, "not JSON: it stops making sense at character 1"),
    (b"{" * 5000, "not JSON: it stops making sense at character 2"),
    (b'{"a":' + b"[" * 100_000, "too deeply nested"),
]


@pytest.mark.parametrize(("line", "reason"), REJECTED, ids=[str(place) for place in range(len(REJECTED))])
def test_a_line_that_cannot_be_taken_is_one_reject_between_two_records(line: bytes, reason: str) -> None:
    batch = decode(GOOD + b"\n" + line + b"\n" + GOOD + b"\n")
    assert reasons(batch) == [(2, reason)]
    assert batch.rejects["offset"].to_pylist() == [len(GOOD) + 1]
    assert batch.rejects["text"][0].as_py() == line[:800].decode("utf-8", "replace")[:200]
    assert only(batch).base["line"].to_pylist() == [1, 3]


@pytest.mark.parametrize("line", [b"", b" ", b"\r", b"\t \r"])
def test_a_blank_line_is_counted_as_blank(line: bytes) -> None:
    books = decode(GOOD + b"\n" + line + b"\n" + GOOD).books
    assert (books.lines, books.record_lines, books.blank) == (3, 2, 1)


@pytest.mark.parametrize("line", [b"  " + GOOD, GOOD + b"\r", GOOD + b"  ", b"\t" + GOOD])
def test_space_around_an_object_changes_nothing(line: bytes) -> None:
    assert values(only(decode(line + b"\n"))) == values(only(decode(GOOD)))


def test_a_byte_order_mark_at_the_start_of_a_file_is_passed_over() -> None:
    assert decode(b"\xef\xbb\xbf" + GOOD + b"\n").books.record_lines == 1


NUMBERS = [
    ("2", 2.0, False),
    ("-0.5e3", -500.0, False),
    ('"12.5"', 12.5, False),
    ('" 12 "', 12.0, False),
    ("true", 1.0, False),
    ("false", 0.0, False),
    ("18446744073709551616", 18446744073709551616.0, False),
    ("1e400", float("inf"), False),
    ("Infinity", float("inf"), False),
    ("-Infinity", float("-inf"), False),
    ('"abc"', None, True),
    ('""', None, True),
    ("[1]", None, True),
    ('{"y":1}', None, True),
    ("null", None, False),
]


@pytest.mark.parametrize(("written", "stored", "wrong"), NUMBERS, ids=[written for written, _, _ in NUMBERS])
def test_what_a_numeric_feature_may_hold(written: str, stored: float | None, wrong: bool) -> None:
    odd = GOOD.replace(b'"x":1.5', b'"x":' + written.encode())
    records = only(decode(b"\n".join([GOOD, odd, GOOD])))
    assert values(records)["x"] == [1.5, stored, 1.5]
    assert invalid(records) == ({"x": [1]} if wrong else {})


def test_not_a_number_is_kept_as_one() -> None:
    found = values(only(decode(GOOD + b"\n" + GOOD.replace(b"1.5", b"NaN"))))["x"]
    assert found[1] != found[1]


CATEGORIES = [
    ('"blue"', "blue", False),
    ("3", "3", False),
    ("true", "true", False),
    ('""', "", False),
    ('"[x"', "[x", False),
    ("[1]", None, True),
    ('{"y":1}', None, True),
    ("null", None, False),
    ('"a\\u0000b"', "a\0b", False),
]


@pytest.mark.parametrize(("written", "stored", "wrong"), CATEGORIES, ids=[written for written, _, _ in CATEGORIES])
def test_what_a_category_may_hold(written: str, stored: str | None, wrong: bool) -> None:
    odd = GOOD.replace(b'"c":"red"', b'"c":' + written.encode())
    records = only(decode(b"\n".join([GOOD, odd, GOOD])))
    assert values(records)["c"] == ["red", stored, "red"]
    assert invalid(records) == ({"c": [1]} if wrong else {})


def test_a_missing_key_is_missing_and_not_invalid() -> None:
    records = only(decode(GOOD + b"\n" + GOOD.replace(b'"x":1.5,', b"")))
    assert values(records)["x"] == [1.5, None]
    assert not records.invalid


def test_the_first_of_duplicate_keys_wins() -> None:
    assert values(only(decode(GOOD.replace(b'"x":1.5', b'"x":1.5,"x":2.5'))))["x"] == [1.5]


def test_keys_that_differ_in_case_only_are_two_features() -> None:
    line = GOOD.replace(b'"x":1.5', b'"Amount":1,"amount":2,"AMOUNT":"three"')
    found = values(only(decode(line)))
    assert (found["Amount"], found["amount"], found["AMOUNT"]) == ([1.0], [2.0], ["three"])


@pytest.mark.parametrize(
    "key", ["", "a.b", "a/b", "~0", '"', "'; DROP TABLE x; --", "é", "\\", "$", "*", "[0]", " ", "\x1b[31m", "\u202e", "{", "0"]
)
def test_a_hostile_key_is_a_feature_like_any_other(key: str) -> None:
    written = json.dumps(key).encode()
    line = GOOD.replace(b'"x":1.5', written + b':1.5,"x":2.5')
    found = values(only(decode(line + b"\n" + line)))
    assert found[key] == [1.5, 1.5]
    assert found["x"] == [2.5, 2.5]


def test_a_dotted_key_and_a_nested_one() -> None:
    line = GOOD.replace(b'"x":1.5', b'"log.size":7,"user":{"age":30,"home":{"zip":"x1"}}')
    found = values(only(decode(line)))
    assert (found["log.size"], found["user.age"], found["user.home.zip"]) == ([7.0], [30.0], ["x1"])


def test_a_line_over_the_limit_is_a_reject_of_its_own() -> None:
    own = decoder()
    batch = checked(own.decode(chunk_of(b"", overlong=((0, 5_000_000),)), 0.0))
    assert (batch.books.lines, batch.books.rejected, batch.layout) == (1, 1, None)
    assert reasons(batch) == [(1, "longer than the line limit: 5000000 bytes")]
