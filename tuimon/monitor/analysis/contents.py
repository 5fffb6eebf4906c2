"""What one column holds in some rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tuimon.monitor.analysis.blocks import Block, Bools, Key
from tuimon.stats.exact import Counts, Sample, sample_of

Floats = npt.NDArray[np.float64]


_NO_NUMBERS = sample_of(())


@dataclass(frozen=True)
class Content:
    """The values of one column: a sample of numbers or counts of categories, the other of which is empty, and rows that have neither."""

    rows: int
    missing: int
    """NULL: absent, or of the wrong type when it was read."""
    nonfinite: int
    """NaN and infinities."""
    sample: Sample = _NO_NUMBERS
    counts: Counts = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Values that count."""
        return self.sample.n + sum(self.counts.values())

    def without(self, part: Content) -> Content:
        """Return what is left when a part of these rows is taken out."""
        left = Counter(self.counts)
        left.subtract(part.counts)
        return Content(
            self.rows - part.rows,
            self.missing - part.missing,
            self.nonfinite - part.nonfinite,
            self.sample.without(part.sample),
            {name: count for name, count in left.items() if count},
        )

    def outside(self, now: Content) -> int:
        """Return how many values of other rows these never had: categories by name, numbers beyond the smallest and largest."""
        beyond = int(now.sample.up_to(self.sample.low, side="left")) + now.sample.n - int(now.sample.up_to(self.sample.high))
        return beyond + sum(count for name, count in now.counts.items() if not self.counts.get(name))

    def distinct_with(self, now: Content) -> int:
        """Return how many different values there are in these and other rows together."""
        numbers = np.union1d(*(side.values[side.counts > 0] for side in (self.sample, now.sample)))
        return numbers.size + len({name for side in (self.counts, now.counts) for name, count in side.items() if count})


def contents(blocks: Iterable[Block], keys: Sequence[Key]) -> dict[Key, Content]:
    """Return what the columns hold in these rows, read once; rows of blocks that do not have a column are missing in it."""
    collectors = {key: _Numbers() if key.kind == "numeric" else _Categories() for key in keys}
    for block in blocks:
        for key, collector in collectors.items():
            collector.add(block.columns.get(key), block.rows)
    return {key: collector.content() for key, collector in collectors.items()}


def whole(blocks: Iterable[Block], keys: Sequence[Key]) -> Iterable[Block]:
    """Yield the rows that have a value in every one of the columns; NaN is none."""
    for block in blocks:
        mask = np.ones(block.rows, bool)
        for key in keys:
            mask &= present(block, key)
        yield block.where(mask)


def present(block: Block, key: Key) -> Bools:
    """Return which rows have a value, bool[rows]; NaN is none."""
    array = block.columns.get(key)
    if array is None:
        return np.zeros(block.rows, bool)
    found = ~np.isnan(floats(array)) if key.kind == "numeric" else array.is_valid().to_numpy(zero_copy_only=False)
    return np.asarray(found, bool)


def floats(array: pa.Array) -> Floats:
    """Return a numeric column as float64, NaN where it is NULL."""
    return np.asarray(array.to_numpy(zero_copy_only=False), np.float64)


def names_and_places(array: pa.DictionaryArray) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Return (names, place of each row's value in them, int64[rows]; -1 where it is missing)."""
    places = array.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return array.dictionary.to_pylist(), places


class _Numbers:
    def __init__(self) -> None:
        self._held: list[Floats] = []
        self._rows = self._missing = 0

    def add(self, array: pa.Array | None, rows: int) -> None:
        self._rows += rows
        self._missing += rows if array is None else array.null_count
        if array is not None:
            self._held.append(floats(array.drop_null()))

    def content(self) -> Content:
        values = np.concatenate([*self._held, np.empty(0)])
        sample = sample_of(values)
        return Content(self._rows, self._missing, len(values) - sample.n, sample)


class _Categories:
    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._rows = self._missing = 0

    def add(self, array: pa.Array | None, rows: int) -> None:
        self._rows += rows
        self._missing += rows if array is None else array.null_count
        if array is not None:
            names, places = names_and_places(array)
            held = np.bincount(places[places >= 0], minlength=len(names)).tolist()
            self._counts.update({name: count for name, count in zip(names, held, strict=True) if count})

    def content(self) -> Content:
        return Content(self._rows, self._missing, 0, counts=dict(self._counts))
