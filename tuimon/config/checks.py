"""Checks of single values; each returns the typed value or raises ValueError with the end of a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tuimon.config.quantities import duration, shown
from tuimon.config.settings import LEAST_SAMPLE_RATE

T = TypeVar("T")


def text(value: object) -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"must be a text that is not empty, not {shown(value)}")
    return value


def scalar_text(value: object) -> str:
    """Return a text, a whole number or a truth value as JSON spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int):
        raise ValueError(f"must be a text, a whole number or true or false, not {shown(value)}")
    return str(value)


def number(value: object) -> float:
    """Return a finite number that is not negative."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError(f"must be a number, not {shown(value)}")
    if not 0 <= value <= 1e15:
        raise ValueError(f"must not be negative or beyond 1e15, not {shown(value)}")
    return float(value)


def share(value: object) -> float:
    """Return a number between 0 and 1."""
    many = number(value)
    if many > 1:
        raise ValueError(f"must be a share between 0 and 1 (5 % is 0.05), not {shown(value)}")
    return many


def sample_rate(value: object) -> float:
    """Return the share of the records that a log holds: above 0 and at most 1."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not LEAST_SAMPLE_RATE <= value <= 1:
        raise ValueError(
            f"must be the share of all records that is logged, from {LEAST_SAMPLE_RATE:.5f} to 1 (one in ten is 0.1), not {shown(value)}"
        )
    return float(value)


def whole(least: int, most: int) -> Callable[[object], int]:
    """Return a check for whole numbers from `least` to `most`."""

    def check(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}, not {shown(value)}")
        return value

    return check


def positive_duration(value: object) -> float:
    """Return the seconds of a duration that is not zero."""
    seconds = duration(value)
    if not seconds:
        raise ValueError("must be longer than 0")
    return seconds


def choice(allowed: tuple[T, ...]) -> Callable[[object], T]:
    """Return a check for one of the texts `allowed`."""

    def check(value: object) -> T:
        for option in allowed:
            if isinstance(value, str) and value == option:
                return option
        raise ValueError(f"must be {_either(allowed)}, not {shown(value)}")

    return check


def _either(allowed: tuple[object, ...]) -> str:
    quoted = [f'"{name}"' for name in allowed]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]
