"""Baselines from files: counted once on the columns' grids, which they make where there are none."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tuimon.stats import make_grid
from tuimon.store.blocks import Addition
from tuimon.store.catalogue import ANY_MODEL, Catalogue, Measured
from tuimon.store.cells import Cells, Floats, Int32s, add_up, take, together
from tuimon.store.counting import Counted, Places, as_cells, places
from tuimon.store.database import Database
from tuimon.store.joint_table import BASELINE
from tuimon.store.joints import Joints, Values
from tuimon.store.measuring import Measurer, count_categories, count_numbers, numbers_of
from tuimon.store.packing import pack, unpack
from tuimon.store.pending import Pending
from tuimon.store.schema import read_meta, write_meta
from tuimon.values.batch import Records, as_micros

MOST_FOR_A_GRID = 1_000_000
"""Values that a grid is made from at most, taken evenly."""
_COUNTED = "SELECT model, digest FROM baselines SEMI JOIN (SELECT model FROM joints WHERE width = ?) AS together USING (model)"
"""A baseline without joint sums was counted by a tuimon that knew none: it counts as not yet there."""
MOST_NAMED = 200
"""Category values of the baseline that get a bin by their frequency."""


class Baselines:
    """Counts of "normal" by model; those of ANY_MODEL hold for every model without its own."""

    def __init__(self, database: Database, catalogue: Catalogue, pending: Pending, joints: Joints, measurer: Measurer) -> None:
        self._database, self._catalogue, self._pending = database, catalogue, pending
        self._joints, self._measurer = joints, measurer
        self._digests: dict[int, str] = dict(database.rows(_COUNTED, [BASELINE]))

    def digest(self, model: str) -> str | None:
        """Return the digest of the baseline that a model has, None without one."""
        number = self._catalogue.models.get(model)
        return None if number is None else self._digests.get(number)

    def newest(self, model: str) -> float | None:
        """Return the time of the newest row of the baseline that holds for a model, None where its rows have no times."""
        holder = self.holder(model)
        found = None if holder is None else read_meta(self._database, _newest_name(holder))
        return float(found) if found else None

    def strangers(self, model: str) -> tuple[str, ...]:
        """Return the columns with values that the general baseline has and a model that goes by it has never had."""
        number, general = self._catalogue.models.get(model), self._catalogue.models.get(ANY_MODEL)
        if number is None or general is None or self.holder(model) != general:
            return ()
        cells = self._stored(general)
        held = () if cells is None else cells.column[cells.n > cells.nulls + cells.nonfinite + cells.invalid].tolist()
        columns = [self._catalogue.columns[one] for one in held if one in self._catalogue.columns]
        mine = [c for c in columns if c.model == general and self._catalogue.find(number, c.role, c.name, c.kind) is None]
        return tuple(column.name for column in mine)

    def holder(self, model: str) -> int | None:
        """Return the model whose baseline holds for this one: itself, or the one for all; None where there is no row in either."""
        numbers = (self._catalogue.models.get(name) for name in (model, ANY_MODEL))
        return next((number for number in numbers if number is not None and self._stored(number) is not None), None)

    def replace(self, model: str, digest: str, parts: list[Records], now: float) -> list[Addition]:
        """Put a baseline in the place of the model's former one; to be called inside a transaction.

        Returns what live values that waited for a grid add to the cells, now that the baseline made their grids.
        """
        owner = self._catalogue.model(model)
        self._make_bins(owner, parts, now)
        cells = [self._count(owner, part) for part in parts]
        self._joints.set_baseline(owner, [(_at_once(part), self._numbers(owner, part)) for part in parts])
        additions = [addition for column in self._catalogue.of_model(owner) for addition in self._release(column)]
        if model == ANY_MODEL:
            additions += self._share(owner)
            others = [number for number in self._catalogue.models.values() if number != owner]
            cells += [self._count(other, part, owner) for other in others for part in parts]
        self._write(owner, digest, add_up(together(cells)))
        write_meta(self._database, _newest_name(owner), _newest(parts))
        return additions

    def read(self, model: str) -> Cells | None:
        """Return the cells of the baseline that holds for a model, under the model's own column numbers; None without one."""
        number = self._catalogue.models.get(model)
        if number is None:
            return None
        own = self._stored(number)
        if own is not None:
            return own
        general = self._catalogue.models.get(ANY_MODEL)
        cells = None if general is None else self._stored(general)
        if cells is None or general is None:
            return None
        translated = self._translated(cells, number, general)
        return translated if len(translated) else None

    def _make_bins(self, owner: int, parts: list[Records], now: float) -> None:
        for column in dict.fromkeys(column for part in parts for column in part.columns):
            measured = self._catalogue.column(owner, column.role, column.name, column.kind, now)
            arrays = [part.values[part.columns.index(column)] for part in parts if column in part.columns]
            if column.kind == "category":
                self._name_values(measured, arrays)
            elif measured.grid is None:
                values = _finite(arrays)
                if len(values):
                    self._catalogue.set_grid(measured, make_grid(values))

    def _name_values(self, measured: Measured, arrays: list[pa.Array]) -> None:
        """Give the most frequent values the first bins: by count, ties by text."""
        if measured.values:
            return
        counts: Counter[str] = Counter()
        for array in arrays:
            for entry in pc.value_counts(array.drop_null()).to_pylist():
                counts[entry["values"]] += entry["counts"]
        for value, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_NAMED]:
            self._catalogue.enlist(measured, value)

    def _count(self, model: int, part: Records, twin_of: int | None = None) -> Cells:
        """Count rows on the bins of a model's columns; with `twin_of`, only on columns that cannot share that model's counts."""
        rows, where = part.base.num_rows, _at_once(part)
        counted: list[Counted] = []
        for index, (column, values) in enumerate(zip(part.columns, part.values, strict=True)):
            measured = self._catalogue.find(model, column.role, column.name, column.kind)
            if measured is None or not rows or (twin_of is not None and self._shares(measured, twin_of)):
                continue
            invalid = part.invalid.get(index)
            if column.kind == "category":
                counted.append(count_categories(self._catalogue, measured, values, invalid, where))
            else:
                counted.append(count_numbers(measured, values, invalid, where))
        return as_cells(where, counted)

    def _numbers(self, model: int, part: Records) -> list[Values]:
        found = [(self._catalogue.find(model, c.role, c.name, c.kind), values) for c, values in zip(part.columns, part.values, strict=True)]
        return [numbers_of(c, values) for c, values in found if c is not None and c.role == "feature" and c.kind == "numeric"]

    def _share(self, general: int) -> list[Addition]:
        """Give every model's columns that have no bins yet those of the general baseline."""
        columns = [column for column in list(self._catalogue.columns.values()) if column.model != general]
        return [addition for column in columns if self._catalogue.adopt(column) for addition in self._release(column)]

    def _release(self, column: Measured) -> list[Addition]:
        if column.grid is None or column.kind != "numeric":
            return []
        return self._measurer.catch_up(column, self._pending.release_if_any(column.number))

    def _shares(self, column: Measured, general: int) -> bool:
        """Whether counts on the general column's bins are counts on this column's bins."""
        twin = self._catalogue.find(general, column.role, column.name, column.kind)
        if twin is None or twin is column:
            return False
        if column.kind == "category":
            return column.values[: len(twin.values)] == twin.values
        return twin.grid is not None and twin.grid == column.grid

    def _translated(self, cells: Cells, model: int, general: int) -> Cells:
        numbers: dict[int, int] = {}
        for column in self._catalogue.of_model(model):
            twin = self._catalogue.find(general, column.role, column.name, column.kind)
            shared = twin is not None and self._shares(column, general)
            numbers[twin.number if twin is not None and shared else column.number] = column.number
        own = np.array([numbers.get(number, -1) for number in cells.column.tolist()], np.int32)
        kept = np.flatnonzero(own >= 0)
        return add_up(replace(take(cells, kept), column=_int32(own[kept])))

    def _stored(self, model: int) -> Cells | None:
        rows = self._database.rows("SELECT cells FROM baselines WHERE model = ?", [model])
        cells = unpack(0, rows[0][0]) if rows else None
        return replace(cells, versions=("",)) if cells is not None and len(cells) else None

    def _write(self, model: int, digest: str, cells: Cells) -> None:
        self._database.run("DELETE FROM baselines WHERE model = ?", [model])
        self._database.run("INSERT INTO baselines VALUES (?, ?, ?)", [model, digest, pack(cells, 0, len(cells))])
        self._digests[model] = digest


def _at_once(part: Records) -> Places:
    """All rows at one place."""
    return places(np.zeros(part.base.num_rows, np.int64), np.zeros(part.base.num_rows, np.int32))


def _newest_name(model: int) -> str:
    return f"newest row of baseline {model}"


def _newest(parts: list[Records]) -> str:
    """The time of the newest row in seconds as text, "" where no row has a time of its own."""
    times = [as_micros(part.base["ts"])[~part.base["ts_estimated"].to_numpy()] for part in parts if part.base.num_rows]
    return str(max((int(some.max()) for some in times if len(some)), default=0) / 1e6 or "")


def _int32(numbers: np.ndarray) -> Int32s:
    return np.ascontiguousarray(numbers, np.int32)


def _finite(arrays: list[pa.Array]) -> Floats:
    """Return the finite values of all arrays, evenly thinned out to the limit."""
    values: Floats = np.concatenate([array.drop_null().to_numpy(zero_copy_only=False).astype(np.float64) for array in arrays])
    values = values[np.isfinite(values)]
    if len(values) <= MOST_FOR_A_GRID:
        return values
    return values[np.linspace(0, len(values) - 1, MOST_FOR_A_GRID).astype(np.int64)]
