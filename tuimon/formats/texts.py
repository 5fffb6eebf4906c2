"""Columns of text: shortest forms of numbers, and questions answered once per distinct value."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_WRONG = frozenset(("error", "failed", "failure", "fail", "exception", "timeout", "aborted", "critical", "fatal", "err", "ko", "false"))
_SEVERE = frozenset(("error", "critical", "fatal", "exception", "err", "alert", "emergency", "panic"))
_NO = frozenset(("false", "0", "no", "0.0"))
_NONE = frozenset(("", "false", "0", "none", "null", "[]", "{}", "ok", "no", "no error"))


def shortest(text: str) -> str:
    """Return a number in its shortest form (1.0 and 1e0 are 1, 0.50 is 0.5), any other text as it is."""
    if (text.isascii() and text.isdigit()) or not _NUMBER.fullmatch(text):
        return text
    if "." not in text and "e" not in text.lower():
        return text
    value = float(text)
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def cut(values: pa.Array, most: int) -> pa.Array:
    """Return a string array with at most the first `most` characters of each text."""
    longest = pc.max(pc.binary_length(values)).as_py() or 0
    return values if longest <= most else pc.utf8_slice_codeunits(values, 0, most)


def mapped(values: pa.Array, change: Callable[[str], str]) -> pa.Array:
    """Return a string array with `change` applied, once per distinct text."""
    coded = values.dictionary_encode()
    changed = pa.array([change(text) for text in coded.dictionary.to_pylist()], pa.string())
    return pc.take(changed, coded.indices)


def asked(values: pa.Array, test: Callable[[str], bool]) -> np.ndarray:
    """Return a boolean a value: whether it passes, asked once per distinct text; NULL does not."""
    coded = values.dictionary_encode()
    answers = np.array([*(test(text) for text in coded.dictionary.to_pylist()), False])
    return np.asarray(answers[coded.indices.fill_null(len(answers) - 1).to_numpy(zero_copy_only=False)])


def failed(test: str, ok: tuple[str, ...]) -> Callable[[str], bool]:
    """Return the question whether a text of this kind of field says that the record failed.

    status: an HTTP code from 400 to 599, or a word such as error, failed, timeout, false. level: error or worse. flag: false, no or 0.
    exists: anything but nothing, false, 0, none. ok: not one of the user's words.
    """
    good = {word.lower() for word in ok}
    tests: dict[str, Callable[[str], bool]] = {
        "status": lambda text: _http(text) or text.strip().lower() in _WRONG,
        "level": lambda text: text.strip().lower() in _SEVERE,
        "flag": lambda text: text.strip().lower() in _NO,
        "exists": lambda text: text.strip().lower() not in _NONE,
        "ok": lambda text: shortest(text).strip().lower() not in good,
    }
    return tests[test]


def _http(text: str) -> bool:
    return len(text) == 3 and text.isascii() and text.isdigit() and text[0] in "45"
