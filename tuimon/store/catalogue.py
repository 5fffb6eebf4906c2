"""Names and numbers: models, versions, columns, their grids and dictionaries. Kept in memory, written with each commit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import pyarrow as pa

from tuimon.stats import DICTIONARY_SIZE, NumericGrid, category_bucket
from tuimon.store.database import Database
from tuimon.store.facts import ColumnFacts, Measure
from tuimon.values.batch import Kind, Role

ANY_MODEL = ""
"""The model of the baseline that holds for every model without one of its own."""
OTHERS = "(others)"
MOST_MODELS = 1_000
MOST_VERSIONS = 256
"""A name beyond these limits counts under OTHERS: names from a log must not grow the store without bound."""


@dataclass
class Measured:
    """A column that cells are kept of."""

    number: int
    model: int
    role: Role | Measure
    name: str
    kind: Kind
    first_seen: float
    grid: NumericGrid | None = None
    values: list[str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def facts(self) -> ColumnFacts:
        """Return the column as the other packages see it."""
        return ColumnFacts(self.number, self.role, self.name, self.kind, self.grid, tuple(self.values), self.first_seen)


Key = tuple[int, str, str, str]


class Catalogue:
    """All numbers that cells and rows are kept under. Numbers are given once and never change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.models: dict[str, int] = {name: number for number, name in database.rows("SELECT number, name FROM models")}
        self._versions: dict[int, dict[str, int]] = defaultdict(dict)
        for model, number, name in database.rows("SELECT model, number, name FROM versions ORDER BY model, number"):
            self._versions[model][name] = number
        self.columns: dict[int, Measured] = {}
        self._by_key: dict[Key, Measured] = {}
        self._load_columns()
        self._forget_changes()

    def model(self, name: str) -> int:
        """Return the number of a model, giving it one if it is new."""
        if name not in self.models and len(self.models) >= MOST_MODELS:
            name = OTHERS
        if name not in self.models:
            self.models[name] = max(self.models.values(), default=-1) + 1
        return self.models[name]

    def versions(self, model: int) -> tuple[str, ...]:
        """Return the names of a model's versions; their position is their number."""
        return tuple(self._versions[model])

    def version(self, model: int, name: str) -> int:
        """Return the number of a version of a model, giving it one if it is new."""
        known = self._versions[model]
        if name not in known and len(known) >= MOST_VERSIONS:
            name = OTHERS
        if name not in known:
            known[name] = len(known)
            self._new_versions.append((model, known[name], name))
        return known[name]

    def find(self, model: int, role: str, name: str, kind: str) -> Measured | None:
        """Return a column by its key, None before it was ever seen."""
        return self._by_key.get((model, role, name, kind))

    def column(self, model: int, role: Role | Measure, name: str, kind: Kind, now: float) -> Measured:
        """Return a column by its key, making it if it is new; it then takes the grid and dictionary of the baseline for all models."""
        found = self.find(model, role, name, kind)
        if found is None:
            found = Measured(max(self.columns, default=-1) + 1, model, role, name, kind, now)
            self._enter(found)
            self._new_columns.append(found)
            self.adopt(found)
        return found

    def adopt(self, column: Measured) -> bool:
        """Give a column the grid and dictionary of its twin in the baseline for all models; return whether it got a grid."""
        general = self.models.get(ANY_MODEL)
        twin = None if general is None else self.find(general, column.role, column.name, column.kind)
        if twin is None or twin is column:
            return False
        if column.kind == "category" and not column.values:
            for value in twin.values:
                self.enlist(column, value)
        if twin.grid is None or column.grid is not None:
            return False
        self.set_grid(column, twin.grid)
        return True

    def of_model(self, model: int) -> list[Measured]:
        """Return a model's columns in order of their numbers."""
        return [column for column in self.columns.values() if column.model == model]

    def set_grid(self, column: Measured, grid: NumericGrid) -> None:
        """Fix the grid of a column; the first one stays."""
        if column.grid is not None:
            raise ValueError(f"column {column.number} has a grid already")
        column.grid = grid
        self._new_grids.append(column)

    def enlist(self, column: Measured, value: str, limit: int = DICTIONARY_SIZE) -> int | None:
        """Return the place of a value in the column's dictionary, entering it while there is room; None when it is full."""
        place = column.places.get(value)
        if place is None and len(column.values) < limit:
            place = column.places[value] = len(column.values)
            column.values.append(value)
            self._new_values.append((column.number, place, value))
        return place

    def bin_of(self, column: Measured, value: str) -> int:
        """Return the bin of a category value: its place in the dictionary, else one of the hashed bins."""
        place = self.enlist(column, value)
        return category_bucket(value) if place is None else place

    def save(self) -> None:
        """Write what is new; to be called inside the transaction that needs it."""
        self._save_rows("versions", self._new_versions, ("model", "number", "name"))
        named: list[tuple[object, ...]] = [(c.number, c.model, c.role, c.name, c.kind, c.first_seen) for c in self._new_columns]
        self._save_rows("measured", named, ("number", "model", "role", "name", "kind", "first_seen"))
        for column in self._new_grids:
            if column.grid is not None:
                grid = column.grid
                self._database.run("INSERT INTO grids VALUES (?, ?, ?, ?)", [column.number, grid.loc, grid.scale, list(grid.cuts)])
        self._save_rows("dictionary", self._new_values, ("measured", "place", "value"))
        self._forget_changes()

    def _save_rows(self, table: str, rows: list[tuple[object, ...]], names: tuple[str, ...]) -> None:
        if rows:
            self._database.insert(table, pa.table([pa.array(list(column)) for column in zip(*rows, strict=True)], names=list(names)))

    def _forget_changes(self) -> None:
        self._new_versions: list[tuple[object, ...]] = []
        self._new_columns: list[Measured] = []
        self._new_grids: list[Measured] = []
        self._new_values: list[tuple[object, ...]] = []

    def _enter(self, column: Measured) -> None:
        self.columns[column.number] = column
        self._by_key[column.model, column.role, column.name, column.kind] = column

    def _load_columns(self) -> None:
        sql = "SELECT number, model, role, name, kind, first_seen FROM measured ORDER BY number"
        for number, model, role, name, kind, first_seen in self._database.rows(sql):
            self._enter(Measured(number, model, role, name, kind, first_seen))
        for number, loc, scale, cuts in self._database.rows("SELECT measured, loc, scale, cuts FROM grids"):
            self.columns[number].grid = NumericGrid(loc, scale, tuple(cuts))
        for number, place, value in self._database.rows("SELECT measured, place, value FROM dictionary ORDER BY measured, place"):
            column = self.columns[number]
            column.values.append(value)
            column.places[value] = place
