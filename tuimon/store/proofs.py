"""Proofs that nothing was lost or counted twice: the books against what is stored, and hours against their minutes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from tuimon.store.blocks import HOUR, MINUTE, Blocks
from tuimon.store.books import Account, Ledger, path_of
from tuimon.store.catalogue import Catalogue
from tuimon.store.cells import Cells, add_up, take
from tuimon.store.database import Database
from tuimon.store.facts import Proof
from tuimon.store.models import Models, ModelState
from tuimon.store.rows import Rows

_OF_ROWS = frozenset({"feature", "prediction", "score", "traffic", "latency", "sampling"})
"""Roles whose cells come from rows alone; those of labels may come when the minute is gone."""
_DAY = 24 * HOUR


class Proofs:
    """Checks the store against itself."""

    def __init__(self, database: Database, ledger: Ledger, rows: Rows, catalogue: Catalogue, models: Models, blocks: Blocks) -> None:
        self._database, self._ledger, self._rows = database, ledger, rows
        self._catalogue, self._models, self._blocks = catalogue, models, blocks

    def all(self) -> tuple[Proof, ...]:
        """Return a proof for each generation and one for each model."""
        stored = self._stored_rows()
        rejects: Counter[int] = Counter(dict(self._database.rows("SELECT generation, count(*) FROM rejects GROUP BY generation")))
        packed = "SELECT generation, sum(lines)::BIGINT FROM packed_rejects GROUP BY generation"
        rejects.update(dict(self._database.rows(packed)))
        generations = [_of_generation(account, stored, rejects) for account in self._ledger.accounts()]
        return (*generations, *(self._of_model(state) for state in self._models.all() if state.last_arrival is not None))

    def _stored_rows(self) -> Counter[int]:
        stored: Counter[int] = Counter()
        for segment in self._rows.segments.values():
            stored.update(dict(self._database.rows(f"SELECT generation, count(*) FROM {segment.table} GROUP BY generation")))
        return stored

    def _of_model(self, state: ModelState) -> Proof:
        counted = self._database.number("SELECT sum(row_count)::BIGINT FROM blocks WHERE model = ? AND width = ?", [state.number, HOUR])
        problem = ""
        if counted + state.expired_hours != state.row_count:
            problem = f"{state.row_count} rows came, and {counted} + {state.expired_hours} expired are in the hours"
        return Proof(f"model {state.name}", not (problem := problem or self._hours(state)), state.row_count, 0, problem, generation=False)

    def _hours(self, state: ModelState) -> str:
        """Compare hours with the sums of their minutes, a day at a time; return what differs, in words."""
        since = state.minutes_from if state.minutes_from is not None else -(1 << 62)
        sql = "SELECT start, row_count, late FROM blocks WHERE model = ? AND width = ? AND start >= ? ORDER BY start"
        hours = self._database.rows(sql, [state.number, HOUR, since])
        days: dict[int, list[tuple[int, int, int]]] = {}
        for start, rows, late in hours:
            days.setdefault(start // _DAY * _DAY, []).append((start, rows, late))
        return next((problem for day, own in days.items() if (problem := self._day(state.number, day, own))), "")

    def _day(self, model: int, day: int, hours: list[tuple[int, int, int]]) -> str:
        sql = (
            f"SELECT start // {HOUR} * {HOUR}, sum(row_count)::BIGINT FROM blocks"
            " WHERE model = ? AND width = ? AND start >= ? AND start < ? GROUP BY 1"
        )
        minutes = dict(self._database.rows(sql, [model, MINUTE, day, day + _DAY]))
        for start, rows, late in hours:
            if minutes.get(start, 0) + late != rows:
                return f"the hour from {start} has {rows} rows, its minutes {minutes.get(start, 0)} and {late} late ones"
        whole = {start for start, _, late in hours if not late}
        fine = self._of_rows(self._blocks.read(model, MINUTE, day, day + _DAY, ()), whole)
        wide = self._of_rows(self._blocks.read(model, HOUR, day, day + _DAY, ()), whole)
        return "" if _same(add_up(fine), wide) else f"the counts of a day's hours from {day} are not the sums of their minutes"

    def _of_rows(self, cells: Cells, hours: set[int]) -> Cells:
        wanted = np.array([number for number, column in self._catalogue.columns.items() if column.role in _OF_ROWS], np.int32)
        start = cells.start // HOUR * HOUR
        mask = np.isin(cells.column, wanted) & np.isin(start, np.array(sorted(hours), np.int64))
        return take(replace(cells, start=start), np.flatnonzero(mask))


def _of_generation(account: Account, all_stored: Counter[int], all_rejects: Counter[int]) -> Proof:
    generation, books = account.generation, account.generation.books
    stored, rejects = all_stored[generation.number], all_rejects[generation.number]
    problem = ""
    if not books.balanced:
        problem = (
            f"{books.lines} lines are not {books.record_lines} + {books.label_lines} + {books.skipped} + {books.rejected} + {books.blank}"
        )
    elif stored + account.expired_rows + account.forgotten_rows != books.rows:
        gone = f"{account.expired_rows} expired, {account.forgotten_rows} forgotten"
        problem = f"{books.rows} rows were read, and {stored} are stored, {gone}"
    elif rejects != books.rejected:
        problem = f"{books.rejected} lines were rejected, and the places of {rejects} are kept"
    return Proof(path_of(generation), not problem, books.lines, generation.position, problem)


def _same(one: Cells, other: Cells) -> bool:
    names = ("start", "column", "version", "n", "nulls", "nonfinite", "invalid", "minimum", "maximum", "offsets", "bins", "counts")
    return all(np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name in ("minimum", "maximum")) for name in names)
