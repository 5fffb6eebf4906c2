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
    (b'{"a":' + b"[" * 60_000, "too deeply nested"),
    (b'{"a":' + b"[" * 501 + b'"' + b"x" * 70_000 + b'"' + b"]" * 501 + b"}", "too deeply nested"),
    (b'{"\\udc00":1,"prediction":"x"}', "not JSON: a text that is not valid Unicode"),
    (b'{"prediction":"\xed\xa0\x80"}', "invalid UTF-8 at byte 16"),
    (b'{"prediction":"\xc0\x80"}', "invalid UTF-8 at byte 16"),
    (b'{"prediction":"a\tb"}', "not JSON: it stops making sense at character 17"),
    (b"{,}", "not JSON: it stops making sense at character 2"),
    (b'{"a":1}{', "not JSON: it stops making sense at character 8"),
    (b'{"a":1}\xe2\x80\xa8', "not JSON: it stops making sense at character 8"),
    (b'{"a":1} // note', "not JSON: it stops making sense at character 9"),
    (b"{'a':1}", "not JSON: it stops making sense at character 2"),
    (b'{"a":01}', "not JSON: it stops making sense at character 7"),
    (b'{"a":.5}', "not JSON: it stops making sense at character 6"),
    (b"\0" * 300, "not JSON: it stops making sense at character 1"),
    (b"\x1f\x8b\x08\x00", "invalid UTF-8 at byte 2"),
    (b"9" * 5000, "not JSON: a number with too many digits"),
]


@pytest.mark.parametrize(("line", "reason"), REJECTED, ids=[str(place) for place in range(len(REJECTED))])
def test_a_line_that_cannot_be_taken_is_one_reject_between_two_records(line: bytes, reason: str) -> None:
    batch = decode(GOOD + b"\n" + line + b"\n" + GOOD + b"\n")
    assert reasons(batch) == [(2, reason)]
    assert batch.rejects["offset"].to_pylist() == [len(GOOD) + 1]
    assert batch.rejects["text"][0].as_py() == line[:800].decode("utf-8", "replace")[:200]
    assert only(batch).base["line"].to_pylist() == [1, 3]


@pytest.mark.parametrize("line", [b"", b" ", b"\r", b"\t \r", b" " * 100_000])
def test_a_blank_line_is_counted_as_blank(line: bytes) -> None:
    books = decode(GOOD + b"\n" + line + b"\n" + GOOD).books
    assert (books.lines, books.record_lines, books.blank) == (3, 2, 1)


@pytest.mark.parametrize("line", [b"  " + GOOD, GOOD + b"\r", GOOD + b"  ", b"\t" + GOOD])
def test_space_around_an_object_changes_nothing(line: bytes) -> None:
    assert values(only(decode(line + b"\n"))) == values(only(decode(GOOD)))


@pytest.mark.parametrize("written", [b'"x":nan', b'"x":-INF', b'"x":1.5,"t":[1,2,]', b'"x":1.5,"t":{"u":null,}', b'"x":1.5,"y":Infinity'])
def test_lines_that_strict_json_forbids_are_read_even_when_all_of_a_file_are_such(written: bytes) -> None:
    lax = GOOD.replace(b'"x":1.5', written)[:-1] + b",}"
    batch = decode(b"\n".join([lax] * 3))
    assert batch.books.record_lines == 3
    assert {"x", "c", "prediction", "score"} <= values(only(batch)).keys()


def test_a_byte_order_mark_at_the_start_of_a_file_is_passed_over() -> None:
    assert decode(b"\xef\xbb\xbf" + GOOD + b"\n").books.record_lines == 1


NUMBERS = [
    ("2", 2.0, False),
    ("-0.5e3", -500.0, False),
    ('"12.5"', 12.5, False),
    ('" 12 "', 12.0, False),
    ("true", 1.0, False),
    ("false", 0.0, False),
    ("9007199254740993", 9007199254740992.0, False),
    ("9223372036854775808", 9223372036854775808.0, False),
    ("18446744073709551616", 18446744073709551616.0, False),
    ("9" * 400, float("inf"), False),
    ("-1e400", float("-inf"), False),
    ('"-Infinity"', float("-inf"), False),
    ("1e-400", 0.0, False),
    ('"+.5"', 0.5, False),
    ('"1_000"', 1000.0, False),
    ('"1,5"', None, True),
    ('"0x10"', None, True),
    ('"true"', None, True),
    ("{}", None, True),
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
    ("1.10", "1.1", False),
    ("1e2", "100.0", False),
    ("9007199254740993", "9007199254740993", False),
    ("18446744073709551616", "18446744073709551616", False),
    ("9" * 400, "9" * 400, False),
    ("1e400", "1e400", False),
    ("NaN", "NaN", False),
    ('"' + "z" * 5_000 + '"', "z" * 1_000, False),
]


LATENCIES = [
    ("3", 3.0), ("0", 0.0), ('"12.5"', 12.5), ("true", 1.0), ("-1", None), ("NaN", None), ("1e400", None), ("9" * 400, None),
     ('"slow"', None),
    ("[3]", None), ("{}", None), ("null", None), ("18446744073709551616", 18446744073709551616.0),
]  # fmt: skip


@pytest.mark.parametrize(("written", "stored"), LATENCIES, ids=[written[:30] for written, _ in LATENCIES])
def test_what_a_latency_may_hold(written: str, stored: float | None) -> None:
    odd = GOOD.replace(b'"latency_ms":3', b'"latency_ms":' + written.encode())
    assert only(decode(b"\n".join([GOOD, odd, GOOD]))).base["latency_ms"].to_pylist() == [3.0, stored, 3.0]


LABELS = [
    ('"yes"', "yes"), ("1.0", "1"), ("true", "true"), ("NaN", "NaN"), ("18446744073709551616", "18446744073709551616"), ('""', ""),
    ("[1]", None), ("{}", None), ("null", None), ('"' + "z" * 5_000 + '"', "z" * 1_000),
]  # fmt: skip


@pytest.mark.parametrize(("written", "stored"), LABELS, ids=[written[:30] for written, _ in LABELS])
def test_what_a_label_may_hold(written: str, stored: str | None) -> None:
    odd = GOOD.replace(b'{"id":"a"', b'{"id":"b","y_true":' + written.encode())
    whole = GOOD.replace(b'{"id":"a"', b'{"id":"b","y_true":"no"')
    batch = decode(b"\n".join([whole, odd, whole]))
    assert batch.books.record_lines == 3
    assert batch.labels["label"].to_pylist() == (["no", "no"] if stored is None else ["no", stored, "no"])


NAMES = [
    ("3", "3"),
    ("1.0", "1.0"),
    ("true", "true"),
    ('{"k": 1.50}', '{"k":1.5}'),
    ("[1, 2]", "[1,2]"),
    ('"\\u001b[31m"', "\x1b[31m"),
    ('"a\\nb"', "a\nb"),
]


@pytest.mark.parametrize(("written", "read"), [*NAMES, ('""', "app"), ("null", "app")])
def test_what_a_model_may_be_called(written: str, read: str) -> None:
    whole = GOOD.replace(b'{"id":"a"', b'{"id":"a","model":"m"')
    batch = decode(b"\n".join([whole, GOOD.replace(b'{"id":"a"', b'{"id":"a","model":' + written.encode()), whole]))
    assert [(one.model, one.base["line"].to_pylist()) for one in batch.records] == [("m", [1, 3]), (read, [2])]
    assert values(batch.records[1]) == values(only(decode(GOOD)))


@pytest.mark.parametrize(("written", "read"), [*NAMES, ('""', ""), ("null", "-")])
def test_what_a_version_may_be_called(written: str, read: str) -> None:
    whole = GOOD.replace(b'{"id":"a"', b'{"id":"a","version":"v"')
    batch = decode(b"\n".join([whole, GOOD.replace(b'{"id":"a"', b'{"id":"a","version":' + written.encode()), whole]))
    assert only(batch).base["version"].to_pylist() == ["v", read, "v"]


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


HOSTILE_KEYS = [
    "", "a.b", "a/b", "~0", "\"", "'; DROP TABLE x; --", "a\"; drop table x--", "é", "\\", "$", "*", "[0]", " ", "\n", "\x1b[31m",
    "\u202e", "{",
    "0", "k" * 256,
]  # fmt: skip


@pytest.mark.parametrize("key", HOSTILE_KEYS, ids=[str(place) for place in range(len(HOSTILE_KEYS))])
def test_a_hostile_key_is_a_feature_like_any_other(key: str) -> None:
    written = json.dumps(key).encode()
    line = GOOD.replace(b'"x":1.5', written + b':1.5,"x":2.5')
    found = values(only(decode(line + b"\n" + line)))
    assert found[key] == [1.5, 1.5]
    assert found["x"] == [2.5, 2.5]


@pytest.mark.parametrize("key", ["\0", "\0x", "k" * 257, "k" * 10_000])
def test_a_key_that_is_too_long_or_holds_a_nul_is_not_recorded(key: str) -> None:
    line = GOOD.replace(b'"x":1.5', json.dumps(key).encode() + b':1.5,"x":2.5')
    found = values(only(decode(line + b"\n" + line)))
    assert found["x"] == [2.5, 2.5]
    assert found.keys() == values(only(decode(GOOD))).keys()


def test_a_dotted_key_and_a_nested_one() -> None:
    line = GOOD.replace(b'"x":1.5', b'"log.size":7,"user":{"age":30,"home":{"zip":"x1"}}')
    found = values(only(decode(line)))
    assert (found["log.size"], found["user.age"], found["user.home.zip"]) == ([7.0], [30.0], ["x1"])


def test_a_line_over_the_limit_is_a_reject_of_its_own() -> None:
    own = decoder()
    batch = checked(own.decode(chunk_of(b"", overlong=((0, 5_000_000),)), 0.0))
    assert (batch.books.lines, batch.books.rejected, batch.layout) == (1, 1, None)
    assert reasons(batch) == [(1, "longer than the line limit: 5000000 bytes")]
