"""Lines that could not be taken, kept with their place and reason."""

from __future__ import annotations

import os

import numpy as np
import pyarrow as pa

from tuimon.store.books import Ledger
from tuimon.store.database import Database
from tuimon.values import safe_text
from tuimon.values.snapshot import Reject

MOST_KEPT = 10_000
"""Rejects kept of one generation; the others are counted."""


class Rejects:
    """Appends rejects and reads them back."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._database, self._ledger = database, ledger
        self._next = database.number("SELECT max(seq) FROM rejects") + 1

    def add(self, generation: int, rejects: pa.Table) -> int:
        """Keep rejects (REJECT_SCHEMA) up to the limit and return how many are only counted; to be called inside a transaction."""
        account = self._ledger.accounts.get(generation)
        kept = 0 if account is None else account.generation.books.rejected - account.unkept_rejects
        some = rejects.slice(0, max(0, MOST_KEPT - kept))
        if some.num_rows:
            numbers = np.arange(self._next, self._next + some.num_rows)
            table = pa.table(
                {
                    "seq": pa.array(numbers),
                    "generation": pa.array(np.full(some.num_rows, generation, np.int64)),
                    "line": some.column("line"),
                    "place": some.column("offset"),
                    "reason": some.column("reason"),
                    "content": some.column("text"),
                }
            )
            self._database.insert("rejects", table)
            self._next += some.num_rows
        return int(rejects.num_rows - some.num_rows)

    def read(self, limit: int | None, newest_first: bool, file: str | None) -> tuple[Reject, ...]:
        """Return kept rejects in the order they were found, or the reverse; `file` is a path, or a file name in any directory."""
        numbers = None if file is None else [number for number, account in self._ledger.accounts.items() if _is_of(account.path, file)]
        if numbers is not None and not numbers:
            return ()
        among = "" if numbers is None else f"WHERE generation IN ({', '.join(str(number) for number in numbers)})"
        order = "DESC" if newest_first else "ASC"
        sql = f"SELECT generation, line, place, reason, content FROM rejects {among} ORDER BY seq {order}"
        rows = self._database.rows(sql if limit is None else f"{sql} LIMIT {int(limit)}")
        return tuple(self._reject(*row) for row in rows)

    def _reject(self, generation: int, line: int, offset: int, reason: str, text: str) -> Reject:
        account = self._ledger.accounts.get(generation)
        path = "" if account is None else safe_text(account.path)
        return Reject(path, line, offset, safe_text(reason), safe_text(text))


def _is_of(path: str, file: str) -> bool:
    return path == file or os.path.basename(path) == file
