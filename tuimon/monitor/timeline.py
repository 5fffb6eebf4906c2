"""The recent minute cells of one model, laid flat so that the sums of any window are one pass over a slice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuimon.store import Cells, ColumnFacts

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

BY_VERSION = frozenset({"traffic", "latency", "sampling"})
"""Roles that panels also show by version; all others are summed over versions."""

_SHIFT = np.int64(1) << np.int64(32)
_MIDDLE = np.int64(1) << np.int64(31)
_MOST_PARTS = 24


@dataclass(frozen=True)
class Slot:
    """One series of cells: a column, and its version where panels need that."""

    column: int
    role: str
    version: str


@dataclass(frozen=True)
class Sums:
    """Sums of one window: scalars by slot, and counts over the sorted keys (slot, bin)."""

    n: Ints
    nulls: Ints
    nonfinite: Ints
    invalid: Ints
    minimum: Floats
    maximum: Floats
    total: Floats
    keys: Ints
    counts: Ints

    def of(self, slot: int) -> tuple[npt.NDArray[np.int32], Ints]:
        """Return (bins int32, counts int64) of one slot: every bin the timeline knows, zeros included, in bin order."""
        first, last = np.searchsorted(self.keys, [slot * _SHIFT, (slot + 1) * _SHIFT])
        return bins_of(self.keys[first:last]), self.counts[first:last]


@dataclass
class _Part:
    """Cells of a stretch of minutes, ordered by minute; `flat` are the positions of its keys among all keys."""

    start: Ints
    slot: Ints
    scalars: Ints
    floats: Floats
    offsets: Ints
    keys: Ints
    counts: Ints
    flat: Ints


def bins_of(keys: Ints) -> npt.NDArray[np.int32]:
    """Return the bins of keys of one slot."""
    return ((keys & (_SHIFT - 1)) - _MIDDLE).astype(np.int32)


class Timeline:
    """Minute cells of one model over the last stretch of event time; what the store holds, never more.

    `left_out` names a version whose rows are the baseline and therefore no traffic to judge; `only` names the one version whose columns
    are kept, and then nothing else is.
    """

    def __init__(self, left_out: str | None = None, only: str | None = None) -> None:
        self.left_out, self._only = left_out, only
        self._slots: dict[tuple[int, str], int] = {}
        self.slots: list[Slot] = []
        self._parts: list[_Part] = []
        self.keys: Ints = np.empty(0, np.int64)
        self.loaded_from: int | None = None

    def slot(self, column: int, version: str = "") -> int | None:
        """Return the slot of a column (of a version, for traffic and latency), or None before its first cell."""
        return self._slots.get((column, version))

    def replace(self, cells: Cells, columns: dict[int, ColumnFacts], since: int) -> None:
        """Put `cells` in the place of everything from the minute `since` on."""
        self._cut(since)
        self.loaded_from = since if self.loaded_from is None else min(self.loaded_from, since)
        if len(cells.start):
            self._parts.append(self._part(cells, columns))
        self._learn()
        if len(self._parts) > _MOST_PARTS:
            self._parts = [_join(self._parts[:-4]), *self._parts[-4:]]

    def places(self, slot: int) -> tuple[npt.NDArray[np.int32], Ints]:
        """Return (bins int32, positions in `keys` int64) of one slot."""
        first, last = np.searchsorted(self.keys, [slot * _SHIFT, (slot + 1) * _SHIFT])
        return bins_of(self.keys[first:last]), np.arange(first, last)

    def trim(self, before: int) -> None:
        """Forget the minutes before `before`."""
        self._parts = [part for part in (_slice(part, before, None) for part in self._parts) if len(part.start)]
        if self.loaded_from is not None:
            self.loaded_from = max(self.loaded_from, before)

    def window(self, start: int, end: int) -> Sums:
        """Return the sums over the minutes in [start, end), seconds since 1970."""
        sums = _Accumulator(len(self.slots), self.keys)
        for part in self._parts:
            sums.add(part, start, end)
        return sums.done()

    def counts(self, spans: Sequence[tuple[int, int]]) -> Ints:
        """Return the counts over `keys` in each of one or more spans [start, end) of minutes, int64[spans, keys]; one pass for all."""
        bounds = np.unique(np.array(spans, np.int64))
        width, stretches = len(self.keys), len(bounds) - 1
        places, counts = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for part in self._parts:
            low, high = (int(x) for x in np.searchsorted(part.start, bounds[[0, -1]]))
            stretch = np.searchsorted(bounds, part.start[low:high], side="right") - 1
            held = slice(int(part.offsets[low]), int(part.offsets[high]))
            places.append(np.repeat(stretch * width, np.diff(part.offsets[low : high + 1])) + part.flat[held])
            counts.append(part.counts[held])
        size = stretches * width
        by_stretch = np.bincount(np.concatenate(places), weights=np.concatenate(counts), minlength=size).reshape(stretches, width)
        before = np.concatenate([np.zeros((1, width), np.int64), np.cumsum(by_stretch.astype(np.int64), axis=0)])
        first, last = np.searchsorted(bounds, np.array(spans, np.int64)).T
        return np.asarray(before[last] - before[first])

    def totals(self, spans: Sequence[tuple[int, int]], slots: Sequence[int]) -> tuple[Ints, Floats]:
        """Return (n, totals) of the values of some slots in each of the spans [start, end), both [spans, slots]."""
        n, totals = np.zeros((len(spans), len(slots)), np.int64), np.zeros((len(spans), len(slots)))
        for part in self._parts:
            for place, slot in enumerate(slots):
                mine = np.flatnonzero(part.slot == slot)
                before = np.concatenate([np.zeros((1, 2)), np.cumsum(_scalars(part, mine), axis=0)])
                first, last = np.searchsorted(part.start[mine], np.array(spans, np.int64)).T
                found = before[last] - before[first]
                n[:, place] += found[:, 0].astype(np.int64)
                totals[:, place] += found[:, 1]
        return n, totals

    def rows(self, sums: Sums) -> int:
        """Return the rows of a window that are to be judged, whatever columns they have."""
        traffic = [i for i, slot in enumerate(self.slots) if slot.role == "traffic" and slot.version != self.left_out]
        return int(sums.n[traffic].sum()) if traffic else int(sums.n.max(initial=0))

    def spans(self, until: int) -> tuple[Ints, Ints]:
        """Return by slot the (first, last) minute before `until` that has a value of it, -1 where none has."""
        first, last = (np.full(len(self.slots), -1, np.int64) for _ in range(2))
        for part in self._parts:
            high = int(np.searchsorted(part.start, until))
            used = np.flatnonzero(part.scalars[:high, 0] > part.scalars[:high, 1])
            slot, start = part.slot[used], part.start[used]
            # Of several assignments to one place the last one counts.
            last[slot] = start
            own = np.full(len(self.slots), -1, np.int64)
            own[slot[::-1]] = start[::-1]
            first = np.where(first < 0, own, first)
        return first, last

    def minutes(self, start: int, count: int, step: int, slot: int) -> tuple[npt.NDArray[np.int32], Ints, Ints]:
        """Return (bins [b], counts [count, b], n [count]) of one slot over `count` stretches of `step` seconds from `start`."""
        first, last = np.searchsorted(self.keys, [slot * _SHIFT, (slot + 1) * _SHIFT])
        width = int(last - first)
        counts = np.zeros(count * width, np.float64)
        n = np.zeros(count, np.float64)
        for part in self._parts:
            low, high = np.searchsorted(part.start, [start, start + count * step])
            mine = np.flatnonzero(part.slot[low:high] == slot) + low
            rows = (part.start[mine] - start) // step
            n += np.bincount(rows, weights=part.scalars[mine, 0], minlength=count)[:count]
            spans = part.offsets[mine + 1] - part.offsets[mine]
            where = _ranges(part.offsets[mine], spans)
            position = np.repeat(rows, spans) * width + (part.flat[where] - first)
            counts += np.bincount(position, weights=part.counts[where], minlength=count * width)
        return bins_of(self.keys[first:last]), counts.reshape(count, width).astype(np.int64), n.astype(np.int64)

    def _part(self, cells: Cells, columns: dict[int, ColumnFacts]) -> _Part:
        slot = self._slots_for(cells, columns)
        spans = np.diff(cells.offsets)
        owner = np.repeat(slot, spans)
        keys = owner * _SHIFT + (cells.bins.astype(np.int64) + _MIDDLE)
        kept_cells, kept_bins = slot >= 0, owner >= 0
        offsets = np.concatenate(([0], np.cumsum(spans[kept_cells])))
        scalars = np.stack([cells.n, cells.nulls, cells.nonfinite, cells.invalid], axis=1).astype(np.int64)
        floats = np.stack([cells.minimum, cells.maximum, cells.total], axis=1)
        return _Part(
            np.asarray(cells.start, np.int64)[kept_cells],
            slot[kept_cells],
            scalars[kept_cells],
            floats[kept_cells],
            offsets.astype(np.int64),
            keys[kept_bins],
            np.asarray(cells.counts, np.int64)[kept_bins],
            np.empty(0, np.int64),
        )

    def _slots_for(self, cells: Cells, columns: dict[int, ColumnFacts]) -> Ints:
        pair = cells.column.astype(np.int64) * len(cells.versions) + cells.version.astype(np.int64)
        unique, inverse = np.unique(pair, return_inverse=True)
        slots = [self._slot_of(columns.get(int(p) // len(cells.versions)), cells.versions[int(p) % len(cells.versions)]) for p in unique]
        return np.array(slots, np.int64)[inverse]

    def _slot_of(self, column: ColumnFacts | None, version: str) -> int:
        if column is None or (column.role not in BY_VERSION and version == self.left_out):
            return -1
        if self._only is not None and (column.role in BY_VERSION or version != self._only):
            return -1
        owner = version if column.role in BY_VERSION else ""
        key = (column.number, owner)
        if key not in self._slots:
            self._slots[key] = len(self.slots)
            self.slots.append(Slot(column.number, column.role, owner))
        return self._slots[key]

    def _learn(self) -> None:
        """Make every key of every part known, and each part's positions right."""
        fresh = [part.keys for part in self._parts if not len(part.flat)]
        known = np.unique(np.concatenate([self.keys, *fresh])) if fresh else self.keys
        if len(known) != len(self.keys):
            moved = np.searchsorted(known, self.keys)
            for part in self._parts:
                part.flat = moved[part.flat]
            self.keys = known
        for part in self._parts:
            if len(part.flat) != len(part.keys):
                part.flat = np.searchsorted(known, part.keys)

    def _cut(self, since: int) -> None:
        self._parts = [part for part in (_slice(part, None, since) for part in self._parts) if len(part.start)]


class _Accumulator:
    def __init__(self, slots: int, keys: Ints) -> None:
        self._slots, self._keys = slots, keys
        self._scalars = np.zeros((4, slots))
        self._total = np.zeros(slots)
        self._minimum, self._maximum = np.full(slots, np.inf), np.full(slots, -np.inf)
        self._counts = np.zeros(len(keys))

    def add(self, part: _Part, start: int, end: int) -> None:
        low, high = (int(x) for x in np.searchsorted(part.start, [start, end]))
        if low == high:
            return
        slot = part.slot[low:high]
        for index in range(4):
            self._scalars[index] += np.bincount(slot, weights=part.scalars[low:high, index], minlength=self._slots)
        np.fmin.at(self._minimum, slot, part.floats[low:high, 0])
        np.fmax.at(self._maximum, slot, part.floats[low:high, 1])
        self._total += np.bincount(slot, weights=np.nan_to_num(part.floats[low:high, 2]), minlength=self._slots)
        span = slice(int(part.offsets[low]), int(part.offsets[high]))
        self._counts += np.bincount(part.flat[span], weights=part.counts[span], minlength=len(self._keys))

    def done(self) -> Sums:
        n, nulls, nonfinite, invalid = self._scalars.astype(np.int64)
        return Sums(n, nulls, nonfinite, invalid, self._minimum, self._maximum, self._total, self._keys, self._counts.astype(np.int64))


def _scalars(part: _Part, cells: Ints) -> Floats:
    return np.stack([part.scalars[cells, 0].astype(float), np.nan_to_num(part.floats[cells, 2])], axis=1)


def _ranges(starts: Ints, lengths: Ints) -> Ints:
    """Return the concatenation of start, start + 1, … for each start and length."""
    if not len(starts):
        return np.empty(0, np.int64)
    ends = np.cumsum(lengths)
    return np.arange(ends[-1]) - np.repeat(ends - lengths, lengths) + np.repeat(starts, lengths)


def _slice(part: _Part, start: int | None, end: int | None) -> _Part:
    low = 0 if start is None else int(np.searchsorted(part.start, start))
    high = len(part.start) if end is None else int(np.searchsorted(part.start, end))
    if low == 0 and high == len(part.start):
        return part
    high = max(low, high)
    span = slice(int(part.offsets[low]), int(part.offsets[high]))
    return _Part(
        part.start[low:high],
        part.slot[low:high],
        part.scalars[low:high],
        part.floats[low:high],
        part.offsets[low : high + 1] - part.offsets[low],
        part.keys[span],
        part.counts[span],
        part.flat[span],
    )


def _join(parts: list[_Part]) -> _Part:
    def together(pick: Callable[[_Part], npt.NDArray[np.generic]]) -> npt.NDArray[np.generic]:
        return np.concatenate([pick(part) for part in parts])

    sizes = np.cumsum([0, *(int(part.offsets[-1]) for part in parts)])
    offsets = np.concatenate([part.offsets[:-1] + size for part, size in zip(parts, sizes[:-1], strict=True)] + [sizes[-1:]])
    return _Part(
        together(lambda p: p.start).astype(np.int64),
        together(lambda p: p.slot).astype(np.int64),
        together(lambda p: p.scalars).astype(np.int64),
        together(lambda p: p.floats).astype(np.float64),
        offsets.astype(np.int64),
        together(lambda p: p.keys).astype(np.int64),
        together(lambda p: p.counts).astype(np.int64),
        together(lambda p: p.flat).astype(np.int64),
    )
