"""Batches that are committed together are what they are one by one."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from tests.store.builders import AMOUNT, CITY, NOW, PREDICTION, Row, all_hours, batch, column_number, counts, records
from tuimon.config import Keep
from tuimon.store import Store
from tuimon.store.classes import CLASSES
from tuimon.values.batch import Batch, Sampled


def batches(seed: int) -> list[Batch]:
    """Three files in turns, two models, a column that comes and goes, labels before and after their records."""
    chance, found, positions = random.Random(seed), [], {1: 0, 2: 0, 3: 0}
    for step in range(40):
        rows = [
            Row(
                at=chance.uniform(0, 9000),
                amount=chance.gauss(0, 1),
                id=f"r{step}-{n}",
                prediction=chance.choice("ab"),
                bad=chance.random() < 0.1,
            )
            for n in range(chance.randint(0, 60))
        ]
        columns = [AMOUNT, CITY, PREDICTION] if chance.random() < 0.7 else [AMOUNT, PREDICTION]
        ids = [f"r{chance.randint(0, 40)}-{chance.randint(0, 9)}" for _ in range(5)]
        labels = [(identity, chance.choice("ab")) for identity in ids]
        number = chance.choice([1, 2, 3])
        positions[number] += 10
        model = chance.choice(["m", "m", "other"])
        found.append(
            batch(
                replace(records(rows, model=model, columns=columns), sampled=sampled(chance, len(rows))),
                generation=number,
                position=positions[number],
                rejects=chance.randint(0, 3),
                labels=labels if chance.random() < 0.5 else [],
                layout=f"{step}" if chance.random() < 0.2 else None,
            )
        )
    return found


def sampled(chance: random.Random, rows: int) -> Sampled | None:
    """Of one batch in two: rates, some of which cannot be used."""
    weights = [chance.choice([None, 1.0, 10.0, 1 / 0.3]) for _ in range(rows)]
    return Sampled(pa.array(weights, pa.float64()), chance.choice([1.0, 4.0])) if chance.random() < 0.5 else None


def known(store: Store) -> dict[str, object]:
    """What the store can be asked, but for column numbers and the order in which rows with one time lie or labels join."""
    found: dict[str, object] = {"totals": store.totals(), "generations": store.generations(), "layouts": store.layouts()}
    for model in store.models():
        name = model.name
        found[name] = model
        for column in store.columns(name):
            key = (name, column.role, column.name)
            hours = counts(all_hours(store, name), column.number)
            found[str(key)] = (column.grid, column.values, hours) if column.role != "confusion" else by_name(column.values, hours)
        table = store.rows(name).sort_by([("generation", "ascending"), ("ts", "ascending"), ("line", "ascending")])
        names = {f"f_{column.number}": column.name for column in store.columns(name)}
        found[f"rows of {name}"] = table.rename_columns([names.get(own, own) for own in table.column_names]).to_pydict()
    found["rejects"] = sorted((reject.file, reject.line, reject.offset) for reject in store.rejects(None))
    return found


def by_name(values: tuple[str, ...], hours: dict[tuple[int, str], dict[int, int]]) -> dict[tuple[int, str], dict[tuple[str, str], int]]:
    """The pairs of a confusion matrix by what they are: labels of one commit join in no order, and the first to join is numbered first."""
    return {
        hour: {(values[pair // CLASSES], values[pair % CLASSES]): count for pair, count in pairs.items()} for hour, pairs in hours.items()
    }


@pytest.mark.parametrize("seed", [0, 3, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 4, 5))])
def test_together_and_one_by_one_come_to_the_same(tmp_path: Path, seed: int) -> None:
    chance, todo = random.Random(seed), batches(seed)
    single, grouped = Store.open(tmp_path / "single", Keep()), Store.open(tmp_path / "grouped", Keep())
    for one in todo:
        single.commit([one], NOW)
    while todo:
        size = chance.randint(1, 12)
        done = grouped.commit(todo[:size], NOW)
        assert [generation.position for generation in done.generations] == [one.generation.position for one in todo[:size]]
        todo = todo[size:]
    assert known(grouped) == known(single)
    assert [proof.problem for proof in grouped.verify()] == [""] * 5
    for store in (single, grouped):
        store.close()


def test_one_that_cannot_be_stored_takes_the_others_with_it(tmp_path: Path) -> None:
    store = Store.open(tmp_path, Keep())
    store.commit([batch(records([Row()]), position=5)], NOW)
    before = known(store)
    good, bad = batch(records([Row(at=9.0)]), position=9), batch(records([Row()]), generation=2, rejects=1)
    broken = replace(bad, rejects=bad.rejects.drop_columns(["line"]))
    with pytest.raises(pa.ArrowInvalid):
        store.commit([good, broken], NOW)
    assert known(store) == before
    assert column_number(store, "feature", "amount")
    store.close()
