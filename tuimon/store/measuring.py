"""The columns of one model's rows, each turned into bins and counted: features, predictions and scores, traffic, latency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tuimon.stats import NumericGrid, excess_words, latency_bins, make_grid
from tuimon.store.blocks import HOUR, MINUTE, Addition
from tuimon.store.catalogue import Catalogue, Measured
from tuimon.store.cells import Cells, Floats, Int32s, Ints, take
from tuimon.store.counting import Bools, Counted, Places, as_cells, by_bin, coarser, places, ranges_of, spread, widen
from tuimon.store.joints import Joints, Values
from tuimon.store.pending import Pending, Waiting
from tuimon.values.batch import Records, Sampled, as_micros

LATE = 48 * 3600
"""Seconds behind the watermark after which rows count in hours only."""


@dataclass(frozen=True)
class Located:
    """The rows of a batch and where they count; places before `fine_from` (seconds) have no minute cells."""

    model: int
    places: Places
    fine_from: int
    now: float

    @property
    def fine(self) -> Bools:
        """[places] whether a place has minute cells."""
        return np.asarray(self.places.start >= self.fine_from, bool)


def locate(records: Records, model: int, versions: Int32s, watermark: int | None, now: float) -> Located:
    """Return where the rows of a batch count; `watermark` in microseconds as it is after them."""
    start = as_micros(records.base.column("ts")) // (MINUTE * 1_000_000) * MINUTE
    return Located(model, places(start, versions), fine_from(watermark), now)


def fine_from(watermark: int | None) -> int:
    """Return the first second that still gets minute cells, for a watermark in microseconds."""
    return -(1 << 62) if watermark is None else (watermark // 1_000_000 - LATE) // HOUR * HOUR


class Measurer:
    """Counts batches into cells; makes grids and dictionaries on the way."""

    def __init__(self, catalogue: Catalogue, pending: Pending, joints: Joints) -> None:
        self._catalogue, self._pending, self._joints = catalogue, pending, joints

    def measure(self, records: Records, where: Located, repeated: Bools | None = None) -> list[Addition]:
        """Return what a batch adds to the minutes and hours of its model; `repeated` says of each row whether its id was seen before."""
        traffic = self._catalogue.column(where.model, "traffic", "traffic", "category", where.now)
        counted = [self._traffic(traffic, records, where), self._latency(records, where)]
        earlier: list[tuple[Measured, Waiting]] = []
        joint: list[Values] = []
        for index, (column, values) in enumerate(zip(records.columns, records.values, strict=True)):
            measured = self._catalogue.column(where.model, column.role, column.name, column.kind, where.now)
            invalid = records.invalid.get(index)
            if column.kind == "category":
                counted.append(count_categories(self._catalogue, measured, values, invalid, where.places))
            else:
                counted.append(self._numbers(measured, values, invalid, where, earlier, joint))
        self._joints.add(where.model, where.places, where.fine, joint)
        if records.sampled is not None:
            counted.append(self._sampling(records, records.sampled, where))
        if repeated is not None:
            counted.append(self._ids(records, where, repeated))
        additions = _additions(where, counted, traffic.number)
        for measured, waiting in earlier:
            additions += self.catch_up(measured, waiting)
        return additions

    def catch_up(self, measured: Measured, waiting: Waiting | None) -> list[Addition]:
        """Return what values that waited for the column's grid add: bins only, all else was counted when they came."""
        if waiting is None or measured.grid is None:
            return []
        traffic = self._catalogue.column(measured.model, "traffic", "traffic", "category", measured.first_seen).number
        fine = self._bins_only(measured, measured.grid, waiting, waiting.fine, MINUTE)
        wide = self._bins_only(measured, measured.grid, waiting, np.ones(len(waiting), bool), HOUR)
        return [Addition(measured.model, MINUTE, fine, traffic, {}), Addition(measured.model, HOUR, wide, traffic, {})]

    @staticmethod
    def _bins_only(measured: Measured, grid: NumericGrid, waiting: Waiting, mask: Bools, width: int) -> Cells:
        where = places(waiting.start[mask] // width * width, waiting.version[mask])
        zero, none = np.zeros(len(where), np.int64), np.full(len(where), np.nan)
        binned = by_bin(where.slot, grid.assign(waiting.value[mask]))
        return as_cells(where, [Counted(measured.number, zero, zero, zero, zero, none, none, np.zeros(len(where)), *binned)])

    def _traffic(self, measured: Measured, records: Records, where: Located) -> Counted:
        for outcome in ("ok", "error"):
            self._catalogue.enlist(measured, outcome)
        errors = records.base.column("error").to_numpy().astype(np.int32)
        return _counted(measured.number, where.places, by_bin(where.places.slot, errors))

    def _ids(self, records: Records, where: Located, repeated: Bools) -> Counted:
        measured = self._catalogue.column(where.model, "id", "id", "category", where.now)
        for outcome in ("first", "again"):
            self._catalogue.enlist(measured, outcome)
        hashes = records.base.column("id_hash")
        null = hashes.is_null().to_numpy()
        present = np.flatnonzero(~null) if hashes.null_count else slice(None)
        entries = by_bin(where.places.slot[present], repeated[present].astype(np.int32))
        return _counted(measured.number, where.places, entries, null)

    def _sampling(self, records: Records, sampled: Sampled, where: Located) -> Counted:
        """What the rows stand for beyond themselves, those with errors apart; nulls are the rows without a usable rate of their own."""
        measured = self._catalogue.column(where.model, "sampling", "sampling", "numeric", where.now)
        weights, null = _floats(sampled.weights)
        weights = np.where(null, sampled.otherwise, weights)
        bins, counts = excess_words(weights, records.base.column("error").to_numpy())
        some, every = counts != 0, np.ones(len(weights), bool)
        slot = np.broadcast_to(where.places.slot, counts.shape)
        entries = by_bin(slot[some], bins[some], counts[some])
        return _counted(measured.number, where.places, entries, null, values=weights, finite=every)

    def _latency(self, records: Records, where: Located) -> Counted:
        measured = self._catalogue.column(where.model, "latency", "latency_ms", "numeric", where.now)
        values, null = _floats(records.base.column("latency_ms"))
        negative = values < 0
        finite = np.isfinite(values) & ~negative
        binned = by_bin(where.places.slot[finite], latency_bins(values[finite]))
        return _counted(measured.number, where.places, binned, null, ~(finite | null | negative), negative, values, finite)

    def _numbers(
        self,
        measured: Measured,
        array: pa.Array,
        invalid: npt.NDArray[np.int64] | None,
        where: Located,
        earlier: list[tuple[Measured, Waiting]],
        joint: list[Values],
    ) -> Counted:
        values, missing = _floats(array)
        finite = np.isfinite(values)
        binned = np.flatnonzero(finite) if measured.grid is None else finite
        if measured.grid is None:
            binned = self._wait(measured, values, binned, where, earlier)
        if measured.role == "feature":
            joint.append(Values(measured, values, finite if binned.dtype == np.bool_ else _marked(binned, len(values))))
        slots, known = where.places.slot, measured.grid
        entries = by_bin(slots[binned], known.assign(values[binned])) if known is not None else by_bin(slots[:0], np.empty(0, np.int32))
        null = _without(missing, invalid)
        return _counted(measured.number, where.places, entries, null, ~(finite | missing), invalid, values, finite)

    def _wait(
        self, measured: Measured, values: Floats, finite: npt.NDArray[np.intp], where: Located, earlier: list[tuple[Measured, Waiting]]
    ) -> npt.NDArray[np.intp]:
        """Let values wait, make the grid when there are enough, and return the rows that come after those."""
        room = self._pending.room(measured.number)
        rows, slot = finite[:room], where.places.slot[finite[:room]]
        self._pending.add(measured.number, Waiting(where.places.version[slot], where.places.start[slot], where.fine[slot], values[rows]))
        if len(finite) >= room:
            waiting = self._pending.release(measured.number)
            if waiting is not None:
                self._catalogue.set_grid(measured, make_grid(waiting.value))
                earlier.append((measured, waiting))
        return finite[room:]


def count_numbers(measured: Measured, array: pa.Array, invalid: npt.NDArray[np.int64] | None, where: Places) -> Counted:
    """Return the counts of a numeric column that has a grid, or of everything but its bins when it has none."""
    values, missing = _floats(array)
    finite = np.isfinite(values)
    bins = np.empty(0, np.int32) if measured.grid is None else measured.grid.assign(values[finite])
    entries = by_bin(where.slot[finite][: len(bins)], bins)
    return _counted(measured.number, where, entries, _without(missing, invalid), ~(finite | missing), invalid, values, finite)


def count_categories(
    catalogue: Catalogue, measured: Measured, array: pa.Array, invalid: npt.NDArray[np.int64] | None, where: Places
) -> Counted:
    """Return the counts of a category column; values that are new take the next places of its dictionary in order of arrival."""
    encoded = pc.dictionary_encode(_whole(array))
    missing = np.asarray(encoded.is_null().to_numpy(zero_copy_only=False), bool)
    places_of = np.array([catalogue.bin_of(measured, value) for value in encoded.dictionary.to_pylist()], np.int32)
    present = np.flatnonzero(~missing) if encoded.null_count else slice(None)
    codes = encoded.indices.drop_null().to_numpy(zero_copy_only=False)
    return _counted(measured.number, where, by_bin(where.slot[present], places_of[codes]), _without(missing, invalid), None, invalid)


def _additions(where: Located, counted: list[Counted], traffic: int) -> list[Addition]:
    wide, wide_of = coarser(where.places, HOUR)
    fine, minutes = where.fine, as_cells(where.places, counted)
    late: dict[int, int] = {}
    if not fine.all():
        minutes = take(minutes, np.flatnonzero(minutes.start >= where.fine_from))
        for hour, rows in zip((where.places.start[~fine] // HOUR * HOUR).tolist(), counted[0].n[~fine].tolist(), strict=True):
            late[hour] = late.get(hour, 0) + rows
    hours = as_cells(wide, [widen(column, wide, wide_of) for column in counted])
    return [Addition(where.model, MINUTE, minutes, traffic, {}), Addition(where.model, HOUR, hours, traffic, late)]


def _counted(
    column: int,
    where: Places,
    entries: tuple[Ints, Int32s, Ints],
    null: Bools | None = None,
    nonfinite: Bools | None = None,
    invalid: Bools | npt.NDArray[np.int64] | None = None,
    values: Floats | None = None,
    finite: Bools | None = None,
) -> Counted:
    low = high = np.full(len(where), np.nan)
    total = np.zeros(len(where))
    if values is not None and finite is not None and finite.any():
        low, high, total = ranges_of(values, finite, where)
    marked = (spread(null, where), spread(nonfinite, where), spread(invalid, where))
    return Counted(column, where.rows, *marked, low, high, total, *entries)


def numbers_of(measured: Measured, array: pa.Array) -> Values:
    """Return a column of which every finite value counts."""
    values, _ = _floats(array)
    return Values(measured, values, np.isfinite(values))


def _marked(rows: npt.NDArray[np.intp], count: int) -> Bools:
    marked = np.zeros(count, bool)
    marked[rows] = True
    return marked


def _without(missing: Bools, invalid: npt.NDArray[np.int64] | None) -> Bools:
    """Rows whose value is missing: a NULL that stands for a wrong type is not."""
    if invalid is None or not len(invalid):
        return missing
    missing = missing.copy()
    missing[invalid] = False
    return missing


def _floats(array: pa.Array | pa.ChunkedArray) -> tuple[Floats, Bools]:
    """Return (values, NaN where NULL; whether NULL)."""
    whole = _whole(array)
    missing = np.asarray(whole.is_null().to_numpy(zero_copy_only=False), bool)
    return np.asarray(whole.to_numpy(zero_copy_only=False), np.float64), missing


def _whole(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
