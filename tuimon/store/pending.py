"""Finite values of columns that have no grid yet: they wait until there are exactly enough to make one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tuimon.store.cells import Floats, Int32s, Ints
from tuimon.store.database import Database

ENOUGH = 1_000


@dataclass(frozen=True)
class Waiting:
    """Values of one column and where they count: minute, version, and whether that minute has cells of its own."""

    version: Int32s
    start: Ints
    fine: npt.NDArray[np.bool_]
    value: Floats

    def __len__(self) -> int:
        return len(self.value)


class Pending:
    """Waiting values by column, in order of their commit."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[int, list[Waiting]] = {}
        self._new: list[tuple[int, Waiting]] = []
        self._done: list[int] = []
        for column in [row[0] for row in database.rows("SELECT DISTINCT measured FROM pending")]:
            table = database.table("SELECT version, start, fine, value FROM pending WHERE measured = ? ORDER BY rowid", [column])
            arrays = [table.column(name).to_numpy() for name in ("version", "start", "fine", "value")]
            self._waiting[column] = [Waiting(*arrays)]

    def room(self, column: int) -> int:
        """Return how many more values a column needs."""
        return ENOUGH - sum(len(part) for part in self._waiting.get(column, []))

    def add(self, column: int, part: Waiting) -> None:
        """Let values wait."""
        if len(part):
            self._waiting.setdefault(column, []).append(part)
            self._new.append((column, part))

    def release(self, column: int) -> Waiting | None:
        """Return all values of a column, which wait no longer; None without one."""
        parts = self._waiting.pop(column, [])
        self._new = [(number, part) for number, part in self._new if number != column]
        self._done.append(column)
        if not parts:
            return None
        return Waiting(
            np.concatenate([part.version for part in parts]),
            np.concatenate([part.start for part in parts]),
            np.concatenate([part.fine for part in parts]),
            np.concatenate([part.value for part in parts]),
        )

    def release_if_any(self, column: int) -> Waiting | None:
        """Return all values of a column as `release` does, and write nothing when none waits."""
        return self.release(column) if column in self._waiting else None

    def save(self) -> None:
        """Write what changed; to be called inside the transaction that needs it."""
        if self._done:
            self._database.run(f"DELETE FROM pending WHERE measured IN ({', '.join('?' * len(self._done))})", self._done)
        tables = [_table(column, part) for column, part in self._new]
        if tables:
            self._database.insert("pending", pa.concat_tables(tables))
        self._new, self._done = [], []


def _table(column: int, part: Waiting) -> pa.Table:
    return pa.table(
        {
            "measured": pa.array(np.full(len(part), column, np.int32)),
            "version": pa.array(part.version),
            "start": pa.array(part.start),
            "fine": pa.array(part.fine),
            "value": pa.array(part.value),
        }
    )
