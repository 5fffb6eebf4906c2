"""Cells on disk: one packed block a model, width and start; a commit adds to the blocks that it touches."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from tuimon.store.cells import Cells, Ints, add_up, no_cells, piece, take, together
from tuimon.store.database import Database
from tuimon.store.packing import pack, unpack

MINUTE = 60
HOUR = 3600
_MOST_HELD = 256
"""Blocks kept unpacked: those that the next commits will most likely add to."""
_FEW = 8
"""Blocks up to which plain parameters are faster than a table of keys."""

Key = tuple[int, int, int]
"""(model, width, start)."""


@dataclass(frozen=True)
class Addition:
    """Cells of one model and one width, in order and added up, to be added to what is stored."""

    model: int
    width: int
    cells: Cells
    traffic: int
    """Number of the model's traffic column."""
    late: dict[int, int]
    """Start of an hour -> rows that count in it but in no minute."""


@dataclass(frozen=True)
class _Block:
    cells: Cells
    late: int


class Blocks:
    """Adds cells to blocks and reads them back."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: OrderedDict[Key, _Block] = OrderedDict()

    def add(self, additions: list[Addition]) -> None:
        """Add to the blocks that are touched; to be called inside a transaction."""
        additions = _joined(additions)
        keys = [(a.model, a.width, start) for a in additions for start in np.unique(a.cells.start).tolist()]
        if not keys:
            return
        found = self._find(keys)
        fresh: dict[Key, tuple[_Block, bytes, int]] = {}
        for addition in additions:
            fresh |= _added(addition, found)
        self._delete(list(found))
        self._insert(fresh)
        for key in fresh:
            self._held.pop(key, None)
        for key in list(fresh)[-_MOST_HELD:]:
            self._hold(key, fresh[key][0])

    def read(self, model: int, width: int, start: int, end: int, versions: tuple[str, ...]) -> Cells:
        """Return the cells with start in [start, end), seconds."""
        sql = "SELECT start, cells FROM blocks WHERE model = ? AND width = ? AND start >= ? AND start < ? ORDER BY start"
        return together([unpack(at, data) for at, data in self._database.rows(sql, [model, width, start, end])], versions)

    def first(self, model: int, width: int) -> int | None:
        """Return the oldest start of a model and width, None without blocks."""
        found: int | None = self._database.rows("SELECT min(start) FROM blocks WHERE model = ? AND width = ?", [model, width])[0][0]
        return found

    def _find(self, keys: list[Key]) -> dict[Key, _Block]:
        found = {key: self._held[key] for key in keys if key in self._held}
        missing = [key for key in keys if key not in found]
        if missing:
            with self._database.lent({"wanted": _table(missing)}):
                sql = (
                    "SELECT model, width, start, late, cells FROM blocks SEMI JOIN wanted USING (model, width, start)"
                    " WHERE start BETWEEN ? AND ?"
                )
                for model, width, start, late, data in self._database.rows(sql, _span(missing)):
                    found[model, width, start] = _Block(unpack(start, data), late)
        return found

    def _delete(self, keys: list[Key]) -> None:
        if not keys:
            return
        if len(keys) <= _FEW:
            each = " OR ".join(["model = ? AND width = ? AND start = ?"] * len(keys))
            self._database.run(f"DELETE FROM blocks WHERE {each}", [part for key in keys for part in key])
            return
        with self._database.lent({"gone": _table(keys)}):
            self._database.run(
                "DELETE FROM blocks USING gone WHERE blocks.start BETWEEN ? AND ? AND blocks.start = gone.start"
                " AND blocks.model = gone.model AND blocks.width = gone.width",
                _span(keys),
            )

    def _insert(self, fresh: dict[Key, tuple[_Block, bytes, int]]) -> None:
        if len(fresh) <= _FEW:
            rows = [(*key, row_count, block.late, data) for key, (block, data, row_count) in fresh.items()]
            self._database.put("blocks", ("model", "width", "start", "row_count", "late", "cells"), rows)
            return
        table = _table(list(fresh))
        blocks = list(fresh.values())
        table = table.append_column("row_count", pa.array([rows for _, _, rows in blocks], pa.int64()))
        table = table.append_column("late", pa.array([block.late for block, _, _ in blocks], pa.int64()))
        self._database.insert("blocks", table.append_column("cells", pa.array([data for _, data, _ in blocks], pa.binary())))

    def _hold(self, key: Key, block: _Block) -> None:
        self._held[key] = block
        self._held.move_to_end(key)
        while len(self._held) > _MOST_HELD:
            self._held.popitem(last=False)

    def drop_held(self) -> None:
        """Forget what is held unpacked, after blocks were changed on disk by other means."""
        self._held.clear()


def _joined(additions: list[Addition]) -> list[Addition]:
    """Return one addition a model and width, those without cells left out."""
    groups: dict[tuple[int, int], list[Addition]] = {}
    for addition in additions:
        if len(addition.cells):
            groups.setdefault((addition.model, addition.width), []).append(addition)
    return [_one(group) for group in groups.values()]


def _one(group: list[Addition]) -> Addition:
    first = group[0]
    if len(group) == 1:
        return first
    late: Counter[int] = Counter()
    for addition in group:
        late.update(addition.late)
    return replace(first, cells=add_up(together([addition.cells for addition in group])), late=dict(late))


def _added(addition: Addition, found: dict[Key, _Block]) -> dict[Key, tuple[_Block, bytes, int]]:
    """Return the new blocks of all starts of an addition: (block, packed cells, rows of traffic)."""
    model, width = addition.model, addition.width
    old = {start: found[model, width, start] for start in np.unique(addition.cells.start).tolist() if (model, width, start) in found}
    fresh: dict[Key, tuple[_Block, bytes, int]] = {}
    for cells in _merged(addition.cells, old):
        starts, first = np.unique(cells.start, return_index=True)
        last = np.append(first[1:], len(cells))
        traffic = _traffic(cells, addition.traffic)
        held = len(starts) - _MOST_HELD
        for index, (start, low, high) in enumerate(zip(starts.tolist(), first.tolist(), last.tolist(), strict=True)):
            late = addition.late.get(start, 0) + (old[start].late if start in old else 0)
            # Only the newest blocks are held unpacked; the others need no copy of their cells.
            own = piece(cells, low, high) if index >= held else no_cells()
            fresh[model, width, start] = (_Block(own, late), pack(cells, low, high), int(traffic[low:high].sum()))
    return fresh


def _merged(cells: Cells, old: dict[int, _Block]) -> list[Cells]:
    """Return new cells together with the old ones of the same starts, and those of starts that have none."""
    if not old:
        return [cells]
    known = np.isin(cells.start, list(old))
    both = add_up(together([take(cells, np.flatnonzero(known)), *(block.cells for block in old.values())]))
    return [some for some in (both, take(cells, np.flatnonzero(~known))) if len(some)]


def _traffic(cells: Cells, column: int) -> Ints:
    return np.where(cells.column == column, cells.n, 0)


def _table(keys: list[Key]) -> pa.Table:
    model, width, start = zip(*keys, strict=True)
    return pa.table({"model": pa.array(model, pa.int32()), "width": pa.array(width, pa.int32()), "start": pa.array(start, pa.int64())})


def _span(keys: list[Key]) -> list[int]:
    starts = [start for _, _, start in keys]
    return [min(starts), max(starts)]
