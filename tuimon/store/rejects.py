"""Lines that could not be taken, every one with its place and reason, the first ones of a file with their text."""

from __future__ import annotations

import heapq
import json
import os
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa

from tuimon.store.books import Ledger, path_of
from tuimon.store.database import Database
from tuimon.values.snapshot import Reject
from tuimon.values.text import safe_text

MOST_KEPT = 10_000
"""Rejects of one generation that are kept with their text. Those after them are kept packed: two to five bytes each."""
_PAGE = 10_000
_RUN = 4096
"""Rejects packed together: the newest few can be read without much more."""

Place = tuple[int, int, int, int, str, str]
"""(number in order of arrival, generation, line, offset, reason, text)"""


class Rejects:
    """Appends rejects and reads them back."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._database, self._ledger = database, ledger
        self._texts: Counter[int] = Counter(dict(database.rows("SELECT generation, count(*) FROM rejects GROUP BY generation")))
        packed = database.number("SELECT max(seq + lines - 1) FROM packed_rejects")
        self._packed = packed > 0
        """Whether any are packed; a table that is empty is not asked at each refresh."""
        self._next = max(database.number("SELECT max(seq) FROM rejects"), packed) + 1

    def add(self, generation: int, rejects: pa.Table) -> int:
        """Keep rejects (REJECT_SCHEMA) and return how many of them have lost their text; to be called inside a transaction."""
        room = max(0, MOST_KEPT - self._texts[generation])
        self._keep(generation, rejects.slice(0, room))
        self._pack(generation, rejects.slice(room))
        return max(0, int(rejects.num_rows) - room)

    def _keep(self, generation: int, rejects: pa.Table) -> None:
        count = rejects.num_rows
        if count:
            named = rejects.rename_columns(["line", "place", "reason", "content"])
            named = named.append_column("seq", pa.array(np.arange(self._next, self._next + count)))
            self._database.insert("rejects", named.append_column("generation", pa.array(np.full(count, generation, np.int64))))
            self._texts[generation] += count
            self._next += count

    def _pack(self, generation: int, rejects: pa.Table) -> None:
        names = ["seq", "generation", "lines", "packed"]
        for first in range(0, rejects.num_rows, _RUN):
            run = rejects.slice(first, _RUN)
            self._packed = True
            self._database.put("packed_rejects", names, [[self._next, generation, run.num_rows, _packed(run)]])
            self._next += run.num_rows

    def read(self, limit: int | None, newest_first: bool, file: str | None) -> tuple[Reject, ...]:
        """Return rejects in the order they were found, or the reverse; `file` is a path, or a file name in any directory."""
        return tuple(islice(self.each(newest_first, file, _PAGE if limit is None else min(max(limit, 1), _PAGE)), limit))

    def each(self, newest_first: bool = False, file: str | None = None, page: int = _PAGE) -> Iterator[Reject]:
        """Yield rejects as `read` does; about `page` of them are in memory at a time."""
        numbers = None if file is None else [number for number, one in self._ledger.generations.items() if _is_of(path_of(one), file)]
        if numbers is not None and not numbers:
            return
        among = "" if numbers is None else f"AND generation IN ({', '.join(str(number) for number in numbers)})"
        sources = (self._kept(among, newest_first, page), self._unpacked(among, newest_first, 1 + page // _RUN))
        for _, generation, line, offset, reason, text in heapq.merge(*sources, key=_number, reverse=newest_first):
            found = self._ledger.generations.get(generation)
            path = "" if found is None else safe_text(path_of(found))
            yield Reject(path, line, offset, safe_text(reason), safe_text(text))

    def _kept(self, among: str, newest_first: bool, page: int) -> Iterator[Place]:
        if self._texts:
            yield from self._pages("seq, generation, line, place, reason, content FROM rejects", among, newest_first, page)

    def _unpacked(self, among: str, newest_first: bool, page: int) -> Iterator[Place]:
        pages = self._pages("seq, generation, packed FROM packed_rejects", among, newest_first, page) if self._packed else ()
        for number, generation, packed in pages:
            found = [(number + place, generation, *row, "") for place, row in enumerate(_places(packed))]
            yield from reversed(found) if newest_first else found

    def _pages(self, what: str, among: str, newest_first: bool, page: int) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a table by number, `page` at a time."""
        beyond, order, at = ("<", "DESC", self._next) if newest_first else (">", "ASC", -1)
        while True:
            rows = self._database.rows(f"SELECT {what} WHERE seq {beyond} ? {among} ORDER BY seq {order} LIMIT {page}", [at])
            yield from rows
            if len(rows) < page:
                return
            at = rows[-1][0]


def _packed(rejects: pa.Table) -> bytes:
    """Return places and reasons of rejects in file order as small as they get: differences, each reason once."""
    coded = rejects.column("reason").combine_chunks().dictionary_encode()
    lines, offsets = (np.diff(rejects.column(name).to_numpy(), prepend=0).tolist() for name in ("line", "offset"))
    return zlib.compress(json.dumps([lines, offsets, coded.indices.to_pylist(), coded.dictionary.to_pylist()]).encode())


def _places(packed: bytes) -> Iterable[tuple[int, int, str]]:
    """Return the (line, offset, reason) of each packed reject."""
    lines, offsets, codes, reasons = json.loads(zlib.decompress(packed))
    return zip(np.cumsum(lines).tolist(), np.cumsum(offsets).tolist(), (reasons[code] for code in codes), strict=True)


def _number(row: Place) -> int:
    return row[0]


def _is_of(path: str, file: str) -> bool:
    return path == file or os.path.basename(path) == file
