"""Deleting what was stored on request: rows, or the values of one feature. Counts stay."""

from __future__ import annotations

from collections import Counter

from tuimon.store.books import Ledger
from tuimon.store.catalogue import Catalogue, Measured
from tuimon.store.database import Database
from tuimon.store.joints import Joints
from tuimon.store.labels import Labels
from tuimon.store.rows import Rows, Segment

Parameters = list[object]


class Forget:
    """Each method is to be called inside a transaction."""

    def __init__(self, database: Database, catalogue: Catalogue, rows: Rows, ledger: Ledger, joints: Joints, labels: Labels) -> None:
        self._database, self._catalogue, self._rows = database, catalogue, rows
        self._ledger, self._joints, self._labels = ledger, joints, labels

    def values(self, column: str, before: float | None, identity: str | None) -> int:
        """Empty one feature in the rows that match, all of them without a condition, and return how many had a value."""
        columns = [found for found in self._catalogue.columns.values() if found.name == column]
        changed = 0
        for segment in self._rows.segments.values():
            for found in columns:
                if found.number in segment.columns:
                    changed += self._empty(segment, found, before, identity)
        if before is None and identity is None:
            for found in columns:
                self._database.run("DELETE FROM pending WHERE measured = ?", [found.number])
                self._joints.forget(found.number)
                self._database.run("UPDATE dictionary SET value = '(forgotten ' || place || ')' WHERE measured = ?", [found.number])
        return changed

    def rows(self, before: float | None, identity: str | None) -> int:
        """Delete the rows that match, with labels, and return how many they were."""
        where, parameters = _condition(before, identity)
        removed: Counter[int] = Counter()
        for segment in self._rows.segments.values():
            sql = f"SELECT generation, count(*) FROM {segment.table} WHERE {where} GROUP BY generation"
            counts = dict(self._database.rows(sql, parameters))
            if counts:
                removed.update(counts)
                self._database.run(f"DELETE FROM {segment.table} WHERE {where}", parameters)
                self._rows.recount(segment)
        self._ledger.adjust(removed, forgotten=True)
        self._forget_labels(before, identity)
        return removed.total()

    def _empty(self, segment: Segment, column: Measured, before: float | None, identity: str | None) -> int:
        where, parameters = _condition(before, identity)
        field = f"f_{column.number}"
        changed = self._database.number(f"SELECT count({field}) FROM {segment.table} WHERE {where}", parameters)
        if changed:
            self._database.run(f"UPDATE {segment.table} SET {field} = NULL WHERE {field} IS NOT NULL AND {where}", parameters)
        return changed

    def _forget_labels(self, before: float | None, identity: str | None) -> None:
        hashed = "id_hash = md5_number_lower(?)"
        if identity is not None:
            both = "" if before is None else " AND ts < make_timestamp(?)"
            parameters: Parameters = [identity, *([] if before is None else [int(before * 1e6)])]
            self._database.run(f"DELETE FROM predictions WHERE {hashed}{both}", parameters)
            self._labels.drop(f"{hashed}{both}", parameters)
        elif before is not None:
            micros: Parameters = [int(before * 1e6)]
            self._database.run("DELETE FROM predictions WHERE ts < make_timestamp(?)", micros)
            self._labels.drop("ts < make_timestamp(?)", micros)


def _condition(before: float | None, identity: str | None) -> tuple[str, Parameters]:
    """Return the SQL condition of the rows that match, and its parameters."""
    conditions, parameters = ["true"], Parameters()
    if before is not None:
        conditions.append("ts < make_timestamp(?)")
        parameters.append(int(before * 1e6))
    if identity is not None:
        conditions.append("id_hash = md5_number_lower(?) AND id = ?")
        parameters += [identity, identity]
    return " AND ".join(conditions), parameters
