"""Performance from counts equals scikit-learn's on the rows themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from tests.stats.helpers import Floats
from tuimon.stats import accuracy, expected_calibration_error, f1_score, f1_scores, roc_auc

labelled = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 20)), min_size=2, max_size=80)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60))
def test_confusion_tables_give_accuracy_and_f1(pairs: list[tuple[int, int]]) -> None:
    truth, guess = zip(*pairs, strict=True)
    table = metrics.confusion_matrix(truth, guess, labels=range(4))
    assert accuracy(table) == pytest.approx(metrics.accuracy_score(truth, guess))
    seen = sorted({*truth, *guess})
    assert f1_scores(table)[seen] == pytest.approx(metrics.f1_score(truth, guess, labels=seen, average=None, zero_division=0))
    assert f1_score(table) == pytest.approx(metrics.f1_score(truth, guess, labels=seen, average="macro", zero_division=0))


def test_two_classes_give_the_f1_of_the_positive_one() -> None:
    truth, guess = [0, 0, 1, 1, 1, 0], [0, 1, 1, 1, 0, 0]
    assert f1_score(metrics.confusion_matrix(truth, guess)) == pytest.approx(metrics.f1_score(truth, guess))


@settings(max_examples=80, deadline=None)
@given(labelled)
def test_auc_from_bins_is_that_of_binned_scores(rows: list[tuple[int, int]]) -> None:
    label, score = (np.array(part) for part in zip(*rows, strict=True))
    yes, no = (np.bincount(score[label == side], minlength=21) for side in (1, 0))
    if yes.sum() and no.sum():
        assert roc_auc(yes, no) == pytest.approx(metrics.roc_auc_score(label, score))
    else:
        assert np.isnan(roc_auc(yes, no))


def calibration_by_rows(label: Floats, score: Floats, parts: int) -> float:
    total = 0.0
    for part in range(parts):
        inside = (np.minimum(np.floor(score * parts), parts - 1)) == part
        if inside.any():
            total += inside.sum() * abs(score[inside].mean() - label[inside].mean())
    return total / len(label)


@settings(max_examples=80, deadline=None)
@given(labelled)
def test_calibration_error_is_the_weighted_gap(rows: list[tuple[int, int]]) -> None:
    label, step = (np.array(part) for part in zip(*rows, strict=True))
    score = np.linspace(0, 1, 21)
    yes, no = (np.bincount(step[label == side], minlength=21) for side in (1, 0))
    assert expected_calibration_error(yes, no, score) == pytest.approx(calibration_by_rows(label.astype(np.float64), score[step], 10))


def test_without_rows_nothing_is_claimed() -> None:
    assert np.isnan(accuracy(np.zeros((2, 2))))
    assert np.isnan(f1_score(np.zeros((2, 2))))
    assert np.isnan(f1_score(np.zeros((3, 3))))
    assert np.isnan(roc_auc([0], [0]))
    assert np.isnan(expected_calibration_error([0], [0], [0.5]))
