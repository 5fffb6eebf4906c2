"""Performance of rows in blocks against scikit-learn, for every way to spell classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

from tuimon.monitor.analysis.blocks import Block, Key
from tuimon.monitor.analysis.performance import performance
from tuimon.values.performance import Performance

CATEGORY, NUMBER = Key("prediction", "prediction", "category"), Key("prediction", "prediction", "numeric")
SCORE = Key("score", "score", "numeric")


def block(label: Sequence[str | None], scores: Sequence[float | None] | None = None, **predicted: Sequence[object]) -> Block:
    """Rows with labels and predictions (`names` or `numbers`), and scores if there are any."""
    columns: dict[Key, pa.Array] = {}
    if "names" in predicted:
        columns[CATEGORY] = pa.array(predicted["names"], pa.string()).dictionary_encode()
    if "numbers" in predicted:
        columns[NUMBER] = pa.array(predicted["numbers"], pa.float64())
    if scores is not None:
        columns[SCORE] = pa.array(scores, pa.float64())
    rows = len(label)
    return Block(rows, np.zeros(rows, np.int64), columns, pa.nulls(rows, pa.string()), pa.array(label, pa.string()))


pairs = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), st.booleans()), min_size=1, max_size=50)


@settings(deadline=None, max_examples=80)
@given(pairs, st.integers(0, 50))
def test_classes_by_name_are_sklearns_over_labelled_rows_however_they_are_cut(rows: list[tuple[str, str, bool]], cut: int) -> None:
    parts = [rows[:cut], rows[cut:]]
    found = performance([block([label if known else None for label, _, known in part], names=[p for _, p, _ in part]) for part in parts])
    truth, guess = [label for label, _, known in rows if known], [p for _, p, known in rows if known]
    assert found.labels == len(truth)
    if not truth:
        assert found == Performance(0, None)
        return
    assert found.accuracy == pytest.approx(accuracy_score(truth, guess))
    if len({*truth, *guess}) > 2:
        assert found.task == "multiclass"
        assert found.f1 == pytest.approx(f1_score(truth, guess, average="macro", zero_division=0))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=3, max_size=50))
@pytest.mark.parametrize("spelling", [("yes", "no"), ("1", "0"), ("True", "false"), ("cat", "dog")])
def test_two_classes_are_sklearns(spelling: tuple[str, str], rows: list[tuple[bool, float]]) -> None:
    truth, score = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    guess = score >= 0.5
    names = [[spelling[0] if yes else spelling[1] for yes in side] for side in (truth, guess)]
    found = performance([block(names[0], score.tolist(), names=names[1])])
    assert found.task == "binary"
    assert found.accuracy == pytest.approx(accuracy_score(truth, guess))
    if truth.any() and not truth.all():
        assert found.roc_auc == pytest.approx(roc_auc_score(truth, score))
        assert found.f1 == pytest.approx(f1_score(truth, guess, zero_division=0))


def test_whole_numbers_are_classes_however_a_label_is_spelt() -> None:
    found = performance([block(["1", "1.0", " 0", "0"], numbers=[1.0, 0.0, 0.0, 0.0])])
    assert (found.task, found.labels, found.accuracy) == ("binary", 4, 0.75)
    assert found.f1 == pytest.approx(2 / 3)


def test_quantities_are_not_classes() -> None:
    found = performance([block(["1.5", "200", "no number", None], numbers=[1.0, 210.0, 3.0, 4.0])])
    assert (found.task, found.labels) == ("regression", 2)
    assert found.mae == pytest.approx(5.25)
    assert found.accuracy is None


def test_without_predictions_or_labels_nothing_is_said() -> None:
    assert performance([]) == Performance(0, None)
    assert performance([block(["a", "b"])]) == Performance(0, None)
    assert performance([block(["a", "b"], numbers=[1.0, 2.0])]) == Performance(0, None)
