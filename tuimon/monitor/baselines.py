"""What "normal" is for a model: counts over the columns' own grids, read from stored cells."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tuimon.config import Baseline, duration_text
from tuimon.monitor.troubled import Stretches, calm
from tuimon.store import Cells, ColumnFacts, ModelFacts, Store

Ints = npt.NDArray[np.int64]

HOUR = 3600
NOT_AN_EPOCH = 946_684_800.0
"""The year 2000: times of files before it are those that archives and reproducible builds write."""


@dataclass(frozen=True)
class Counts:
    """Counts of one column: by bin, and of what falls into no bin."""

    bins: npt.NDArray[np.int32]
    counts: Ints
    n: int
    nulls: int
    invalid: int
    total: float

    @property
    def finite(self) -> int:
        """Values that fell into a bin."""
        return int(self.counts.sum())


@dataclass(frozen=True)
class Stretch:
    """The stored rows that a baseline consists of: minutes or hours with start in [start, end)."""

    width: int
    start: int
    end: int
    version: str | None = None
    """The one whose rows these are; None: all."""
    left_out: str | None = None
    """One whose rows these are not."""


@dataclass(frozen=True)
class BaselineCounts:
    """The baseline of one model: its name in words, its rows, and each column's counts."""

    words: str
    rows: int
    columns: dict[int, Counts]
    provisional: str = ""
    """How far it is from complete, in words; empty when it is, or when it is not one that is ever complete."""
    newest: float | None = None
    """The time of its newest row, or of its file where rows have none."""
    max_age: float = math.inf
    """Seconds that its newest row may be behind the traffic."""
    strangers: tuple[str, ...] = ()
    """Columns of a file for all models that this one has never had."""
    stretch: Stretch | None = None
    """Where its rows are stored; None for those of a file."""


class BaselineReader:
    """Reads a model's baseline, and reads it again only when it may have changed."""

    def __init__(self, store: Store, baseline: Baseline, left_out: str | None = None) -> None:
        """Read what `baseline` says; `left_out` names a version whose rows an earlier stretch is to be read without."""
        self._store, self._baseline, self._left_out = store, baseline, left_out
        self._held: dict[object, BaselineCounts | None] = {}
        self._troubled: Stretches = {}
        self._complete: int | None = None
        self._begin = 0
        """The hour of the model's first row."""
        self._asked = 0
        """The model's rows when they were too few for a complete baseline."""
        self._until = 0
        """Where the newest stretch that is held ends, in seconds."""

    def leave_out(self, troubled: Stretches) -> None:
        """Read earlier stretches without these of each column from now on."""
        if troubled != self._troubled:
            self._troubled = troubled
            self._held.clear()

    def read(self, facts: ModelFacts, columns: dict[int, ColumnFacts], start: int, end: int) -> BaselineCounts | None:
        """Return the counts to compare the window [start, end) with, or None where there are none."""
        key = (len(columns), self._span(start, end))
        if key not in self._held:
            if len(self._held) >= 16:
                self._held.clear()
            self._held[key] = self._fresh(facts, columns, start, end)
            self._until = max(self._until, self._end(start, end))
        return self._held[key]

    def rows_came(self, since: int) -> None:
        """Read again at the next call if cells from the minute `since` on belong to what is held: late rows, or those of a new grid."""
        if since < self._until:
            self._held.clear()
            self._complete, self._asked, self._until = None, 0, 0

    def _end(self, start: int, end: int) -> int:
        """Where the rows end that a new row may join: those of the hour that is still filling are read again with the next hour."""
        if self._baseline.source:
            return 0
        return end // HOUR * HOUR if self._baseline.version else start

    def _span(self, start: int, end: int) -> object:
        """What of the window the baseline depends on."""
        baseline = self._baseline
        if baseline.source:
            return None
        if baseline.version:
            return end // HOUR
        if baseline.previous or baseline.same_hours:
            return start, end
        if self._complete is not None and self._complete <= start:
            return "complete"
        return start // HOUR if start - HOUR >= self._begin else start

    def _fresh(self, facts: ModelFacts, columns: dict[int, ColumnFacts], start: int, end: int) -> BaselineCounts | None:
        baseline = self._baseline
        if baseline.source:
            return self._file(facts, columns, baseline.source)
        if baseline.version:
            stretch = Stretch(HOUR, 0, end + HOUR, version=baseline.version)
            cells = self._cells(facts, stretch)
            return self._aged(_sum(f"version {baseline.version}", cells, columns, stretch), cells)
        if baseline.previous:
            return self._stretch(
                facts, columns, start - int(baseline.previous), start, start, f"the {duration_text(baseline.previous)} before"
            )
        if baseline.same_hours:
            back = int(baseline.same_hours)
            return self._stretch(facts, columns, start - back, end - back, start, f"same hours {duration_text(back)} ago")
        return self._first(facts, columns, start)

    def _file(self, facts: ModelFacts, columns: dict[int, ColumnFacts], path: str) -> BaselineCounts | None:
        cells = self._store.baseline(facts.name)
        found = None if cells is None else _sum("file", cells, columns)
        if found is None:
            return None
        # A file for several models has columns of all of them.
        alone = [model.name for model in self._store.models()] == [facts.name]
        strangers = tuple(self._store.baseline_strangers(facts.name)) if alone else ()
        newest = self._store.baseline_newest(facts.name)
        newest = newest if newest is not None else _modified(path)
        return replace(found, newest=newest, max_age=self._baseline.max_age, strangers=strangers)

    def _aged(self, found: BaselineCounts | None, cells: Cells) -> BaselineCounts | None:
        """The same with the end of its newest hour, which is as exact as an age in days needs."""
        return None if found is None else replace(found, newest=float(cells.start.max()) + HOUR, max_age=self._baseline.max_age)

    def _stretch(
        self, facts: ModelFacts, columns: dict[int, ColumnFacts], start: int, end: int, window: int, words: str
    ) -> BaselineCounts | None:
        """Minutes where they are kept; whole hours for what is older or long, but none that reaches into the window from `window` on."""
        if end - start <= 6 * HOUR:
            fine = Stretch(60, start, end, left_out=self._left_out)
            minutes = _sum(words, self._cells(facts, fine), columns, fine)
            if minutes is not None:
                return minutes
        last = -(-end // HOUR) * HOUR
        if last > window:
            last -= HOUR
        wide = Stretch(HOUR, start // HOUR * HOUR, last, left_out=self._left_out)
        return _sum(words, self._cells(facts, wide), columns, wide)

    def _cells(self, facts: ModelFacts, stretch: Stretch) -> Cells:
        cells = self._store.cells(facts.name, stretch.width, stretch.start, stretch.end)
        if stretch.version is not None:
            return _only(cells, stretch.version)
        cells = cells if stretch.left_out is None else _only(cells, stretch.left_out, without=True)
        return _where(cells, calm(cells, stretch.width, self._troubled)) if self._troubled else cells

    def _first(self, facts: ModelFacts, columns: dict[int, ColumnFacts], start: int) -> BaselineCounts | None:
        """The first rows in whole hours; until there are enough, the whole hours before the window, or in the first hour its minutes."""
        if facts.first is None:
            return None
        self._begin = first = int(facts.first) // HOUR * HOUR
        if self._complete is None and facts.rows != self._asked:
            self._complete, self._asked = self._first_hours(facts, columns, first), facts.rows
        if self._complete is not None and self._complete <= start:
            stretch = Stretch(HOUR, first, self._complete)
            cells = self._cells(facts, stretch)
            return self._aged(_sum(self._first_words(), cells, columns, stretch), cells)
        words, whole = f"{self._first_words()} so far", start // HOUR * HOUR
        so_far = Stretch(HOUR, first, whole) if whole > first else Stretch(60, first, start)
        return self._so_far(_sum(words, self._cells(facts, so_far), columns, so_far), so_far.end - first)

    def _so_far(self, found: BaselineCounts | None, seconds: int) -> BaselineCounts | None:
        """The same with how much of the first rows or hours it has."""
        if found is None:
            return None
        wanted = self._baseline.first_rows
        if wanted is None:
            part = f"{duration_text(seconds // 60 * 60)} of {duration_text(self._baseline.first_seconds or 0)}"
        else:
            part = f"{found.rows:,} of {wanted:,} rows" if found.rows < wanted else f"{found.rows:,} rows, until their hour is over"
        return replace(found, provisional=part)

    def _first_words(self) -> str:
        baseline = self._baseline
        return f"first {duration_text(baseline.first_seconds)}" if baseline.first_seconds else f"first {baseline.first_rows:,} rows"

    def _first_hours(self, facts: ModelFacts, columns: dict[int, ColumnFacts], first: int) -> int | None:
        """Return where the first whole hours with enough rows end, None while there are too few."""
        if self._baseline.first_seconds:
            end = first + max(HOUR, -(-int(self._baseline.first_seconds) // HOUR) * HOUR)
            return end if facts.watermark is not None and facts.watermark >= end else None
        traffic = next((column.number for column in columns.values() if column.role == "traffic"), None)
        cells = self._store.cells(facts.name, HOUR, first, first + 400 * 24 * HOUR)
        mine = cells.column == traffic
        rows = np.cumsum(cells.n[mine])
        place = int(np.searchsorted(rows, self._baseline.first_rows or 0))
        return int(cells.start[mine][place]) + HOUR if place < len(rows) else None


def _modified(path: str) -> float | None:
    """When a file was last written, None where that is not known; packers write the first days of an epoch."""
    with suppress(OSError):
        found = Path(path).stat().st_mtime
        return found if found >= NOT_AN_EPOCH else None
    return None


def _sum(words: str, cells: Cells, columns: dict[int, ColumnFacts], stretch: Stretch | None = None) -> BaselineCounts | None:
    """Return the sums of cells by column; None without a row."""
    if not len(cells.start):
        return None
    owner = np.repeat(cells.column.astype(np.int64), np.diff(cells.offsets))
    key = (owner << np.int64(32)) + cells.bins.astype(np.int64) + (1 << 31)
    keys, inverse = np.unique(key, return_inverse=True)
    counts = np.bincount(inverse, weights=cells.counts, minlength=len(keys)).astype(np.int64)
    summed = {int(number): _counts(int(number), cells, keys, counts) for number in np.unique(cells.column) if int(number) in columns}
    rows = max((column.n for column in summed.values()), default=0)
    return BaselineCounts(words, rows, summed, stretch=stretch) if rows else None


def _counts(number: int, cells: Cells, keys: Ints, counts: Ints) -> Counts:
    low, high = np.searchsorted(keys, [number << 32, (number + 1) << 32])
    bins = ((keys[low:high] & ((1 << 32) - 1)) - (1 << 31)).astype(np.int32)
    mine = cells.column == number
    total = float(np.nansum(cells.total[mine]))
    return Counts(bins, counts[low:high], int(cells.n[mine].sum()), int(cells.nulls[mine].sum()), int(cells.invalid[mine].sum()), total)


def _only(cells: Cells, version: str, *, without: bool = False) -> Cells:
    """Return the cells of one version, or those of all others."""
    wanted = cells.versions.index(version) if version in cells.versions else -1
    return _where(cells, (cells.version == wanted) != without)


def _where(cells: Cells, mine: npt.NDArray[np.bool_]) -> Cells:
    """Return the cells that `mine` marks."""
    spans = np.diff(cells.offsets)
    kept = np.repeat(mine, spans)
    return Cells(
        start=cells.start[mine],
        column=cells.column[mine],
        version=cells.version[mine],
        versions=cells.versions,
        n=cells.n[mine],
        nulls=cells.nulls[mine],
        nonfinite=cells.nonfinite[mine],
        invalid=cells.invalid[mine],
        minimum=cells.minimum[mine],
        maximum=cells.maximum[mine],
        total=cells.total[mine],
        offsets=np.concatenate(([0], np.cumsum(spans[mine]))),
        bins=cells.bins[kept],
        counts=cells.counts[kept],
    )
