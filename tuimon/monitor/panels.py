"""Traffic, errors and latency of one window, as the screens show them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuimon.monitor.timeline import Sums, Timeline
from tuimon.monitor.traffic import counted, records, slots_of, traffic
from tuimon.monitor.windows import Axis, Window
from tuimon.stats import ZERO, latency_edges, latency_quantile_series, latency_quantiles, share_interval
from tuimon.values.snapshot import Heat, Latency, Series, Share, Version
from tuimon.values.text import safe_text

Ints = npt.NDArray[np.int64]
Bins = npt.NDArray[np.int32]

QUANTILES = (0.50, 0.90, 0.95, 0.99)
REPEATED_BIN = 1
HEAT = 24
"""Buckets of a heat map."""


def number(value: float) -> float | None:
    """Return a float that can be shown, None for NaN and infinities."""
    return float(value) if math.isfinite(value) else None


def share_of(part: int, rows: int) -> Share | None:
    """Return rows of a kind among all rows with their sampling error, None of nothing."""
    interval = share_interval(part, rows)
    return None if interval is None else Share(part, rows, part / rows, interval)


def repeated(timeline: Timeline, sums: Sums) -> Share | None:
    """Return the rows whose id was seen before, among those with an id."""
    bins, counts = counted(sums, slots_of(timeline, "id"))
    return share_of(int(counts[bins == REPEATED_BIN].sum()), int(counts.sum()))


def share(part: int, whole: int) -> float | None:
    """Return part / whole, None of nothing."""
    return part / whole if whole else None


def latency(sums: Sums, slots: list[int]) -> Latency:
    """Return the latency of a window in milliseconds."""
    bins, counts = counted(sums, slots)
    rows = int(counts.sum())
    if not rows:
        return Latency(0, None, None, None, None, None, None)
    largest = float(np.max(sums.maximum[slots]))
    p50, p90, p95, p99 = (number(q) for q in latency_quantiles(bins, counts, np.array(QUANTILES), largest))
    return Latency(rows, p50, p90, p95, p99, number(largest), number(float(sums.total[slots].sum()) / rows))


def latency_histogram(sums: Sums, slots: list[int], most: int = 24) -> tuple[tuple[float, float, int], ...]:
    """Return (lower ms, upper ms, rows) over at most `most` neighbouring bins of equal ratio."""
    bins, counts = counted(sums, slots)
    if not len(bins):
        return ()
    positive = bins[bins > ZERO]
    first = int(positive[0]) if len(positive) else 0
    step = -(-(int(bins[-1]) - first + 1) // most)
    groups = np.where(bins < first, -1, (bins - first) // step)
    return tuple(_bar(int(group), first, step, int(counts[groups == group].sum())) for group in np.unique(groups))


def _bar(group: int, first: int, step: int, rows: int) -> tuple[float, float, int]:
    if group < 0:
        return 0.0, 0.0, rows
    lower, upper = latency_edges(np.array([first + group * step, first + (group + 1) * step - 1], np.int32))
    return float(lower[0]), float(upper[1]), rows


@dataclass(frozen=True)
class LatencyTail:
    """Latencies of one window by bin: all that it takes to say how many were slow."""

    lower: npt.NDArray[np.float64]
    """Lower edge of each bin, ms."""
    counts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, sums: Sums, slots: list[int]) -> LatencyTail:
        """Return the rows of the latency slots."""
        bins, counts = counted(sums, slots)
        return cls(latency_edges(bins)[0], counts)

    def over(self, limit: float) -> int:
        """Return how many rows lie in bins above `limit` ms."""
        return int(self.counts[self.lower >= limit].sum())


def versions(timeline: Timeline, window: Window, sums: Sums, axis: Axis) -> tuple[Version, ...]:
    """Return each version's traffic and latency, busiest first."""
    names = sorted({slot.version for slot in timeline.slots if slot.role == "traffic"})
    found = [_version(timeline, window, sums, axis, name) for name in names]
    return tuple(sorted((item for item in found if item.rows), key=lambda item: (-item.rows, item.version)))


def _version(timeline: Timeline, window: Window, sums: Sums, axis: Axis, name: str) -> Version:
    own = traffic(timeline, sums, name)
    slots = slots_of(timeline, "latency", name)
    (p95,) = _quantiles(*_latencies(timeline, window, axis, slots), (0.95,))
    return Version(safe_text(name), own.rows, own.every.count / window.span, own.error_rate, latency(sums, slots), p95, own.sampling)


def series(timeline: Timeline, window: Window, axis: Axis) -> Series:
    """Return what charts show."""
    start = window.end - axis.span
    counts, rates = records(timeline, start, axis.points, axis.step)
    begin = max(0, -(-(window.known_from - start) // axis.step))
    flow = tuple(None if i < begin else n / axis.step for i, n in enumerate(counts))
    bins, latencies = _latencies(timeline, window, axis, slots_of(timeline, "latency"))
    p50, p95, p99 = _quantiles(bins, latencies, (0.5, 0.95, 0.99))
    begun, heat = _begun(timeline, window, start), _heat(bins, latencies)
    return Series(float(start), float(axis.step), flow, tuple(rates), p50, p95, p99, begun, heat)


def _begun(timeline: Timeline, window: Window, start: int) -> tuple[tuple[str, float], ...]:
    """The versions that are new since `start`, by what is in memory; those that the model began with are not."""
    first = timeline.spans(window.end)[0].tolist()
    found = [(slot.version, at) for slot, at in zip(timeline.slots, first, strict=True) if slot.role == "traffic" and at >= 0]
    earliest = min((at for _, at in found), default=0)
    return tuple((safe_text(name), float(at)) for name, at in sorted(found, key=lambda one: one[1]) if at > max(earliest, start))


def _latencies(timeline: Timeline, window: Window, axis: Axis, slots: list[int]) -> tuple[Bins, Ints]:
    """Return (bins, counts[points, bins]) over the slots together."""
    start = window.end - axis.span
    parts = [timeline.minutes(start, axis.points, axis.step, slot) for slot in slots]
    bins, inverse = np.unique(np.concatenate([part[0] for part in parts] or [np.empty(0, np.int32)]), return_inverse=True)
    counts = np.zeros((axis.points, len(bins)), np.int64)
    at = 0
    for own, minute_counts, _ in parts:
        counts[:, inverse[at : at + len(own)]] += minute_counts
        at += len(own)
    return bins, counts


def _quantiles(bins: Bins, counts: Ints, quantiles: tuple[float, ...]) -> tuple[tuple[float | None, ...], ...]:
    """Return one series a quantile."""
    found = latency_quantile_series(bins, counts, np.array(quantiles))
    return tuple(tuple(number(value) for value in found[:, i]) for i in range(len(quantiles)))


def _heat(bins: Bins, counts: Ints) -> Heat | None:
    """Return neighbouring bins of equal ratio together, so that there are at most `HEAT`; what took no time is in the lowest."""
    used = bins[counts.any(axis=0)] if len(bins) else bins
    if not len(used) or int(used[-1]) <= ZERO:
        return None
    first = int(used[used > ZERO][0])
    step = -(-(int(used[-1]) - first + 1) // HEAT)
    buckets = (int(used[-1]) - first) // step + 1
    rows = np.zeros((len(counts), buckets), np.int64)
    inside = bins <= used[-1]
    np.add.at(rows.T, np.clip((bins[inside] - first) // step, 0, None), counts[:, inside].T)
    edges = latency_edges((first + step * np.arange(buckets + 1)).astype(np.int32))[0]
    return Heat(tuple(edges.tolist()), tuple(map(tuple, rows.tolist())))
