"""Joint sums on disk: one row a model, width, start and version; a commit adds to those that it touches."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from tuimon.stats import Joint
from tuimon.store.database import Database
from tuimon.store.joint_packing import pack_joint, unpack_joint

BASELINE = 0
"""The width that the sums of a baseline are kept under."""
_MOST_HELD = 64
"""Sums kept unpacked: those that the next commits will most likely add to."""
_FEW = 8
"""Sums up to which plain parameters are faster than a table of keys."""
_NAMES = ("model", "width", "start", "version")
_LISTED = ", ".join(_NAMES)
_SAME = " AND ".join(f"joints.{name} = asked.{name}" for name in _NAMES)

Key = tuple[int, int, int, int]
"""(model, width, start, version)."""


class JointTable:
    """Each method that writes is to be called inside a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: OrderedDict[Key, Joint] = OrderedDict()

    def add(self, sums: Mapping[Key, Joint]) -> None:
        """Add to what is stored."""
        if not sums:
            return
        found = self._find(list(sums))
        fresh = {key: found[key] + joint if key in found else joint for key, joint in sums.items()}
        self._delete(list(found))
        self._insert(fresh)
        for key in list(fresh)[-_MOST_HELD:]:
            self._held[key] = fresh[key]
            self._held.move_to_end(key)
        while len(self._held) > _MOST_HELD:
            self._held.popitem(last=False)

    def read(self, model: int, width: int, start: int, end: int) -> Iterator[tuple[int, int, Joint]]:
        """Yield (start, version, sums) with start in [start, end), in that order."""
        sql = "SELECT start, version, sums FROM joints WHERE model = ? AND width = ? AND start >= ? AND start < ? ORDER BY start, version"
        for at, version, data in self._database.rows(sql, [model, width, start, end]):
            yield at, version, unpack_joint(data)

    def baseline(self, model: int) -> Joint | None:
        """Return the sums of a model's baseline, None without one."""
        return next((joint for _, _, joint in self.read(model, BASELINE, 0, 1)), None)

    def set_baseline(self, model: int, joint: Joint) -> None:
        """Put the sums of a baseline in the place of the former ones."""
        self.remove(model, BASELINE, 1)
        self._insert({(model, BASELINE, 0, 0): joint})

    def remove(self, model: int, width: int, before: int) -> None:
        """Remove what starts before `before`, seconds."""
        self._held.clear()
        self._database.run("DELETE FROM joints WHERE model = ? AND width = ? AND start < ?", [model, width, before])

    def forget(self, model: int, place: int) -> None:
        """Take one column out of all sums of a model: all rows miss it."""
        self._held.clear()
        rows = self._database.rows("SELECT width, start, version, sums FROM joints WHERE model = ?", [model])
        self._database.run("DELETE FROM joints WHERE model = ?", [model])
        kept: dict[Key, Joint] = {}
        for width, start, version, data in rows:
            joint = unpack_joint(data)
            places = np.arange(len(joint.sums))
            kept[model, width, start, version] = joint.picked(np.where(places == place, -1, places))
        self._insert(kept)

    def _find(self, keys: list[Key]) -> dict[Key, Joint]:
        found = {key: self._held[key] for key in keys if key in self._held}
        missing = [key for key in keys if key not in found]
        if missing:
            with self._database.lent({"asked": _table(missing)}):
                sql = f"SELECT {_LISTED}, sums FROM joints SEMI JOIN asked USING ({_LISTED}) WHERE start BETWEEN ? AND ?"
                for model, width, start, version, data in self._database.rows(sql, _span(missing)):
                    found[model, width, start, version] = unpack_joint(data)
        return found

    def _delete(self, keys: list[Key]) -> None:
        if not keys:
            return
        if len(keys) <= _FEW:
            each = " OR ".join([" AND ".join(f"{name} = ?" for name in _NAMES)] * len(keys))
            self._database.run(f"DELETE FROM joints WHERE {each}", [part for key in keys for part in key])
            return
        with self._database.lent({"asked": _table(keys)}):
            self._database.run(f"DELETE FROM joints USING asked WHERE joints.start BETWEEN ? AND ? AND {_SAME}", _span(keys))

    def _insert(self, sums: Mapping[Key, Joint]) -> None:
        if len(sums) <= _FEW:
            self._database.put("joints", (*_NAMES, "sums"), [(*key, pack_joint(joint)) for key, joint in sums.items()])
            return
        packed = pa.array([pack_joint(joint) for joint in sums.values()], pa.binary())
        self._database.insert("joints", _table(list(sums)).append_column("sums", packed))


def _table(keys: list[Key]) -> pa.Table:
    columns = zip(*keys, strict=True)
    types = (pa.int32(), pa.int32(), pa.int64(), pa.int32())
    return pa.table({name: pa.array(column, kind) for name, column, kind in zip(_NAMES, columns, types, strict=True)})


def _span(keys: list[Key]) -> list[int]:
    starts = [start for _, _, start, _ in keys]
    return [min(starts), max(starts)]
