"""Event times: what a text or number in a log means in microseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

EARLIEST = 946_684_800_000_000
"""2000-01-01: what claims to be older is no wall clock."""
LATEST = 253_402_300_800_000_000
"""The year 10000."""
_QUARTER = 900_000_000
_FACTORS = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}


def time_sql(column: str, unit: str | None) -> str:
    """Return an SQL expression that reads a text column as microseconds (BIGINT), NULL where it is no time.

    ISO dates with T or space, point or comma, zone or none (then as UTC); numbers in `unit`, or by magnitude: [1e8, 1e11) s,
    [1e11, 1e14) ms, [1e14, 1e17) us, [1e17, 1e20) ns.
    """
    iso = f"epoch_us(try_cast({column} AS TIMESTAMPTZ))"
    repaired = f"epoch_us(try_cast(regexp_replace(replace({column}, ',', '.'), ' +([+-][0-9:]+)$', '\\1') AS TIMESTAMPTZ))"
    return f"coalesce({iso}, {_number_sql(column, unit)}, {repaired})"


def _number_sql(column: str, unit: str | None) -> str:
    number = f"try_cast({column} AS DOUBLE)"
    whole = f"length({column}) >= 18 AND try_cast({column} AS UBIGINT) IS NOT NULL AND NOT contains({column}, '.')"
    exact = f"try_cast(try_cast({column} AS UBIGINT) // 1000 AS BIGINT)"
    if unit is not None:
        scaled = f"try_cast(round({number} * {_FACTORS[unit]!r}) AS BIGINT)"
        return f"CASE WHEN {whole} THEN {exact} ELSE {scaled} END" if unit == "ns" else scaled
    arms = " ".join(
        f"WHEN {number} >= {low!r} AND {number} < {low * 1e3!r} THEN try_cast(round({number} * {_FACTORS[name]!r}) AS BIGINT)"
        for name, low in (("s", 1e8), ("ms", 1e11), ("us", 1e14), ("ns", 1e17))
    )
    return f"CASE WHEN {whole} THEN {exact} {arms} END"


def zoned_sql(column: str) -> str:
    """Return an SQL expression that tells whether a time text names its zone; numbers do."""
    return f"regexp_matches({column}, ':[0-9.,]+ ?(Z|z|UTC|[+-][0-9]{{2}}:?([0-9]{{2}})?)$') OR NOT contains({column}, '-')"


def usable(micros: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return which of int64 times are known and lie between 2000 and 9999."""
    return np.asarray(known & (micros >= EARLIEST) & (micros < LATEST))


def from_zone(micros: np.ndarray, tz: str) -> np.ndarray:
    """Return UTC microseconds of wall-clock times of a zone ("local" is this machine's); offsets change at quarter hours."""
    if tz == "UTC" or not len(micros):
        return micros
    quarters, place = np.unique(micros // _QUARTER, return_inverse=True)
    offsets = np.array([_offset(int(quarter) * 900, tz) for quarter in quarters], dtype=np.int64)
    return np.asarray(micros - offsets[place] * 1_000_000)


def _offset(wall: int, tz: str) -> int:
    naive = datetime.fromtimestamp(wall, UTC).replace(tzinfo=None)
    aware = naive.astimezone() if tz == "local" else naive.replace(tzinfo=ZoneInfo(tz))
    offset = aware.utcoffset()
    return int(offset.total_seconds()) if offset else 0
