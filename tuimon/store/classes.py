"""When a prediction agrees with a label: classes, which of two is the positive one, and numbers that are classes."""

from __future__ import annotations

import math
from collections.abc import Sequence

CLASSES = 512
"""A confusion bin is predicted · CLASSES + label; the last class stands for all names beyond the first 511."""
SCORE_BINS = 1_000
"""A score bin is floor(score · SCORE_BINS), clamped; a score_label bin is that · 2 + (1 where the label is positive)."""
MOST_FOR_A_CLASS = 99
"""Whole numbers up to this size may be classes; larger ones are quantities."""

_POSITIVE = frozenset({"1", "true", "yes", "y", "t", "positive", "pos"})
_NEGATIVE = frozenset({"0", "-1", "false", "no", "n", "f", "negative", "neg"})


def class_name(text: str) -> str:
    """Return a class's name so that 1, 1.0 and "1" are one class, and true, True and TRUE another."""
    text = text.strip()
    number = as_number(text)
    if number is not None and number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return text.lower() if text.lower() in ("true", "false") else text


def number_class(value: float) -> str | None:
    """Return the name of the class that a numeric prediction is, None when it is a quantity."""
    return str(int(value)) if math.isfinite(value) and value.is_integer() and abs(value) <= MOST_FOR_A_CLASS else None


def as_number(text: str) -> float | None:
    """Return the finite number that a label spells, None for any other text."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def positive_class(names: Sequence[str]) -> str:
    """Return which of the class names is the positive one: 1, true, yes and the like, or the other of a clearly negative one; else ""."""
    for name in names:
        if name.lower() in _POSITIVE:
            return name
    others = [name for name in names if name.lower() not in _NEGATIVE]
    return others[0] if len(names) == 2 and len(others) == 1 else ""


def is_positive(label: str, predicted: str | None, score: float) -> bool | None:
    """Return whether a label is the class that a high score speaks for; None when that cannot be known.

    Where names do not say it, the class that was predicted with a score of at least 0.5, or not predicted with less, is the positive one.
    """
    if label.lower() in _POSITIVE:
        return True
    if label.lower() in _NEGATIVE:
        return False
    return None if predicted is None else (label == predicted) == (score >= 0.5)
