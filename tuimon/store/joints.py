"""The numeric features of a model taken together: joint sums of each minute and hour, collected while rows are counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tuimon.stats import Axes, Joint, joints, no_rows
from tuimon.stats.joint import LARGEST
from tuimon.store.blocks import HOUR, MINUTE
from tuimon.store.catalogue import ANY_MODEL, Catalogue, Measured
from tuimon.store.cells import Floats
from tuimon.store.counting import Bools, Places
from tuimon.store.database import Database
from tuimon.store.joint_table import JointTable, Key

MOST_TOGETHER = 32
"""Columns of a model that are taken together at most: each costs room for a product with every other in each minute."""


@dataclass(frozen=True)
class Values:
    """One column of a batch, [rows] values and which of them count."""

    column: Measured
    values: Floats
    counts: Bools


@dataclass(frozen=True)
class _Axis:
    """One column of the sums. It stays as it was made, since older sums are about it."""

    measured: int
    loc: float
    scale: float


class Joints:
    """Joint sums of batches, kept in memory until `save`."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self._database, self._catalogue = database, catalogue
        self.table = JointTable(database)
        self._axes: dict[int, list[_Axis]] = {}
        for model, measured, loc, scale in database.rows("SELECT model, measured, loc, scale FROM joint_axes ORDER BY model, place"):
            self._axes.setdefault(model, []).append(_Axis(measured, loc, scale))
        self._new_axes: list[tuple[object, ...]] = []
        self._new: dict[Key, Joint] = {}

    def axes(self, model: int) -> Axes:
        """Return the columns of a model's sums, in order."""
        own = self._axes.get(model, [])
        names = tuple(self._catalogue.columns[axis.measured].name for axis in own)
        return Axes(names, np.array([axis.loc for axis in own]), np.array([axis.scale for axis in own]))

    def add(self, model: int, where: Places, fine: Bools, columns: Sequence[Values]) -> None:
        """Add the rows of a batch; `fine` [places] tells which places have minutes. A row without any value is none."""
        found = self._sums(model, where, columns)
        if not found:
            return
        for joint, start, version, with_minutes in zip(found, where.start.tolist(), where.version.tolist(), fine.tolist(), strict=True):
            if with_minutes:
                self._put((model, MINUTE, start, version), joint)
            self._put((model, HOUR, start // HOUR * HOUR, version), joint)

    def set_baseline(self, model: int, parts: Sequence[tuple[Places, Sequence[Values]]]) -> None:
        """Put the rows of a baseline in the place of the former ones; the rows of a part are all at its one place."""
        self._place(model, [values.column for _, columns in parts for values in columns])
        total = no_rows(0)
        for where, columns in parts:
            for joint in self._sums(model, where, columns):
                total = total + joint
        self.table.set_baseline(model, total)

    def forget(self, measured: int) -> None:
        """Take a column out of all sums of its model."""
        for model, own in self._axes.items():
            for place, axis in enumerate(own):
                if axis.measured == measured:
                    self.table.forget(model, place)

    def save(self) -> None:
        """Write what was added; to be called inside the transaction that needs it."""
        self._database.put("joint_axes", ("model", "place", "measured", "loc", "scale"), self._new_axes)
        self.table.add(self._new)
        self._new, self._new_axes = {}, []

    def _put(self, key: Key, joint: Joint) -> None:
        if joint.n:
            known = self._new.get(key)
            self._new[key] = joint if known is None else known + joint

    def _sums(self, model: int, where: Places, columns: Sequence[Values]) -> list[Joint]:
        """Return the sums of each place, over all columns of the model so far; none without a column that counts."""
        place_of = self._place(model, [values.column for values in columns])
        used = [values for values in columns if values.column.number in place_of and values.counts.any()]
        if not used:
            return []
        values, gone = self._standard(model, place_of, used)
        slot = where.slot
        if where.order is not None:
            slot, values, gone = slot[where.order], values[:, where.order], None if gone is None else gone[:, where.order]
        if gone is not None:
            there = ~gone.all(axis=0)
            slot, values, gone = slot[there], values[:, there], gone[:, there]
        bounds = np.concatenate(([0], np.cumsum(np.bincount(slot, minlength=len(where))))).tolist()
        into = np.full(len(self._axes[model]), -1, np.intp)
        into[[place_of[one.column.number] for one in used]] = np.arange(len(used))
        whole = len(into) == len(used) and bool((into == np.arange(len(used))).all())
        found = joints(values, gone, bounds)
        return found if whole else [joint.picked(into) for joint in found]

    def _standard(self, model: int, place_of: dict[int, int], used: Sequence[Values]) -> tuple[Floats, Bools | None]:
        """Return the values on their axes, float64[columns, rows], 0 where missing; and where they are missing, None for nowhere."""
        values, gone = np.empty((len(used), len(used[0].values))), np.empty((len(used), len(used[0].values)), bool)
        for row, one in enumerate(used):
            axis = self._axes[model][place_of[one.column.number]]
            with np.errstate(over="ignore", invalid="ignore"):
                np.divide(one.values - axis.loc, axis.scale, out=values[row])
                np.logical_not(one.counts & (np.abs(values[row]) <= LARGEST), out=gone[row])
        if not gone.any():
            return values, None
        values[gone] = 0.0
        return values, gone

    def _place(self, model: int, columns: Sequence[Measured]) -> dict[int, int]:
        """Give columns that have a grid an axis while there is room, and return the places of all: those of the general baseline first,
        then by name."""
        own = self._axes.setdefault(model, [])
        place_of = {axis.measured: place for place, axis in enumerate(own)}
        if len(own) >= MOST_TOGETHER:
            return place_of
        fresh = {column.number: column for column in columns if column.number not in place_of and column.grid is not None}
        for column in sorted(fresh.values(), key=lambda column: (self._general(column), column.name)):
            if column.grid is not None and len(own) < MOST_TOGETHER:
                place_of[column.number] = len(own)
                self._new_axes.append((model, len(own), column.number, column.grid.loc, column.grid.scale))
                own.append(_Axis(column.number, column.grid.loc, column.grid.scale))
        return place_of

    def _general(self, column: Measured) -> int:
        """The place of a column in the baseline for all models, else beyond all places."""
        general = self._catalogue.models.get(ANY_MODEL, -1)
        twin = self._catalogue.find(general, column.role, column.name, column.kind)
        places = {axis.measured: place for place, axis in enumerate(self._axes.get(general, []))}
        return MOST_TOGETHER if twin is None else places.get(twin.number, MOST_TOGETHER)
