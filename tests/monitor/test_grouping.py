"""Many small files together, and a store that has too little memory for all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.monitor.logs import START, open_session
from tuimon.store import Store, StoreMemory
from tuimon.store.facts import Committed
from tuimon.values import Batch

CONFIG = """
[sources.parts]
paths = ["part-*.jsonl"]
"""


def write_files(directory: Path, count: int) -> None:
    for number in range(count):
        lines = [f'{{"ts":{START + number},"id":"{number}-{line}","prediction":1,"amount":{line}}}\n' for line in range(3)]
        (directory / f"part-{number:03d}.jsonl").write_text("".join(lines))


def test_files_of_one_layout_are_committed_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    commit = Store.commit

    def counting(store: Store, batches: Sequence[Batch], now: float) -> Committed:
        sizes.append(len(batches))
        return commit(store, batches, now)

    monkeypatch.setattr(Store, "commit", counting)
    write_files(tmp_path, 40)
    session = open_session(tmp_path, CONFIG)
    session.ingest(lambda: False)
    assert sizes == [40]
    assert (session.totals().rows, session.totals().files) == (120, 40)
    assert all(proof.ok for proof in session.store.verify())
    session.close()


def test_a_commit_over_the_memory_limit_is_made_in_halves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit, sizes = Store.commit, []

    def small(store: Store, batches: Sequence[Batch], now: float) -> Committed:
        if len(batches) > 6:
            raise StoreMemory("too much")
        sizes.append(len(batches))
        return commit(store, batches, now)

    monkeypatch.setattr(Store, "commit", small)
    write_files(tmp_path, 40)
    session = open_session(tmp_path, CONFIG)
    session.ingest(lambda: False)
    assert max(sizes) <= 6
    assert session.totals().rows == 120
    session.close()


def test_what_was_committed_before_a_failure_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit, left = Store.commit, [3]

    def failing(store: Store, batches: Sequence[Batch], now: float) -> Committed:
        if len(batches) > 6 or not left[0]:
            raise StoreMemory("too much")
        left[0] -= 1
        return commit(store, batches, now)

    monkeypatch.setattr(Store, "commit", failing)
    write_files(tmp_path, 40)
    session = open_session(tmp_path, CONFIG)
    with pytest.raises(StoreMemory):
        session.ingest(lambda: False)
    left[0] = 1000
    session.ingest(lambda: False)
    assert session.totals().rows == 120
    assert all(proof.ok for proof in session.store.verify())
    session.close()
