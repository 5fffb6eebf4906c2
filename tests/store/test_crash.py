"""A writer that is killed at any moment leaves whole commits only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.builders import NOW, Row, all_hours, batch, column_number, counts, records
from tuimon.config import Keep
from tuimon.store import Store

WRITER = """
import sys
from pathlib import Path
from tests.store.test_crash import write
write(Path(sys.argv[1]))
"""


def write(directory: Path) -> None:
    """Commit 30 rows at a time for ever, each commit from where the store says it is."""
    store = Store.open(directory, Keep())
    while True:
        position = store.generations()[0].position if store.generations() else 0
        rows = [Row(at=number * 7.0, amount=float(number % 13), id=f"r{number}") for number in range(position, position + 30)]
        labels = {f"r{number}": "1" for number in range(max(0, position - 10), position + 20)}
        store.commit([batch(records(rows), position=position + 30, rejects=1, labels=labels)], NOW)
        store.checkpoint(force=position % 150 == 0)
        sys.stdout.write(f"{position + 30}\n")
        sys.stdout.flush()


@pytest.mark.parametrize("commits", [1, 9])
def test_killed_writers_lose_and_double_nothing(tmp_path: Path, commits: int) -> None:
    last = 0
    for _ in range(2):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for _ in range(commits):
                last = int(writer.stdout.readline())
            writer.kill()
    store = Store.open(tmp_path, Keep())
    generation = store.generations()[0]
    assert generation.position >= last
    assert store.rows("m").column("line").to_pylist() == list(range(1, 31)) * (generation.position // 30)
    assert generation.books.rows == generation.position == store.models()[0].rows
    traffic = counts(all_hours(store), column_number(store, "traffic", "traffic"))
    assert sum(sum(bins.values()) for bins in traffic.values()) == generation.position
    assert [proof.problem for proof in store.verify()] == ["", ""]
    store.close()
