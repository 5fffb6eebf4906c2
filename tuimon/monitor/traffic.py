"""The rows of a window, and the records they stand for where a log is a sample: for the eye; the rows seen stay the n of every test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuimon.monitor.timeline import Sums, Timeline
from tuimon.stats import Estimate, estimates
from tuimon.values.snapshot import Sampling

Ints = npt.NDArray[np.int64]

SERIES_MINUTES = 60
_ERROR_BIN = 1


@dataclass(frozen=True)
class Traffic:
    """The rows of a model or version in a window, and the records they stand for."""

    rows: int
    every: Estimate
    failed: Estimate
    sampling: Sampling | None
    """None where each row stands for itself."""

    @property
    def error_rate(self) -> float | None:
        """The share of errors among the records; with one rate for all it is that among the rows. None of nothing."""
        return self.failed.count / self.every.count if self.rows else None

    @property
    def evidence(self) -> tuple[int, int]:
        """(errors, rows) of one rate that would say as much as these: never more rows than were seen."""
        worth = round(self.every.worth)
        return round((self.error_rate or 0.0) * worth), worth


def slots_of(timeline: Timeline, role: str, version: str | None = None) -> list[int]:
    """Return the slots of a role, of one version or of all."""
    return [i for i, slot in enumerate(timeline.slots) if slot.role == role and version in (None, slot.version)]


def counted(sums: Sums, slots: list[int]) -> tuple[npt.NDArray[np.int32], Ints]:
    """Return (bins, counts) summed over slots that share a grid, occupied bins only."""
    parts = [sums.of(slot) for slot in slots]
    if not parts:
        return np.empty(0, np.int32), np.empty(0, np.int64)
    bins, inverse = np.unique(np.concatenate([part[0] for part in parts]), return_inverse=True)
    counts = np.bincount(inverse, weights=np.concatenate([part[1] for part in parts]), minlength=len(bins)).astype(np.int64)
    return bins[counts > 0].astype(np.int32), counts[counts > 0]


def traffic(timeline: Timeline, sums: Sums, version: str | None = None) -> Traffic:
    """Return the traffic of one version, or of all."""
    slots = slots_of(timeline, "traffic", version)
    bins, counts = counted(sums, slots)
    rows = int(sums.n[slots].sum()) if slots else 0
    sampled = slots_of(timeline, "sampling", version)
    every, failed = estimates(rows, int(counts[bins == _ERROR_BIN].sum()), *counted(sums, sampled))
    return Traffic(rows, every, failed, _sampling(sums, sampled, rows, every) if sampled else None)


def _sampling(sums: Sums, slots: list[int], rows: int, every: Estimate) -> Sampling | None:
    unrated = int(sums.nulls[slots].sum())
    if every.count <= rows and not unrated:
        return None
    least = float(np.min(sums.minimum[slots])) if int(sums.n[slots].sum()) == rows else 1.0
    return Sampling(every.count, every.margin, 1 / float(np.max(sums.maximum[slots])), 1 / least, unrated)


def by_minute(timeline: Timeline, start: int) -> tuple[list[float], list[float | None]]:
    """Return (records, share of errors) of each minute of the hour from `start`."""
    return records(timeline, start, SERIES_MINUTES, 60)


def records(timeline: Timeline, start: int, many: int, step: int) -> tuple[list[float], list[float | None]]:
    """Return (records, share of errors) of each of `many` stretches of `step` seconds from `start`."""
    rows, errors = np.zeros(many, np.int64), np.zeros(many, np.int64)
    for slot in slots_of(timeline, "traffic"):
        bins, counts, n = timeline.minutes(start, many, step, slot)
        rows += n
        errors += counts[:, bins == _ERROR_BIN].sum(axis=1)
    every, failed = rows.astype(float).tolist(), errors.astype(float).tolist()
    for slot in slots_of(timeline, "sampling"):
        bins, counts, _ = timeline.minutes(start, many, step, slot)
        for minute in np.flatnonzero(counts.any(axis=1)).tolist():
            all_more, failed_more = estimates(0, 0, bins, counts[minute])
            every[minute] += all_more.count
            failed[minute] += failed_more.count
    return every, [part / whole if whole else None for part, whole in zip(failed, every, strict=True)]
