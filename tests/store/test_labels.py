"""Labels count with their predictions whichever comes first, once each, and a later label corrects an earlier one."""

from __future__ import annotations

import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.builders import NOW, NUMBER, PREDICTION, SCORE, START, Row, all_hours, all_minutes, batch, column_number, counts, records
from tuimon.config import Keep
from tuimon.store import CLASSES, Cells, Store, positive_class

DAY = 86_400.0


def confusion(store: Store, cells: Cells, model: str = "m") -> dict[tuple[str, str], int]:
    """Return (predicted, label) -> rows."""
    column = next((column for column in store.columns(model) if column.role == "confusion"), None)
    found: Counter[tuple[str, str]] = Counter()
    for bins in counts(cells, column.number).values() if column else []:
        for place, count in bins.items():
            found[column.values[place // CLASSES], column.values[place % CLASSES]] += count  # type: ignore[union-attr]
    return dict(found)


def predicted(number: int, what: str, at: float = 0.0) -> Row:
    return Row(at=at, id=f"r{number}", prediction=what, score=0.25)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("row"), st.integers(0, 5), st.sampled_from("ab")),
        st.tuples(st.just("label"), st.integers(0, 5), st.sampled_from("ab")),
    ),
    max_size=25,
)


@pytest.mark.parametrize("keep_rows", [7 * DAY, 0.0])
@settings(deadline=None, max_examples=12)
@given(steps=STEPS, cuts=st.sets(st.integers(1, 24), max_size=6), restart=st.booleans())
def test_each_record_counts_with_the_latest_label_of_its_id(
    keep_rows: float, steps: list[tuple[str, int, str]], cuts: set[int], restart: bool
) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    latest = {number: what for kind, number, what in steps if kind == "label"}
    for kind, number, what in steps:
        if kind == "row" and number in latest:
            expected[what, latest[number]] += 1
    with tempfile.TemporaryDirectory() as directory:
        store = Store.open(Path(directory), Keep(rows=keep_rows))
        bounds = [0, *sorted(cut for cut in cuts if cut < len(steps)), len(steps)]
        for low, high in pairwise(bounds):
            part = steps[low:high]
            rows = [predicted(number, what, at=60.0 * number) for kind, number, what in part if kind == "row"]
            labels = [(f"r{number}", what) for kind, number, what in part if kind == "label"]
            store.commit([batch(records(rows, columns=[PREDICTION, SCORE]), labels=labels)], NOW)
            if restart:
                store.close()
                store = Store.open(Path(directory), Keep(rows=keep_rows))
        assert confusion(store, all_hours(store)) == dict(expected) == confusion(store, all_minutes(store))
        met = {number for kind, number, _ in steps if kind == "row"}
        wanted = [number for kind, number, _ in steps if kind == "label"]
        joined = sum(number in met for number in wanted)
        assert store.label_counts() == (len(wanted), joined, len(wanted) - joined)
        assert store.totals().labels_waiting == len(wanted) - joined
        assert all(proof.ok for proof in store.verify())
        store.close()


def test_labels_of_one_model_leave_the_others_alone(store: Store) -> None:
    rows = [predicted(1, "a")]
    store.commit([batch(records(rows, columns=[PREDICTION]), records(rows, model="n", columns=[PREDICTION]))], NOW)
    store.commit([batch(labels={"r1": "b"}, labels_for="n")], NOW)
    assert confusion(store, all_hours(store)) == {}
    assert confusion(store, all_hours(store, "n"), "n") == {("a", "b"): 1}
    store.commit([batch(labels={"r1": "c"})], NOW)
    assert confusion(store, all_hours(store)) == {("a", "c"): 1}
    assert confusion(store, all_hours(store, "n"), "n") == {("a", "c"): 1}


def test_a_label_counts_at_the_minute_of_its_prediction(store: Store) -> None:
    store.commit([batch(records([predicted(1, "a", at=125), predicted(2, "a", at=10_000)], columns=[PREDICTION]))], NOW)
    done = store.commit([batch(labels={"r1": "a"})], NOW)
    assert dict(done.touched) == {"m": START + 120}
    assert list(counts(all_minutes(store), column_number(store, "confusion", "confusion"))) == [(START + 120, "v1")]


def test_numbers_are_classes_when_they_are_small_and_whole(store: Store) -> None:
    rows = [Row(id="a", prediction=1.0), Row(id="b", prediction=0.0), Row(id="c", prediction=1.5), Row(id="d", prediction=1e12)]
    store.commit([batch(records(rows, columns=[NUMBER]), labels={"a": "1", "b": "1.0", "c": "2", "d": "3"})], NOW)
    assert confusion(store, all_hours(store)) == {("1", "1"): 1, ("0", "1"): 1}


def test_regression_keeps_sums(store: Store) -> None:
    rows = [Row(id="a", prediction=10.5), Row(id="b", prediction=20.25), Row(id="c", prediction=1.0)]
    store.commit([batch(records(rows, columns=[NUMBER]))], NOW)
    store.commit([batch(labels={"a": "11.5", "b": "20", "c": "no number"})], NOW)
    cells = all_hours(store)
    sums = {}
    for role in ("error_abs", "error_sq", "label", "label_sq"):
        mine = cells.column == column_number(store, role, role)
        sums[role] = (int(cells.n[mine].sum()), float(cells.total[mine].sum()))
    assert sums == {"error_abs": (2, 1.25), "error_sq": (2, 1.0625), "label": (2, 31.5), "label_sq": (2, 532.25)}


def test_scores_count_by_whether_the_label_is_positive(store: Store) -> None:
    rows = [Row(id=str(place), prediction="1", score=score) for place, score in enumerate([0.0, 0.2505, 1.0, 7.0])]
    store.commit([batch(records(rows, columns=[PREDICTION, SCORE]), labels={"0": "0", "1": "1", "2": "TRUE", "3": "no"})], NOW)
    bins = counts(all_hours(store), column_number(store, "score_label", "score_label"))[START, "v1"]
    assert bins == {0: 1, 250 * 2 + 1: 1, 999 * 2 + 1: 1, 999 * 2: 1}


def test_two_classes_whose_names_say_nothing_are_told_apart_by_the_score(store: Store) -> None:
    rows = [Row(id="a", prediction="cat", score=0.9), Row(id="b", prediction="dog", score=0.1), Row(id="c", prediction="dog", score=0.2)]
    store.commit([batch(records(rows, columns=[PREDICTION, SCORE]), labels={"a": "cat", "b": "dog", "c": "cat"})], NOW)
    bins = counts(all_hours(store), column_number(store, "score_label", "score_label"))[START, "v1"]
    assert bins == {900 * 2 + 1: 1, 100 * 2: 1, 200 * 2 + 1: 1}


@pytest.mark.parametrize(
    ("names", "positive"),
    [(["0", "1"], "1"), (["TRUE", "false"], "TRUE"), (["no", "fraud"], "fraud"), (["cat", "dog"], ""), (["0", "2", "3"], ""), ([], "")],
)
def test_the_positive_class(names: list[str], positive: str) -> None:
    assert positive_class(names) == positive


def test_more_classes_than_there_are_places_share_the_last(store: Store) -> None:
    rows = [Row(id=str(number), prediction=f"p{number}") for number in range(600)]
    store.commit([batch(records(rows, columns=[PREDICTION]), labels={str(number): f"p{number}" for number in range(600)})], NOW)
    bins = counts(all_hours(store), column_number(store, "confusion", "confusion"))[START, "v1"]
    assert sum(bins.values()) == 600
    assert bins[511 * CLASSES + 511] == 600 - 511


def test_labels_that_waited_too_long_are_given_up(tmp_path: Path) -> None:
    store = Store.open(tmp_path, Keep(rows=DAY))
    store.commit([batch(labels={"never": "1"})], NOW)
    store.expire(NOW + 2 * DAY, Keep(rows=DAY))
    assert store.label_counts() == (1, 0, 0)
    store.close()
