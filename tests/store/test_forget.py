"""What the user wants forgotten is gone from the rows; the counts stay."""

from __future__ import annotations

import pytest

from tests.store.builders import AMOUNT, CITY, NOW, PREDICTION, START, Row, all_hours, batch, column_number, counts, records
from tuimon.store import Store


@pytest.fixture
def filled(store: Store) -> Store:
    rows = [Row(at=index * 60.0, amount=float(index), city=f"town {index}", id=f"id{index % 3}", prediction="a") for index in range(9)]
    store.commit([batch(records(rows, columns=[AMOUNT, CITY, PREDICTION]), labels={"id1": "a", "id9": "b"})], NOW)
    return store


def test_a_column_is_emptied_and_its_names_are_gone(filled: Store) -> None:
    number = column_number(filled, "feature", "city")
    before = counts(all_hours(filled), number)
    assert filled.forget("city", None, None) == 9
    rows = filled.rows("m")
    assert rows.column(f"f_{number}").null_count == 9
    assert rows.column("f_2").null_count == 0
    column = next(column for column in filled.columns("m") if column.number == number)
    assert not any("town" in value for value in column.values)
    assert counts(all_hours(filled), number) == before
    assert all(proof.ok for proof in filled.verify())


def test_waiting_values_of_a_column_are_forgotten_too(filled: Store) -> None:
    assert filled.forget("amount", None, None) == 9
    assert filled._database.number("SELECT count(*) FROM pending") == 0


def test_an_id_takes_its_rows_and_labels(filled: Store) -> None:
    before = all_hours(filled).n.tolist()
    assert filled.forget(None, None, "id1") == 3
    assert set(filled.rows("m").column("id").to_pylist()) == {"id0", "id2"}
    assert filled._database.rows("SELECT id FROM labels") == [("id9",)]
    assert filled.label_counts()[0] == 2
    assert all_hours(filled).n.tolist() == before
    assert all(proof.ok for proof in filled.verify())


def test_a_time_takes_what_is_older(filled: Store) -> None:
    assert filled.forget(None, START + 180.0, None) == 3
    assert filled.row_span("m") == (START + 180.0, START + 480.0, 6)
    assert all(proof.ok for proof in filled.verify())


def test_conditions_are_met_together(filled: Store) -> None:
    assert filled.forget("amount", START + 240.0, "id0") == 2
    assert filled.rows("m").column("f_2").to_pylist() == [None, 1.0, 2.0, None, 4.0, 5.0, 6.0, 7.0, 8.0]
    assert filled.forget(None, START + 240.0, "id0") == 2
    assert filled.forget(None, None, None) == 0
    assert filled.forget("no such column", None, None) == 0
    assert filled.models()[0].rows == 9
