"""A process that dies at any named point, or at any byte of a write, leaves whole commits only."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.builders import NOW
from tests.store.casualties import DAY, KILLED, STEP, Kill, append, file_limit, nursery, prove, prove_counts
from tuimon.config import Keep
from tuimon.store import Store, StoreError, StoreUnwritable
from tuimon.store.database import wal_of


@pytest.fixture(scope="module")
def kill() -> Iterator[Kill]:
    with nursery() as found:
        yield found


@pytest.fixture
def half(tmp_path: Path) -> Path:
    """A store of four steps, two of them in the write-ahead log only."""
    store = Store.open(tmp_path / "state", Keep())
    for step in range(4):
        append(store)
        if step == 1:
            store.checkpoint(force=True)
    store.abandon()
    return tmp_path / "state"


def holds_and_goes_on(directory: Path, rows: int) -> None:
    """Prove that so many rows are there, let go of the store, and go on."""
    store = Store.open(directory, Keep())
    assert prove(store) == rows
    store.close()
    go_on(directory)


def go_on(directory: Path) -> None:
    """Open, prove, go on from the stored position and prove again."""
    store = Store.open(directory, Keep())
    assert store.notices == ()
    before = prove(store)
    assert append(store) == before + STEP
    assert prove(store) == before + STEP
    store.close()


BEFORE_THE_COMMIT = [
    ("BEGIN", "before"),
    ("INSERT INTO rows_", "after"),
    ("INSERT INTO labels", "after"),
    ("DELETE FROM blocks", "after"),
    ("INSERT INTO blocks", "after"),
    ("INSERT INTO rejects", "after"),
    ("DELETE FROM generations", "after"),
    ("COMMIT", "before"),
]


@pytest.mark.parametrize(("statement", "when"), BEFORE_THE_COMMIT)
def test_killed_before_the_commit_nothing_of_it_is_there(half: Path, kill: Kill, statement: str, when: str) -> None:
    assert kill("commits", half, statement, when) == KILLED
    holds_and_goes_on(half, 4 * STEP)


@pytest.mark.parametrize(("statement", "when"), [("COMMIT", "after"), ("CHECKPOINT", "before"), ("CHECKPOINT", "after")])
def test_killed_after_the_commit_all_of_it_is_there(half: Path, kill: Kill, statement: str, when: str) -> None:
    assert kill("checkpoints", half, statement, when) == KILLED
    holds_and_goes_on(half, 5 * STEP)


RETENTION = [
    ("DELETE FROM rows_", "after", 1),
    ("DELETE FROM labels", "after", 1),
    ("COMMIT", "before", 2),
    ("COMMIT", "after", 2),
    ("COMMIT", "before", 3),
    ("COMMIT", "after", 3),
    ("DROP TABLE", "after", 1),
    ("COMMIT", "before", 4),
    ("COMMIT", "after", 4),
    ("CHECKPOINT", "before", 1),
]


@pytest.mark.parametrize(("statement", "when", "times"), RETENTION)
def test_killed_in_retention_the_books_still_prove_every_row(half: Path, kill: Kill, statement: str, when: str, times: int) -> None:
    assert kill("expires", half, statement, when, times) == KILLED
    store = Store.open(half, Keep())
    prove_counts(store, 5 * STEP)
    store.expire(NOW + 8 * DAY, Keep())
    assert store.rows("m").num_rows <= STEP
    prove_counts(store, 5 * STEP)
    store.close()


@pytest.mark.parametrize(
    ("statement", "when", "left"),
    [
        ("DELETE FROM rows_", "after", 4 * STEP),
        ("COMMIT", "before", 4 * STEP),
        ("COMMIT", "after", 0),
        ("CHECKPOINT", "before", 0),
        ("CHECKPOINT", "after", 0),
    ],
)
def test_killed_while_rows_are_forgotten_all_or_none_are(half: Path, kill: Kill, statement: str, when: str, left: int) -> None:
    assert kill("forgets", half, statement, when) == KILLED
    store = Store.open(half, Keep())
    assert store.rows("m").num_rows == left
    prove_counts(store, 4 * STEP)
    store.close()


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.98])
def test_killed_inside_the_write_of_a_commit(half: Path, kill: Kill, part: float) -> None:
    log = wal_of(half / "tuimon.duckdb")
    size = log.stat().st_size
    assert kill("commits", half, limit=int(size + part * size / 2)) == -signal.SIGXFSZ
    go_on(half)


@pytest.mark.parametrize("part", [0.0, 0.3, 0.7, 0.99])
def test_killed_inside_the_write_of_a_checkpoint(half: Path, kill: Kill, part: float) -> None:
    log, database = wal_of(half / "tuimon.duckdb"), half / "tuimon.duckdb"
    least = 2 * log.stat().st_size
    limit = max(least, int(database.stat().st_size * (1 + part) / 2))
    assert kill("checkpoints", half, limit=limit) == -signal.SIGXFSZ
    go_on(half)


@pytest.mark.parametrize("room", [1, 3_000, 20_000])
@pytest.mark.parametrize("checkpoint", [False, True])
def test_a_full_disk_is_said_and_nothing_is_lost_or_doubled_when_there_is_space_again(half: Path, room: int, checkpoint: bool) -> None:
    store = Store.open(half, Keep())
    acknowledged = [4 * STEP]

    def until_it_fails() -> None:
        while True:
            acknowledged.append(append(store))
            store.checkpoint(force=checkpoint)

    limit = (half / "tuimon.duckdb").stat().st_size if checkpoint else wal_of(half / "tuimon.duckdb").stat().st_size
    with file_limit(limit + room):
        with pytest.raises(StoreUnwritable, match="is full: reading waits"):
            until_it_fails()
        store.abandon()
        store = Store.open(half, Keep())
        assert store.notices == ()
        assert prove(store) >= acknowledged[-1]
        store.abandon()
    go_on(half)


def test_after_a_failed_checkpoint_nothing_more_is_taken_until_it_is_opened_again(half: Path) -> None:
    store = Store.open(half, Keep())
    with file_limit(13_000), pytest.raises(StoreUnwritable):
        store.checkpoint(force=True)
    for _ in range(2):
        with pytest.raises(StoreError, match=r"full|open it again"):
            append(store)
    with pytest.raises(StoreError):
        store.rows("m")
    store.abandon()
    go_on(half)
