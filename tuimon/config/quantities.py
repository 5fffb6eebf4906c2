"""Durations, sizes and rates as people write them."""

from __future__ import annotations

import math
import re

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(ms|s|m|h|d)")
_LONGEST = 36_500 * 86400.0

_BYTES = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt]i?b|b)", re.IGNORECASE)
_MOST_BYTES = 10**18

_PERIODS = {"hour": 3600.0, "day": 86400.0, "week": 604800.0, "month": 2_592_000.0, "year": 31_536_000.0}
_FACTOR = re.compile(r"([+-])([0-9]+(?:\.[0-9]+)?)\s*%|x\s*([0-9]+(?:\.[0-9]+)?)")
_RATE = re.compile(rf"([0-9]+(?:\.[0-9]+)?)\s*/\s*({'|'.join(_PERIODS)})")


def duration(value: object) -> float:
    """Return the seconds of a duration such as "250ms" or "7d"; 0 and "0" are zero.

    Raises ValueError with the end of a sentence that says what is wanted.
    """
    if value == "0" or (isinstance(value, int | float) and not isinstance(value, bool) and value == 0):
        return 0.0
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f'must be a duration such as "250ms", "30s", "5m", "1h" or "7d", not {shown(value)}')
    seconds = round(float(match[1]) * _SECONDS[match[2]], 6)
    if seconds > _LONGEST:
        raise ValueError(f"must be at most 100 years, not {shown(value)}")
    return seconds


def size(value: object) -> int:
    """Return the bytes of a size such as "256MB" (10^6) or "1GiB" (2^30).

    Raises ValueError with the end of a sentence that says what is wanted.
    """
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f'must be a size such as "256MB" or "2GB", not {shown(value)}')
    many = float(match[1]) * _BYTES[match[2].lower()]
    if not 1 <= many <= _MOST_BYTES:
        raise ValueError(f"must be between 1B and 1000000TB, not {shown(value)}")
    return round(many)


def factor(value: object) -> float:
    """Return the factor of a limit against the baseline: "+20%" is 1.2, "-50%" 0.5, "x2" 2.

    Raises ValueError with the end of a sentence that says what is wanted.
    """
    match = _FACTOR.fullmatch(value.strip()) if isinstance(value, str) else None
    many = math.nan if match is None else float(match[3]) if match[3] else 1 + float(match[1] + match[2]) / 100
    if not 0 <= many <= 1e6:
        raise ValueError(f'must be a number, or a share of the baseline such as "+20%" or "x2", not {shown(value)}')
    return many


def alarm_rate(value: object) -> tuple[float, float]:
    """Return (count, seconds) of a rate such as "1/week"; a month has 30 days, a year 365.

    Raises ValueError with the end of a sentence that says what is wanted.
    """
    match = _RATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not 0 < float(match[1]) <= 1e6:
        raise ValueError(f'must be a rate such as "1/week", "2/day" or "1/month", not {shown(value)}')
    return float(match[1]), _PERIODS[match[2]]


def duration_text(seconds: float) -> str:
    """Return `seconds` in the widest unit that needs no fraction: "250ms", "30s", "5m", "24h", "7d".

    One day is "24h", so that the window has its usual name; what `duration` reads back is the same to a microsecond.
    """
    micros = round(seconds * 1e6)
    if micros == 86_400_000_000:
        return "24h"
    for unit in ("d", "h", "m", "s"):
        step = round(_SECONDS[unit] * 1e6)
        if micros and micros % step == 0:
            return f"{micros // step}{unit}"
    return _decimal(micros / 1000) + "ms" if micros else "0s"


def size_text(many: int) -> str:
    """Return bytes in the widest decimal unit that needs no fraction: "2GB", "256MB"."""
    for unit in ("tb", "gb", "mb", "kb"):
        if many and many % _BYTES[unit] == 0:
            return f"{many // _BYTES[unit]}{unit.upper()}"
    return f"{many}B"


def shown(value: object) -> str:
    """Return a value from the file for a message: printable, cut at 60 characters."""
    try:
        text = "true" if value is True else "false" if value is False else repr(value)
    except ValueError:
        return "a number of thousands of digits"
    return text if len(text) <= 60 else text[:59] + "…"


def _decimal(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")
