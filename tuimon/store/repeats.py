"""Which rows carry an id that was seen before: among the last 500,000 to 1,000,000 ids of all models together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tuimon.store.counting import Bools
from tuimon.store.database import Database
from tuimon.store.rows import Rows

RUN = 500_000
"""Ids of one sorted run at most, and those that are remembered at least."""
MOST = 2 * RUN
"""Ids that are remembered at most: 8 MB."""

Keys = npt.NDArray[np.uint64]
_APART = 0x9E3779B97F4A7C15
"""2^64 by the golden ratio: keeps the ids of different models apart."""


class Repeats:
    """Remembers the newest ids as sorted runs of 64-bit keys; two ids share a key in one of 10^13 cases.

    Nothing of it is stored: what is remembered of a model is read from its stored rows when the first ids of it come.
    """

    def __init__(self, database: Database, rows: Rows) -> None:
        self._database, self._rows = database, rows
        self._known: set[int] = set()
        self._runs: list[Keys] = []
        """The oldest first."""

    def of(self, model: int, hashes: pa.ChunkedArray) -> Bools | None:
        """Return for each row whether its id was seen before it, and remember them; None where no row has an id.

        To be called before the rows are stored, once for each row in order of arrival.
        """
        if hashes.null_count == len(hashes):
            return None
        if model not in self._known:
            self._known.add(model)
            self._recall(model)
        present = hashes.is_valid().to_numpy()
        keys = _keys(hashes.drop_null().to_numpy(), model)
        found = np.zeros(len(present), bool)
        found[present] = self._seen(keys)
        return found

    def _seen(self, keys: Keys) -> Bools:
        """Whether each key was there before it; then all are."""
        ordered = np.sort(keys)
        fresh = np.ones(len(ordered), bool)
        fresh[1:] = ordered[1:] != ordered[:-1]
        again = ~fresh
        for run in self._runs:
            at = np.minimum(np.searchsorted(run, ordered), len(run) - 1)
            again |= run[at] == ordered
        result = np.zeros(len(keys), bool)
        if again.any():
            order = np.argsort(keys, kind="stable")
            result[order] = again
        self._remember(ordered[fresh])
        return result

    def _remember(self, keys: Keys) -> None:
        """Add sorted keys, lay runs of like size together, and let go of the oldest."""
        runs = [*self._runs, keys]
        while len(runs) > 1 and len(runs[-2]) <= 2 * len(runs[-1]) and len(runs[-2]) + len(runs[-1]) <= RUN:
            runs[-2:] = [np.sort(np.concatenate(runs[-2:]))]
        while sum(map(len, runs)) > MOST and len(runs) > 1:
            del runs[0]
        self._runs = runs

    def _recall(self, model: int) -> None:
        """Read the ids that the store has of a model, as many as there is room for, in the place of the oldest."""
        room = min(RUN, MOST - sum(map(len, self._runs)))
        parts: list[Keys] = []
        tables = [segment.table for segment in reversed(self._rows.of_model(model)) if segment.row_count]
        for table in (*tables, "predictions"):
            among = f" AND model = {int(model)}" if table == "predictions" else ""
            if room <= 0:
                break
            sql = f"SELECT id_hash FROM {table} WHERE id_hash IS NOT NULL{among} AND rowid > (SELECT max(rowid) FROM {table}) - ?"
            hashes = self._database.table(sql, [room]).column("id_hash")
            parts.append(_keys(hashes.to_numpy(), model))
            room -= len(hashes)
        if any(map(len, parts)):
            self._runs.insert(0, np.sort(np.concatenate(parts)))


def _keys(hashes: npt.NDArray[np.uint64], model: int) -> Keys:
    return np.asarray(hashes ^ np.uint64((model + 1) * _APART % 2**64), np.uint64)
