"""The ten hours of the sample logs: seconds since midnight, and how they are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MIDNIGHT = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = 3600.0
END = 10 * HOUR
SEED = 20261102


def iso(seconds: float) -> str:
    """Return seconds since midnight of 2 November 2026 as RFC 3339 with milliseconds."""
    return (MIDNIGHT + timedelta(milliseconds=round(seconds * 1000))).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def minute(seconds: float) -> str:
    """Return seconds since midnight as RFC 3339 without fractions."""
    return iso(seconds)[:-5] + "Z"


def stream(name: str) -> np.random.Generator:
    """Return the random numbers of one concern, so that a change to one leaves the others as they were."""
    return np.random.default_rng([SEED, *name.encode()])


def arrivals(name: str, per_second: float) -> Floats:
    """Return arrival times in [0, END), whole milliseconds, rising: a Poisson process with a mild swing over the day."""
    rng, most = stream(name), per_second * 1.1
    times = np.cumsum(rng.exponential(1 / most, size=int(END * most * 1.3)))
    rate = per_second * (1 + 0.1 * np.sin(2 * np.pi * (times / HOUR - 3) / 24))
    kept = times[(times < END - 1) & (rng.random(len(times)) < rate / most)]
    rising: Floats = np.unique(np.round(kept, 3))
    return rising


def between(times: Floats, start: float, end: float) -> Flags:
    """Return which times lie in [start, end)."""
    inside: Flags = (times >= start) & (times < end)
    return inside
