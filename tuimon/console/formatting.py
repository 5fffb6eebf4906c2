"""Numbers, durations and times in human units; None is a dash, never a zero."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from tuimon.values.snapshot import Sampling

NONE = "-"
_STEPS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
WEEKS_A_YEAR = 52.18


def _usable(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def count(value: float | None) -> str:
    """Return a count as 999, 3.4k, 1.2M."""
    if value is None or not _usable(value):
        return NONE
    for step, letter in _STEPS:
        if abs(value) >= step * 0.9995:
            scaled = value / step
            return f"{scaled:.1f}{letter}" if abs(scaled) < 99.95 else f"{scaled:.0f}{letter}"
    return f"{value:.0f}"


def size(value: float | None) -> str:
    """Return bytes as 61 MB, in decimal units."""
    if value is None or not _usable(value):
        return NONE
    if abs(value) < 1000:
        return f"{value:.0f} B"
    for step, letter in _STEPS:
        if abs(value) >= step * 0.9995:
            scaled = value / step
            return f"{scaled:.1f} {letter}B" if scaled < 9.95 else f"{scaled:.0f} {letter}B"
    return f"{value:.0f} B"


def rate(value: float | None) -> str:
    """Return rows per second as 412, 3.4k or 0.25."""
    if value is None or not _usable(value):
        return NONE
    if value >= 99.5:
        return count(value)
    return f"{value:.1f}" if value >= 9.95 else f"{value:.2f}" if value >= 0.095 else f"{value:.2g}"


def records(value: float | None, sampling: Sampling | None) -> str:
    """Return records per second as `rate` does, with a tilde where they are estimated from a sample."""
    return f"~{rate(value)}" if sampling is not None and sampling.lowest < 1 and _usable(value) else rate(value)


def sampled(sampling: Sampling | None) -> str:
    """Return what share of the records is in the log in at most 14 cells: sampled 10 %, mixed rates; "" where all are."""
    if sampling is None:
        return ""
    if sampling.mixed:
        return "mixed rates"
    return f"sampled {100 * sampling.lowest:.3g} %" if sampling.lowest < 1 else "no rates"


def number(value: float | None, digits: int = 3) -> str:
    """Return a number with about `digits` significant digits: 0.412, 12.4, 1.2M, 3.1e-07."""
    if value is None or not _usable(value):
        return NONE
    if value == 0:
        return "0"
    if abs(value) >= 10_000:
        return count(value)
    if abs(value) < 0.0005:
        return f"{value:.1e}"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:.{min(places, 4)}f}"


def brief(value: float | None) -> str:
    """Return a number with two digits in six cells at most: 0.0031, 12, 1.2M, 3e-07."""
    return f"{value:.0e}" if value is not None and 0 < abs(value) < 0.0005 else number(value, 2)


def effect(value: float | None) -> str:
    """Return a drift value with three decimals, so that a column of them is aligned."""
    if value is None or not _usable(value):
        return NONE
    return f"{value:.3f}" if abs(value) < 100 else count(value)


def limit(value: float | None) -> str:
    """Return a limit as it was configured, with two decimals at least below 10."""
    if value is None or not _usable(value):
        return NONE
    if abs(value) >= 10:
        return f"{value:g}" if abs(value) < 10_000 else count(value)
    return f"{value:.2f}" if round(value, 2) == value else f"{value:g}"


def milliseconds(value: float | None) -> str:
    """Return a latency as 412 ms, 1.2 s, 0.35 ms."""
    if value is None or not _usable(value):
        return NONE
    if value >= 10_000:
        return f"{value / 1000:.0f} s"
    if value >= 1000:
        return f"{value / 1000:.1f} s"
    return f"{bare_ms(value)} ms"


def bare_ms(value: float | None) -> str:
    """Return milliseconds without a unit, aligned for a column: 412, 41.2, 0.35."""
    if value is None or not _usable(value):
        return NONE
    if value >= 10_000:
        return count(value)
    return f"{value:.0f}" if value >= 99.5 else f"{value:.1f}" if value >= 0.95 else f"{value:.2f}" if value else "0"


def percent(value: float | None) -> str:
    """Return a share as 0.42 %, 12 %."""
    if value is None or not _usable(value):
        return NONE
    return f"{bare_percent(value)} %"


def between(interval: tuple[float, float] | None) -> str:
    """Return where a share may lie as 0.31-0.52 %; one number where both ends read the same."""
    if interval is None:
        return NONE
    low, high = map(bare_percent, interval)
    return f"{high} %" if low == high else f"{low}-{high} %"


def bare_percent(value: float | None) -> str:
    """Return a share in percent without the sign: 0.42, 12.3, 100."""
    if value is None or not _usable(value):
        return NONE
    scaled = value * 100
    if scaled == 0:
        return "0"
    if 0 < scaled < 0.005:
        return "<0.01"
    return f"{scaled:.2f}" if scaled < 9.995 else f"{scaled:.1f}" if scaled < 99.95 else f"{scaled:.0f}"


def chance(value: float | None) -> str:
    """Return a p-value, never as 0: 0.032, 4e-7, <=1e-12."""
    if value is None or not _usable(value):
        return NONE
    if value <= 1e-12:
        return "<1e-12"
    if value >= 0.001:
        return f"{value:.3f}" if value < 0.9995 else "1"
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def by_chance(per_week: float | None) -> str:
    """Return how often noise alone would do this, in words: 1 in 3 weeks, < 1 in 10 years."""
    if per_week is None or not _usable(per_week):
        return NONE
    if per_week >= 1:
        return f"{count(per_week)} a week"
    weeks = 1 / per_week if per_week > 0 else math.inf
    if weeks >= 10 * WEEKS_A_YEAR:
        return "< 1 in 10 years"
    for length, word in ((WEEKS_A_YEAR, "year"), (WEEKS_A_YEAR / 12, "month"), (1.0, "week")):
        if weeks >= length:
            times = round(weeks / length)
            return f"1 in {times} {word}s" if times > 1 else f"1 in a {word}"
    return "1 a week"


def duration(seconds: float | None) -> str:
    """Return a length of time in its largest unit: 45s, 12m, 3h, 2d."""
    if seconds is None or not _usable(seconds):
        return NONE
    value = max(0.0, seconds)
    for length, letter in ((86_400, "d"), (3600, "h"), (60, "m")):
        if value >= length:
            return f"{value // length:.0f}{letter}"
    return f"{value:.0f}s"


def interval(seconds: float) -> str:
    """Return a refresh interval: 500ms, 2s, 1m."""
    if seconds < 1:
        return f"{seconds * 1000:.0f}ms"
    return f"{seconds:g}s" if seconds < 60 else duration(seconds)


def clock(at: float | None, seconds: bool = False) -> str:
    """Return the time of day in UTC as 14:12 or 14:12:31."""
    return _time(at, "%H:%M:%S" if seconds else "%H:%M")


def date(at: float | None) -> str:
    """Return date and time in UTC as 2026-11-22 14:12."""
    return _time(at, "%Y-%m-%d %H:%M")


def day(at: float | None) -> str:
    """Return the date in UTC without its year as 11-22."""
    return _time(at, "%m-%d")


def span(seconds: float) -> str:
    """Return a window's width as people write it: 5m, 1h, 24h, 7d."""
    return "24h" if seconds == 86_400 else duration(seconds)


def when(at: float | None, now: float) -> str:
    """Return a time of day, with the date before it when it is more than a day from `now`."""
    if at is None or not _usable(at):
        return NONE
    return clock(at) if abs(now - at) < 86_400 else _time(at, "%m-%d %H:%M")


def moment(at: float | None, now: float) -> str:
    """Return a time in five cells: of day, or the date when it is more than a day from `now`."""
    return clock(at) if at is not None and abs(now - at) < 86_400 else _time(at, "%m-%d")


def _time(at: float | None, pattern: str) -> str:
    if at is None or not _usable(at):
        return NONE
    try:
        return datetime.fromtimestamp(at, UTC).strftime(pattern)
    except (OverflowError, ValueError, OSError):
        return NONE
