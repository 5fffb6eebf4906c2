"""The lines of the alert journal, as the text that the alerts package made of them: what the file of the journal may still lack."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from tuimon.store.database import Database

MOST_LINES = 10_000
"""Older lines are in the file alone."""


class StoredJournal:
    """Lines numbered from 1 in the order that they were entered in."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last = database.number("SELECT max(seq) FROM journal")

    @property
    def last(self) -> int:
        """The number of the newest line, 0 without any."""
        return self._last

    def after(self, seq: int) -> tuple[tuple[int, str], ...]:
        """Return (number, line) of each that is newer than `seq`, oldest first."""
        if seq >= self._last:
            return ()
        return tuple(self._database.rows("SELECT seq, content FROM journal WHERE seq > ? ORDER BY seq", [seq]))

    def enter(self, lines: Sequence[tuple[int, str]]) -> None:
        """Append numbered lines and let the oldest go; to be called inside a transaction."""
        if not lines:
            return
        numbers, contents = zip(*lines, strict=True)
        self._database.insert("journal", pa.table({"seq": pa.array(numbers, pa.int64()), "content": pa.array(contents, pa.string())}))
        self._last = numbers[-1]
        self._database.run("DELETE FROM journal WHERE seq <= ?", [self._last - MOST_LINES])
