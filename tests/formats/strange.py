"""Made-up lines of a prediction log, and what goes wrong with lines: for property tests."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

WRITTEN = [
    "2026-11-22T19:02:48.407121Z", "2026-11-22 19:02:48,407", "2026-11-22T19:02:48+02:00", "2026-11-22", 1795374357.25, 1795374357,
     "1795374357287", 1795374357287, "yesterday", None, 12, "1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", True,
]  # fmt: skip
NUMBERS = [
    "0", "1", "-3", "0.5", "1e3", "-0.0", "-0",
     "1.10", "NaN", "nan", "Infinity", "-Infinity", "1e400", "-1e400", "1e-400", "9007199254740993",
     "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "9" * 400, "1.7", "true", "false",
     '"12.5"', '" 12 "', '"1e400"', '"nan"', '"abc"', '""', "[]", "[1]", "{}", '{"k":1}', "null",
]  # fmt: skip
TEXTS = st.one_of(st.sampled_from(["red", "blue", "", "é", "\x1b[31m", 'a"; drop table x--', "[x", "{", "\0", "😀"]), st.text(max_size=5))
JSON_TEXTS = st.builds(json.dumps, TEXTS, ensure_ascii=st.booleans())
VALUES = st.one_of(st.sampled_from(NUMBERS), JSON_TEXTS, st.floats(-1e6, 1e6).map(repr), st.integers(-(2**70), 2**70).map(str))


def _dumped(values: list[Any]) -> st.SearchStrategy[str]:
    return st.sampled_from(values).map(json.dumps)


FIELDS: dict[str, st.SearchStrategy[str]] = {
    "id": st.one_of(JSON_TEXTS, _dumped([None, *range(10)])),
    "ts": _dumped(WRITTEN),
    "model": _dumped(["m", "other", "", None]),
    "version": _dumped(["v", "w", 3, None]),
    "prediction": st.one_of(_dumped(["yes", "no", 1, 1.0, 0.25]), VALUES),
    "score": VALUES,
    "latency_ms": VALUES,
    "label": _dumped(["yes", 1, 1.0, None]),
    "error": _dumped([None, "", "boom", {"type": "x"}, False]),
}


@st.composite
def pairs(draw: st.DrawFn, fields: dict[str, st.SearchStrategy[str]], most: int) -> str:
    """An object of some fields in any order, some of them twice."""
    names = draw(st.lists(st.sampled_from(sorted(fields)), max_size=most))
    comma, colon = draw(st.sampled_from([",", ", ", " ,"])), draw(st.sampled_from([":", ": "]))
    return "{" + comma.join(f"{json.dumps(name)}{colon}{draw(fields[name])}" for name in names) + "}"


def records(late: tuple[str, ...] = ()) -> st.SearchStrategy[bytes]:
    """Whole lines; `late` names features that the template does not have."""
    features = pairs({"n1": VALUES, "n2": VALUES, "c1": VALUES, **dict.fromkeys(late, st.floats(0, 9).map(repr))}, 4)
    inner = st.one_of(features, features, VALUES)
    return pairs({**FIELDS, "features": inner}, 9).map(lambda text: text.encode("utf-8", "surrogatepass"))


ATOMS = [
    b"{", b"}", b'"', b"\\", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\0", b"\x01", b" ", b"\r", b"\t", b"0", b"[", b"]", b",", b":",
    b"\\ud800",
     b"\\u0000", b"\xef\xbb\xbf", b"NaN", b"-", b".", b"e", b"null", b"\x0c", b"\xe2\x80\xa8", b"[" * 70, b"]" * 70, b'{"a":' * 1100,
     b"9" * 400,
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """A line that was cut, hit, doubled or joined with another one up to three times, or left as it is."""
    line = draw(whole)
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2, 3]))):
        at = draw(st.integers(0, len(line)))
        how = draw(st.sampled_from(["cut", "drop", "put", "flip", "twice", "join", "begin"]))
        if how == "cut":
            line = line[:at]
        elif how == "begin":
            line = line[at:]
        elif how == "drop":
            line = line[:at] + line[at + 1 :]
        elif how == "put":
            line = line[:at] + draw(st.sampled_from(ATOMS)) + line[at:]
        elif how == "flip" and at < len(line):
            line = line[:at] + bytes([line[at] ^ (1 << draw(st.integers(0, 7)))]) + line[at + 1 :]
        elif how == "twice":
            line += line
        elif how == "join":
            line += draw(whole)
    return line.replace(b"\n", b"")
