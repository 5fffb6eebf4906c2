"""Performance on rows against scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, mean_absolute_error, r2_score, roc_auc_score, root_mean_squared_error

from tuimon.stats.exact import calibration_error, class_scores, ranked_auc, regression_errors


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.7, 1.0]), st.booleans()), min_size=2, max_size=60))
def test_auc_is_sklearns_with_ties(rows: list[tuple[float, bool]]) -> None:
    score, label = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    found = ranked_auc(score, label)
    assert math.isnan(found) if label.all() or not label.any() else found == pytest.approx(roc_auc_score(label, score))


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60))
def test_classes_are_sklearns(rows: list[tuple[int, int]]) -> None:
    predicted, label = (np.array(side, dtype=np.int64) for side in zip(*rows, strict=True))
    accuracy, f1 = class_scores(predicted, label, 4)
    assert accuracy == pytest.approx(accuracy_score(label, predicted))
    seen = np.union1d(predicted, label)
    np.testing.assert_allclose(f1[seen], f1_score(label, predicted, labels=seen, average=None, zero_division=0))
    assert np.isnan(np.delete(f1, seen)).all()


def test_regression_is_sklearns() -> None:
    generator = np.random.default_rng(1)
    label = generator.lognormal(3, 1, 400)
    predicted = label + generator.normal(0, 5, 400)
    expected = mean_absolute_error(label, predicted), root_mean_squared_error(label, predicted), r2_score(label, predicted)
    assert regression_errors(predicted, label) == pytest.approx(expected)
    assert math.isnan(regression_errors(np.array([1.0]), np.array([2.0]))[2])
    assert all(math.isnan(value) for value in regression_errors(np.empty(0), np.empty(0)))


def test_calibration_by_hand() -> None:
    score, label = np.array([0.1, 0.1, 0.9, 1.0]), np.array([False, True, True, True])
    assert calibration_error(score, label) == pytest.approx((abs(0.2 - 1) + abs(1.9 - 2)) / 4)
