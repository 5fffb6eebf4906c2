"""Predictions next to their labels: counted into cells at the prediction's minute, taken out again when a label is corrected."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tuimon.store.blocks import HOUR, MINUTE, Addition
from tuimon.store.catalogue import Catalogue
from tuimon.store.cells import Floats, Int32s, Ints, sum_bins, take
from tuimon.store.classes import CLASSES, SCORE_BINS, as_number, class_name, is_positive, number_class
from tuimon.store.counting import Counted, Places, as_cells, coarser, places, widen
from tuimon.store.facts import Measure

_SUMS: dict[Measure, Callable[[float, float], float]] = {
    "error_abs": lambda predicted, label: abs(predicted - label),
    "error_sq": lambda predicted, label: (predicted - label) ** 2,
    "label": lambda _, label: label,
    "label_sq": lambda _, label: label**2,
}
_NO_BIN = -1


@dataclass(frozen=True)
class Outcome:
    """One prediction with one label, to be added (sign 1) or taken out (sign -1)."""

    ts: int
    """Event time of the prediction in microseconds."""
    version: int
    category: str | None
    number: float | None
    score: float | None
    label: str
    sign: int = 1


@dataclass(frozen=True)
class _Entry:
    """One outcome's part in one column: a bin, or a summand."""

    row: int
    bin: int
    value: float


def count_outcomes(catalogue: Catalogue, model: int, outcomes: list[Outcome], fine_from: int, now: float) -> list[Addition]:
    """Return what outcomes of one model add to its minutes (from `fine_from` seconds on) and hours."""
    if not outcomes:
        return []
    start = np.array([outcome.ts // 60_000_000 * MINUTE for outcome in outcomes], np.int64)
    where = places(start, np.array([outcome.version for outcome in outcomes], np.int32))
    sign = np.array([outcome.sign for outcome in outcomes], np.int64)
    counted = [_column(number, entries, where, sign) for number, entries in _entries(catalogue, model, outcomes, now).items()]
    traffic = catalogue.column(model, "traffic", "traffic", "category", now).number
    fine = as_cells(where, counted)
    wide, wide_of = coarser(where, HOUR)
    hours = as_cells(wide, [widen(column, wide, wide_of) for column in counted])
    fine = take(fine, np.flatnonzero(fine.start >= fine_from))
    return [Addition(model, MINUTE, fine, traffic, {}), Addition(model, HOUR, hours, traffic, {})]


def _entries(catalogue: Catalogue, model: int, outcomes: list[Outcome], now: float) -> dict[int, list[_Entry]]:
    found: dict[int, list[_Entry]] = {}

    def enter(role: Measure, row: int, place: int, value: float = 0.0) -> None:
        column = catalogue.column(model, role, role, "category" if role == "confusion" else "numeric", now)
        found.setdefault(column.number, []).append(_Entry(row, place, value))

    for row, outcome in enumerate(outcomes):
        label, predicted = class_name(outcome.label), _predicted(outcome)
        number = as_number(outcome.label)
        if predicted is not None and (outcome.category is not None or (number is not None and number_class(number) is not None)):
            enter("confusion", row, _class(catalogue, model, predicted, now) * CLASSES + _class(catalogue, model, label, now))
        if outcome.number is not None and number is not None:
            for role, summand in _SUMS.items():
                enter(role, row, _NO_BIN, summand(outcome.number, number))
        positive = None if outcome.score is None else is_positive(label, predicted, outcome.score)
        if positive is not None and outcome.score is not None:
            enter("score_label", row, min(max(math.floor(outcome.score * SCORE_BINS), 0), SCORE_BINS - 1) * 2 + int(positive))
    return found


def _predicted(outcome: Outcome) -> str | None:
    if outcome.category is not None:
        return class_name(outcome.category)
    return None if outcome.number is None else number_class(outcome.number)


def _class(catalogue: Catalogue, model: int, name: str, now: float) -> int:
    column = catalogue.column(model, "confusion", "confusion", "category", now)
    place = catalogue.enlist(column, name, CLASSES - 1)
    return CLASSES - 1 if place is None else place


def _column(number: int, entries: list[_Entry], where: Places, sign: Ints) -> Counted:
    rows = np.array([entry.row for entry in entries], np.int64)
    bins: Int32s = np.array([entry.bin for entry in entries], np.int32)
    with np.errstate(over="ignore"):
        values: Floats = np.array([entry.value for entry in entries], np.float64) * sign[rows]
    owner, zero = where.slot[rows], np.zeros(len(where), np.int64)
    n = np.bincount(owner, weights=sign[rows], minlength=len(where)).astype(np.int64)
    total = np.bincount(owner, weights=values, minlength=len(where)).astype(np.float64)
    none = np.full(len(where), np.nan)
    binned = bins != _NO_BIN
    return Counted(number, n, zero, zero, zero, none, none, total, *sum_bins(owner[binned], bins[binned], sign[rows][binned]))
