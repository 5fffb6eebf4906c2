"""Many small files together, and a store that has too little memory for all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.monitor.logs import START, open_session
from tuimon.monitor.session import Session
from tuimon.store import Store, StoreMemory
from tuimon.store.facts import Committed
from tuimon.values.batch import Batch

CONFIG = """
[sources.parts]
paths = ["part-*.jsonl"]
"""


@dataclass
class Commits:
    """How many batches each commit had, and what is refused."""

    sizes: list[int] = field(default_factory=list)
    most: int = 1_000
    times: int = 1_000


def write_files(directory: Path, count: int) -> None:
    for number in range(count):
        lines = [f'{{"ts":{START + number},"id":"{number}-{line}","prediction":1,"amount":{line}}}\n' for line in range(3)]
        (directory / f"part-{number:03d}.jsonl").write_text("".join(lines))


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> Commits:
    """Watches the store's commits and refuses those that its limits forbid."""
    commit, watched = Store.commit, Commits()

    def limited(store: Store, batches: Sequence[Batch], now: float) -> Committed:
        if len(batches) > watched.most or len(watched.sizes) >= watched.times:
            raise StoreMemory("too much")
        watched.sizes.append(len(batches))
        return commit(store, batches, now)

    monkeypatch.setattr(Store, "commit", limited)
    return watched


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A session over 40 small files."""
    write_files(tmp_path, 40)
    opened = open_session(tmp_path, CONFIG)
    yield opened
    opened.close()


def test_files_of_one_layout_are_committed_together(session: Session, commits: Commits) -> None:
    session.ingest(lambda: False)
    assert commits.sizes == [40]
    assert (session.totals().rows, session.totals().files) == (120, 40)
    assert all(proof.ok for proof in session.store.verify())


def test_a_commit_over_the_memory_limit_is_made_in_halves(session: Session, commits: Commits) -> None:
    commits.most = 6
    session.ingest(lambda: False)
    assert max(commits.sizes) <= 6
    assert session.totals().rows == 120


def test_what_was_committed_before_a_failure_is_not_read_again(session: Session, commits: Commits) -> None:
    commits.most, commits.times = 6, 3
    with pytest.raises(StoreMemory):
        session.ingest(lambda: False)
    commits.times = 1_000
    session.ingest(lambda: False)
    assert session.totals().rows == 120
    assert all(proof.ok for proof in session.store.verify())
