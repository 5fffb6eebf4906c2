"""Realised performance of some rows, from each prediction and the latest label of its id."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tuimon.monitor.analysis.blocks import Block, Bools, Longs
from tuimon.monitor.analysis.contents import Floats, floats
from tuimon.stats.exact import calibration_error, class_scores, ranked_auc, regression_errors
from tuimon.store.classes import as_number, class_name, is_positive, number_class, positive_class
from tuimon.values.performance import Performance

METRICS = ("accuracy", "f1", "roc_auc", "ece", "mae", "rmse", "r2")


@dataclass(frozen=True)
class _Labelled:
    """The rows that have a label: names of their labels and predictions by place, or numbers, and scores (NaN where there is none)."""

    label: pa.DictionaryArray
    category: pa.DictionaryArray | None
    number: Floats
    score: Floats

    def __len__(self) -> int:
        return len(self.label)


def performance(blocks: Sequence[Block]) -> Performance:
    """Return the performance of these rows; `labels` is 0 and the rest None where no label has arrived."""
    rows = _labelled(blocks)
    if rows is None:
        return Performance(0, None)
    labels, where = _names(rows.label)
    if rows.category is not None:
        predicted, at = _names(rows.category)
        return _classification(rows, labels, where, predicted, at)
    numbers = np.array([_number(name) for name in labels], np.float64)[where]
    held = np.isfinite(rows.number) & np.isfinite(numbers)
    classes = _classes(rows.number[held])
    if held.any() and classes is not None and all(number_class(value) for value in np.unique(numbers[held]).tolist()):
        mine = _Labelled(rows.label.filter(pa.array(held)), None, rows.number[held], rows.score[held])
        return _classification(mine, labels, where[held], *classes)
    mae, rmse, r2 = regression_errors(rows.number[held], numbers[held])
    return (
        Performance(int(held.sum()), "regression", mae=_known(mae), rmse=_known(rmse), r2=_known(r2))
        if held.any()
        else Performance(0, None)
    )


def _labelled(blocks: Sequence[Block]) -> _Labelled | None:
    parts = [part for block in blocks if (part := _labelled_of(block)) is not None]
    if not parts:
        return None
    categories = [part.category for part in parts if part.category is not None]
    if categories and len(categories) < len(parts):
        # A prediction that turned from numbers to names within one chunk: the names are judged.
        parts = [part for part in parts if part.category is not None]
    whole = pa.chunked_array([part.label for part in parts]).unify_dictionaries().combine_chunks()
    named = pa.chunked_array(categories).unify_dictionaries().combine_chunks() if categories else None
    return _Labelled(whole, named, np.concatenate([part.number for part in parts]), np.concatenate([part.score for part in parts]))


def _labelled_of(block: Block) -> _Labelled | None:
    if block.label.null_count == block.rows:
        return None
    by_role = {(key.role, key.kind): array for key, array in block.columns.items() if key.role != "feature"}
    category, number = by_role.get(("prediction", "category")), by_role.get(("prediction", "numeric"))
    if category is not None and category.null_count == len(category) and number is not None:
        category = None
    predicted = category if category is not None else number
    if predicted is None:
        return None
    mask = pc.and_(block.label.is_valid(), predicted.is_valid())
    label = block.label.filter(mask)
    if not len(label):
        return None
    none = np.full(len(label), np.nan)
    score = by_role.get(("score", "numeric"))
    return _Labelled(
        label.dictionary_encode(),
        None if category is None else category.filter(mask),
        floats(number.filter(mask)) if category is None and number is not None else none,
        none if score is None else floats(score.filter(mask)),
    )


def _names(array: pa.DictionaryArray) -> tuple[list[str], Longs]:
    """Return (class names, place of each row's class in them)."""
    spelt = [class_name(text) for text in array.dictionary.to_pylist()]
    distinct = sorted(set(spelt))
    places = np.array([distinct.index(name) for name in spelt], np.int64)
    return distinct, places[array.indices.to_numpy(zero_copy_only=False)]


def _classes(values: Floats) -> tuple[list[str], Longs] | None:
    """Return numeric predictions as (class names, places), None where one of them is a quantity."""
    distinct, places = np.unique(values, return_inverse=True)
    names = [name for value in distinct.tolist() if (name := number_class(value)) is not None]
    return (names, places.astype(np.int64)) if len(names) == distinct.size else None


def _classification(rows: _Labelled, labels: list[str], label_at: Longs, predicted: list[str], predicted_at: Longs) -> Performance:
    names = sorted({*(labels[i] for i in np.unique(label_at)), *(predicted[i] for i in np.unique(predicted_at))})
    place = {name: number for number, name in enumerate(names)}
    label = np.array([place.get(name, -1) for name in labels], np.int64)[label_at]
    guess = np.array([place.get(name, -1) for name in predicted], np.int64)[predicted_at]
    accuracy, f1 = class_scores(guess, label, len(names))
    binary = len(names) <= 2
    scored = np.isfinite(rows.score)
    positive = _positive_rows(names, label, guess, rows.score, scored) if binary and scored.any() else np.empty(0, bool)
    known = rows.score[scored][: positive.size]
    return Performance(
        labels=len(rows),
        task="binary" if binary else "multiclass",
        accuracy=_known(accuracy),
        f1=_f1(names, f1, label, positive if scored.all() else None),
        roc_auc=_known(ranked_auc(known, positive)) if positive.size else None,
        ece=_known(calibration_error(np.clip(known, 0.0, 1.0), positive)) if positive.size else None,
    )


def _positive_rows(names: list[str], label: Longs, guess: Longs, score: Floats, scored: Bools) -> Bools:
    """Which of the rows with a score have the label that a high score speaks for."""
    by_name: npt.NDArray[np.object_] = np.array([is_positive(name, None, 0.0) for name in names], object)
    known = np.array([found is not None for found in by_name], bool)
    certain = np.array([bool(found) for found in by_name], bool)
    spoken = (label == guess) == (score >= 0.5)
    return np.asarray(np.where(known[label], certain[label], spoken)[scored], bool)


def _f1(names: list[str], scores: Floats, label: Longs, positive: Bools | None) -> float | None:
    """F1 of the positive class of two, known by its name or by its scores; the mean over more classes."""
    if len(names) > 2:
        seen = scores[np.isfinite(scores)]
        return float(seen.mean()) if seen.size else None
    if len(names) < 2:
        return None
    name = positive_class(names)
    if name in names:
        return _known(scores[names.index(name)])
    if positive is None or not positive.size:
        return None
    alike = [place for place in range(2) if np.array_equal(label == place, positive)]
    return _known(scores[alike[0]]) if len(alike) == 1 else None


def _number(name: str) -> float:
    value = as_number(name)
    return math.nan if value is None else value


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
