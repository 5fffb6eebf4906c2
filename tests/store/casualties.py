"""A store that grows by known steps, and processes that die at a named statement of it."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from tests.store.builders import NOW, Row, all_hours, batch, column_number, counts, records
from tuimon.config import Keep
from tuimon.store import Store
from tuimon.store.database import Database

STEP = 30
"""Rows of one commit."""
DAY = 86_400.0
KILLED = 9
NURSERY = "from tests.store.casualties import serve; serve()"


def append(store: Store) -> int:
    """Commit the next rows from where the store says it is, with a reject and labels for some of them; return the new position."""
    position = store.generations()[0].position if store.generations() else 0
    rows = [Row(at=number * 7.0, amount=float(number % 13), id=f"r{number}") for number in range(position, position + STEP)]
    labels = {f"r{number}": "1" for number in range(max(0, position - 10), position + 20)}
    store.commit([batch(records(rows), position=position + STEP, rejects=1, labels=labels)], NOW)
    return position + STEP


def prove(store: Store) -> int:
    """Check that each row up to the store's position is there exactly once, in rows, cells, books and proofs; return the position."""
    position = store.generations()[0].position if store.generations() else 0
    prove_counts(store, position)
    if position:
        assert sorted(store.rows("m").column("id").to_pylist()) == sorted(f"r{number}" for number in range(position))
    return position


def prove_counts(store: Store, position: int) -> None:
    """Check books, cells and proofs, whatever retention left of the rows."""
    assert [proof.problem for proof in store.verify() if not proof.ok] == []
    assert store.totals().rows == sum(generation.books.rows for generation in store.generations()) == position
    if position:
        traffic = counts(all_hours(store), column_number(store, "traffic", "traffic"))
        assert sum(sum(bins.values()) for bins in traffic.values()) == store.models()[0].rows == position


@contextmanager
def file_limit(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond `size` bytes, as a full disk would not."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def commits(directory: Path) -> None:
    """Commit one step."""
    append(Store.open(directory, Keep()))


def checkpoints(directory: Path) -> None:
    """Commit one step and fold the log in."""
    store = Store.open(directory, Keep())
    append(store)
    store.checkpoint(force=True)


def expires(directory: Path) -> None:
    """Remove rows by age, then more of them by size."""
    store = Store.open(directory, Keep())
    store.commit([batch(records([Row(at=1)] * STEP), generation=2, position=STEP)], NOW + 7.5 * DAY)
    store.expire(NOW + 8 * DAY, Keep(max_size=1))


def forgets(directory: Path) -> None:
    """Delete the rows before a moment."""
    Store.open(directory, Keep()).forget(None, NOW, None)


ACTIONS = {action.__name__: action for action in (commits, checkpoints, expires, forgets)}


def die_at(statement: str, when: str, times: int) -> None:
    """From now on end this process at once before or after the n-th statement that begins so."""
    execute, seen = Database.run, 0

    def run(database: Database, sql: str, parameters: Sequence[object] = ()) -> None:
        nonlocal seen
        seen += sql.startswith(statement)
        last = sql.startswith(statement) and seen == times
        if last and when == "before":
            os._exit(KILLED)
        execute(database, sql, parameters)
        if last:
            os._exit(KILLED)

    mock.patch.object(Database, "run", run).start()


def serve() -> None:
    """Fork a child for every line "action<TAB>directory<TAB>statement<TAB>when<TAB>times<TAB>limit" and print how it ended."""
    for line in sys.stdin:
        action, directory, statement, when, times, limit = line.rstrip("\n").split("\t")
        child = os.fork()
        if not child:
            if statement:
                die_at(statement, when, int(times))
            if limit:
                signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
                resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
            ACTIONS[action](Path(directory))
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


Kill = Callable[..., int]


@contextmanager
def nursery() -> Iterator[Kill]:
    """Return a function that has an action die in a process of its own and returns how that ended; imports are paid for once."""
    with subprocess.Popen([sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        orders, answers = process.stdin, process.stdout
        assert orders is not None
        assert answers is not None

        def kill(action: str, directory: Path, statement: str = "", when: str = "", times: int = 1, limit: int | None = None) -> int:
            orders.write(f"{action}\t{directory}\t{statement}\t{when}\t{times}\t{'' if limit is None else limit}\n")
            orders.flush()
            return int(answers.readline())

        yield kill
        orders.close()
