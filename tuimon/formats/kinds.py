"""What sampled values say: numbers, categories, times, or text that is no feature."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from tuimon.values.batch import Kind

Scalar = str | int | float | bool
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)? ?(?:Z|UTC|[+-]\d\d:?(?:\d\d)?)?)?")
_CODES = ("_id", "_code", "_type", "class")
_CLASSES = range(-1, 21)
ENOUGH = 50
"""Values needed before "mostly distinct" means an id."""


def scalars(values: Sequence[Any]) -> list[Scalar]:
    """Return the values that are neither null nor a list or an object."""
    return [value for value in values if isinstance(value, (str, int, float, bool))]


def is_number(value: object) -> bool:
    """Return whether a value is a JSON number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_time(value: object) -> bool:
    """Return whether a value can be a wall-clock time: an ISO text, or an epoch of 1973 or later."""
    if isinstance(value, str):
        return _ISO.fullmatch(value) is not None or (value.isdigit() and 9 <= len(value) <= 20)
    return is_number(value) and 1e8 <= value < 1e20  # type: ignore[operator]


def mostly(values: Sequence[Any], test: Any) -> bool:
    """Return whether at least half of the values pass, and one does."""
    passed = sum(1 for value in values if test(value))
    return passed > 0 and 2 * passed >= len(values)


def feature_kind(name: str, values: Sequence[Any], boxed: bool) -> Kind | None:
    """Return how a feature's values are counted; None for what is no feature (text, times and ids).

    Inside a container of features an ISO time or a long text is left out as well; a whole number is a category when its name says code.
    """
    known = scalars(values)
    if not known:
        return None
    distinct = len(set(map(str, known)))
    idlike = len(known) >= ENOUGH and 2 * distinct > len(known)
    if mostly(known, is_number):
        if name.lower().endswith(_CODES) and all(isinstance(value, int) for value in known if is_number(value)):
            return None if idlike else "category"
        return "numeric"
    texts = [value for value in known if isinstance(value, str)]
    long = bool(texts) and sorted(map(len, texts))[len(texts) // 2] > 60
    if idlike or long or (texts and not boxed and all(map(is_time, texts))):
        return None
    return "category"


def prediction_kind(values: Sequence[Any]) -> Kind:
    """Return "category" for texts, booleans and class codes (whole numbers from -1 to 20), else "numeric".

    One strange value in ten changes nothing for numbers.
    """
    numbers = [value for value in scalars(values) if is_number(value)]
    if 10 * len(numbers) < 9 * len(scalars(values)):
        return "category"
    codes = all(value in _CLASSES for value in numbers if measures(value))
    return "category" if codes else "numeric"


def is_share(value: object) -> bool:
    """Return whether a value is a number from 0 to 1."""
    return is_number(value) and 0 <= value <= 1  # type: ignore[operator]


def measures(value: object) -> bool:
    """Return whether a value is a finite number or a list: what can speak against a score, where a stray text or NaN cannot."""
    return isinstance(value, list) or (is_number(value) and abs(value) < math.inf)  # type: ignore[arg-type]


def is_proba(value: object) -> bool:
    """Return whether a value is a two-class probability vector."""
    return isinstance(value, list) and len(value) == 2 and all(map(is_share, value)) and abs(sum(value) - 1) < 0.02
