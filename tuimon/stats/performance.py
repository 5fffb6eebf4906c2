"""Realised performance from integer counts: a confusion table, and labels by score bin."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def accuracy(table: npt.ArrayLike) -> float:
    """Return the share of right predictions in a confusion table int64[k, k], labels by predictions; NaN without rows.

    >>> accuracy([[6, 1], [2, 1]])
    0.7
    """
    counts = np.asarray(table, dtype=np.float64)
    total = counts.sum()
    return float(np.trace(counts) / total) if total > 0 else float("nan")


def f1_scores(table: npt.ArrayLike) -> Floats:
    """Return F1 of each class, float64[k]: 2 TP / (2 TP + FP + FN) of a confusion table int64[k, k]; NaN for a class never seen.

    Class 0: 12 / (12 + 2 + 1). Class 1: 2 / (2 + 1 + 2).

    >>> f1_scores([[6, 1], [2, 1]]).tolist()
    [0.8, 0.4]
    """
    counts = np.asarray(table, dtype=np.float64)
    right = np.diagonal(counts)
    named = counts.sum(axis=0) + counts.sum(axis=1)
    return np.asarray(np.divide(2 * right, named, out=np.full(right.shape, np.nan), where=named > 0))


def f1_score(table: npt.ArrayLike) -> float:
    """Return F1 of class 1 for a table of two classes, else the mean of F1 over the classes seen (macro); NaN without any."""
    scores = f1_scores(table)
    if scores.size == 2:
        return float(scores[1])
    seen = scores[~np.isnan(scores)]
    return float(seen.mean()) if seen.size else float("nan")


def roc_auc(positive: npt.ArrayLike, negative: npt.ArrayLike) -> float:
    """Return the area under the ROC curve from label counts int64[b] by score bin, lowest score first; NaN without both labels.

    The probability that a positive lies in a higher bin than a negative, rows in one bin counting half (Mann-Whitney).
    Two positives above the one negative and one in its bin: 2.5 of 3 pairs.

    >>> round(roc_auc([0, 1, 2], [0, 1, 0]), 6)
    0.833333
    """
    yes, no = np.asarray(positive, dtype=np.float64), np.asarray(negative, dtype=np.float64)
    pairs = yes.sum() * no.sum()
    below = np.cumsum(no) - no / 2
    return float(np.sum(yes * below) / pairs) if pairs > 0 else float("nan")


def expected_calibration_error(positive: npt.ArrayLike, negative: npt.ArrayLike, score: npt.ArrayLike, parts: int = 10) -> float:
    """Return the mean |score - share of positives| over `parts` equal stretches of 0 to 1, weighted by rows; NaN without rows.

    Takes label counts int64[b] and the score that stands for each bin, float64[b] between 0 and 1 (Naeini et al. 2015).
    Four rows at 0.25 with two positives and six at 0.75 with three: a quarter off in each.

    >>> expected_calibration_error([2, 3], [2, 3], [0.25, 0.75])
    0.25
    """
    yes, no, mean = (np.asarray(value, dtype=np.float64) for value in (positive, negative, score))
    rows = yes + no
    if rows.sum() == 0:
        return float("nan")
    part = np.clip(np.floor(mean * parts), 0, parts - 1).astype(np.int64)
    gap = np.bincount(part, weights=rows * mean - yes, minlength=parts)
    return float(np.abs(gap).sum() / rows.sum())
