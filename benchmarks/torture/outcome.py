"""What came of a torture run: every number counted, and where those are that were not counted once."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa

from tuimon.config import Keep
from tuimon.store import Store

_NUMBER = re.compile(rb'"id":"(\d+)"')
_SLICE = 3_600.0


@dataclass(frozen=True)
class Outcome:
    """The counts of one run."""

    setup: str
    seed: int
    lines: int
    """Written."""
    kills: int
    real: int
    """Of them, whole `python -m tuimon ingest`."""
    rotations: int
    lost: tuple[int, ...]
    doubled: tuple[int, ...]
    foreign: int
    """Rows whose number was never written."""
    totals: dict[str, int]
    """The books as `tuimon check` prints them."""
    books: bool
    """`tuimon verify` found nothing."""
    notices: str
    """What the readers that were not killed had to say."""
    peak: float
    """Most memory of any reader in MB."""
    opens: tuple[float, ...]
    """Seconds that the store took to open, mostly after a kill."""

    @property
    def exact(self) -> bool:
        """Whether every line was counted once, and all the books say so."""
        counted = (self.totals["lines"], self.totals["rows"], self.totals["rejected"], self.totals["gaps"])
        return not self.lost and not self.doubled and not self.foreign and self.books and counted == (self.lines, self.lines, 0, 0)


def counted(state: Path, lines: int) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """Return the numbers below `lines` that no stored row has, those that several have, and how many rows have another number."""
    store = Store.open(state, Keep())
    try:
        times, foreign = np.zeros(lines, np.int64), 0
        for model in store.models():
            for numbers in _numbers(store, model.name):
                known = (numbers >= 0) & (numbers < lines)
                times += np.bincount(numbers[known], minlength=lines)
                foreign += int(np.count_nonzero(~known))
    finally:
        store.close()
    return tuple(np.flatnonzero(times == 0).tolist()), tuple(np.flatnonzero(times > 1).tolist()), foreign


def _numbers(store: Store, model: str) -> Iterator[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """The ids of all rows of a model, an hour of event time at a time."""
    span = store.row_span(model)
    if span is None:
        return
    start, last, rows = span
    while start <= last:
        found = store.rows(model, start, start + _SLICE, limit=rows)
        if found.num_rows:
            yield np.array([_number(text) for text in found.column("id").to_pylist()], np.int64)
        start += _SLICE


def _number(text: str | None) -> int:
    """The number that an id is, -1 for any other."""
    return int(text) if text is not None and text.isdecimal() and len(text) < 16 else -1


def told(outcome: Outcome, logs: Path) -> str:
    """Return in words what is wrong: which numbers, and in which files they stand now."""
    places = _places(logs) if outcome.lost or outcome.doubled else {}
    wrong = [f"{word} {first}-{last} ({_where(places, first, last)})" for word, first, last in _ranges(outcome)]
    books = "the books balance" if outcome.books else "the books FAIL"
    facts = f"{outcome.lines} lines written, {outcome.totals}, {outcome.foreign} foreign rows, {books}"
    parts = [f"{outcome.setup}, seed {outcome.seed}: {facts}", *(wrong[:20] or ["none lost, none doubled"]), outcome.notices]
    return "; ".join(filter(None, parts))


def _ranges(outcome: Outcome) -> Iterator[tuple[str, int, int]]:
    for word, numbers in (("lost", outcome.lost), ("doubled", outcome.doubled)):
        for _, run in groupby(enumerate(numbers), key=lambda item: item[1] - item[0]):
            found = [number for _, number in run]
            yield word, found[0], found[-1]


def _where(places: dict[int, list[str]], first: int, last: int) -> str:
    names = {name for number in (first, last) for name in places.get(number, ["no file"])}
    return ", ".join(sorted(names))


def _places(logs: Path) -> dict[int, list[str]]:
    places: dict[int, list[str]] = {}
    for path in sorted(logs.iterdir()):
        for found in _NUMBER.findall(_content(path)):
            places.setdefault(int(found), []).append(path.name)
    return places


def _content(path: Path) -> bytes:
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".zst":
        with pa.CompressedInputStream(path.open("rb"), "zstd") as stream:
            content: bytes = stream.read()
        return content
    return path.read_bytes()
