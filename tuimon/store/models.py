"""What is known of each model as a whole: totals, watermark, arrival."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

import numpy as np

from tuimon.store.cells import Ints
from tuimon.store.database import Database

DAY = 86_400_000_000
"""Microseconds: a forward jump beyond it must be confirmed, and a row older than it when read is history."""
CONFIRMATIONS = 10


@dataclass
class ModelState:
    """One model; times of rows are microseconds since 1970, in UTC."""

    number: int
    name: str
    row_count: int = 0
    errors: int = 0
    first: int | None = None
    watermark: int | None = None
    last_arrival: float | None = None
    fresh: bool = False
    """A row was less than a day old when it was read."""
    ahead: int = 0
    """Rows in a row that were more than a day beyond the watermark."""
    ahead_low: int = 0
    """The earliest of them: where the watermark goes once they are enough."""
    minutes_from: int | None = None
    """Seconds since 1970 before which minute cells have been dropped."""
    expired_hours: int = 0
    """Rows in hour cells that have been dropped."""

    def arrive(self, ts: Ints, future: np.ndarray, errors: int, now: float) -> None:
        """Count rows in file order; `ts` int64 microseconds, `future` bool: these move nothing."""
        self.row_count += len(ts)
        self.errors += errors
        self.last_arrival = now
        present = ts[~future]
        if len(present):
            low = int(present.min())
            self.first = low if self.first is None else min(self.first, low)
            self.fresh = self.fresh or int(present.max()) >= now * 1e6 - DAY
            self._advance(present)

    def _advance(self, ts: Ints) -> None:
        mark = int(ts[0]) if self.watermark is None else self.watermark
        high = int(ts.max())
        if high > mark + DAY:
            mark = self._step(ts.tolist(), mark)
        elif high > mark:
            mark, self.ahead = high, 0
        self.watermark = mark

    def _step(self, ts: list[int], mark: int) -> int:
        """Go row by row: one bad clock must not move the watermark, ten rows that agree must."""
        for at in ts:
            if at <= mark:
                continue
            if at <= mark + DAY:
                mark, self.ahead = at, 0
                continue
            self.ahead_low = min(at, self.ahead_low) if self.ahead else at
            self.ahead += 1
            if self.ahead >= CONFIRMATIONS:
                mark, self.ahead = self.ahead_low, 0
        return mark


class Models:
    """All models' states, written when they changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        names = [field.name for field in fields(ModelState)]
        rows = database.rows(f"SELECT {', '.join(names)} FROM models ORDER BY number")
        self._states = {row[0]: ModelState(*row) for row in rows}
        self._changed: set[int] = set()

    def of(self, number: int, name: str) -> ModelState:
        """Return a model's state to be changed; it is written by the next `save`."""
        self._changed.add(number)
        return self._states.setdefault(number, ModelState(number, name))

    def all(self) -> list[ModelState]:
        """Return the states in order of the models' numbers; to be read only."""
        return list(self._states.values())

    def save(self) -> None:
        """Write what changed; to be called inside the transaction that needs it."""
        if not self._changed:
            return
        changed = sorted(self._changed)
        self._database.run(f"DELETE FROM models WHERE number IN ({', '.join('?' * len(changed))})", changed)
        names = [field.name for field in fields(ModelState)]
        self._database.put("models", names, [astuple(self._states[number]) for number in changed])
        self._changed.clear()
