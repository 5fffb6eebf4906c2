"""Realised performance from predictions and labels, row by row."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from tuimon.stats.exact.sample import Floats, Longs
from tuimon.stats.performance import expected_calibration_error, roc_auc

Bools = npt.NDArray[np.bool_]


def ranked_auc(score: Floats, positive: Bools) -> float:
    """Return the area under the ROC curve for scores float64[n] and labels bool[n]: the chance that a positive has the higher score, equal
    scores counting half (Mann-Whitney); NaN without both labels."""
    return roc_auc(*_by_score(score, positive)[1:])


def calibration_error(score: Floats, positive: Bools) -> float:
    """Return the mean |score - share of positives| over ten equal stretches of 0 to 1, weighted by rows; NaN without rows."""
    if not score.size:
        return math.nan
    distinct, yes, no = _by_score(score, positive)
    return expected_calibration_error(yes, no, distinct)


def regression_errors(predicted: Floats, label: Floats) -> tuple[float, float, float]:
    """Return (mean absolute error, root of the mean squared error, R²) for float64[n] each; NaN where it cannot be said."""
    if not predicted.size:
        return math.nan, math.nan, math.nan
    with np.errstate(over="ignore", invalid="ignore"):
        gap = predicted - label
        spread = float(np.sum((label - label.mean()) ** 2))
        squared = float(np.sum(gap**2))
        return float(np.abs(gap).mean()), math.sqrt(squared / gap.size), 1 - squared / spread if spread > 0 else math.nan


def class_scores(predicted: Longs, label: Longs, classes: int) -> tuple[float, Floats]:
    """Return (share of right predictions, F1 of each class float64[classes]) for classes int64[n] each; NaN for what was never seen.

    F1 is 2 TP / (2 TP + FP + FN).
    """
    if not label.size:
        return math.nan, np.full(classes, math.nan)
    right = predicted == label
    named = np.bincount(predicted, minlength=classes) + np.bincount(label, minlength=classes)
    hits = 2.0 * np.bincount(label[right], minlength=classes)
    return float(right.mean()), np.divide(hits, named, out=np.full(classes, np.nan), where=named > 0)


def _by_score(score: Floats, positive: Bools) -> tuple[Floats, Floats, Floats]:
    distinct, place = np.unique(score, return_inverse=True)
    yes, no = (np.bincount(place[side], minlength=distinct.size).astype(np.float64) for side in (positive, ~positive))
    return distinct, yes, no
