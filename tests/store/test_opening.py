"""The store opens, or says in one sentence why not; nothing is ever deleted."""

from __future__ import annotations

import hashlib
import stat
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from tests.store.builders import NOW, Row, batch, records
from tuimon.config import Keep
from tuimon.store import Store, StoreError, StoreLocked

HOLDER = """
import sys
from pathlib import Path
from tuimon.config import Keep
from tuimon.store import Store
store = Store.open(Path(sys.argv[1]), Keep())
print("open", flush=True)
sys.stdin.read()
"""

KILLED = """
import os, sys
from pathlib import Path
from tests.store.test_opening import filled
store = filled(Path(sys.argv[1]))
os._exit(9)
"""


def filled(directory: Path, rows: int = 50) -> Store:
    store = Store.open(directory, Keep())
    store.commit([batch(records([Row(at=index) for index in range(rows)]), position=rows)], NOW)
    return store


def test_what_was_committed_is_there_again(tmp_path: Path) -> None:
    filled(tmp_path).close()
    store = Store.open(tmp_path, Keep())
    assert (store.models()[0].rows, store.generations()[0].position, store.notices) == (50, 50, ())
    assert store.next_generation_number() == 2
    store.close()


def test_everything_in_the_directory_is_private(tmp_path: Path) -> None:
    directory = tmp_path / "new" / "state"
    store = filled(directory)
    store.secret()
    store.checkpoint(force=True)
    store.commit([batch(records([Row()]))], NOW)
    store.checkpoint()
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir() if path.is_file()} == {0o600}
    store.close()


def test_the_secret_stays(tmp_path: Path) -> None:
    store = Store.open(tmp_path, Keep())
    first = store.secret()
    store.close()
    again = Store.open(tmp_path, Keep())
    assert again.secret() == first
    assert len(first) == 32
    again.close()


@pytest.mark.parametrize("other", [None, bytes(32), b"cut off"])
def test_a_store_without_its_own_secret_is_refused_and_opens_once_it_is_back(tmp_path: Path, other: bytes | None) -> None:
    filled(tmp_path).close()
    path = tmp_path / "secret"
    own = path.read_bytes()
    path.unlink()
    if other is not None:
        path.write_bytes(other)
    with pytest.raises(StoreError, match="secret is missing or not the one"):
        Store.open(tmp_path, Keep())
    assert (path.read_bytes() if path.exists() else None) == other
    path.write_bytes(own)
    store = Store.open(tmp_path, Keep())
    assert (store.secret(), store.models()[0].rows) == (own, 50)
    store.close()


def test_a_second_process_is_told_who_has_the_store(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StoreLocked, match=f"in use by process {holder.pid}") as caught:
            Store.open(tmp_path, Keep())
        assert caught.value.pid == holder.pid
        holder.kill()
    Store.open(tmp_path, Keep()).close()


def leave_a_log(directory: Path) -> Path:
    """Leave a store as a killed process does: with its write-ahead log."""
    subprocess.run([sys.executable, "-c", KILLED, str(directory)], check=False)
    return directory / "tuimon.duckdb.wal"


def test_a_damaged_log_is_put_aside(tmp_path: Path) -> None:
    log = leave_a_log(tmp_path)
    damaged = bytearray(log.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    log.write_bytes(damaged)
    store = Store.open(tmp_path, Keep())
    assert len(store.notices) == 1
    assert "read again" in store.notices[0]
    assert store.generations() == ()
    kept = next(tmp_path.glob("tuimon.duckdb.wal.corrupt-*"))
    assert kept.read_bytes() == damaged
    store.commit([batch(records([Row()]))], NOW)
    store.close()


def test_a_torn_log_opens_at_the_last_whole_commit(tmp_path: Path) -> None:
    log = leave_a_log(tmp_path)
    log.write_bytes(log.read_bytes()[:-20])
    store = Store.open(tmp_path, Keep())
    rows = store.models()[0].rows if store.models() else 0
    assert rows == sum(generation.books.rows for generation in store.generations()) == store.totals().rows
    assert all(proof.ok for proof in store.verify())
    store.close()


@pytest.mark.parametrize("content", [b"", b"just a text\n" * 100, b"\x00" * 5_000])
def test_a_file_that_is_no_database_is_put_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "tuimon.duckdb").write_bytes(content)
    store = Store.open(tmp_path, Keep())
    assert len(store.notices) == 1
    assert next(tmp_path.glob("tuimon.duckdb.corrupt-*")).read_bytes() == content
    store.close()


def test_a_damaged_database_is_put_aside(tmp_path: Path) -> None:
    filled(tmp_path).close()
    path = tmp_path / "tuimon.duckdb"
    content = path.read_bytes()
    path.write_bytes(b"\xff" * 4_096 + content[4_096:])
    store = Store.open(tmp_path, Keep())
    assert store.models() == ()
    assert len(list(tmp_path.glob("tuimon.duckdb.corrupt-*"))) == 1
    store.close()


def test_a_store_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    filled(tmp_path).close()
    path = tmp_path / "tuimon.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    before = hashlib.sha256(path.read_bytes()).digest()
    with pytest.raises(StoreError, match="version 99"):
        Store.open(tmp_path, Keep())
    assert hashlib.sha256(path.read_bytes()).digest() == before


REFUSALS = [
    ("Trying to read a database file with version number 999, but we can only read versions between 64 and 69.", "newer DuckDB"),
    ("Cannot open file: Permission denied", "make it writable"),
    ("could not allocate block", "memory_limit"),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSALS)
def test_what_is_no_damage_is_left_alone(tmp_path: Path, text: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_a_log(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kind = duckdb.OutOfMemoryException if "allocate" in text else duckdb.IOException

    def refuse(*_: object, **__: object) -> None:
        raise kind(text)

    with monkeypatch.context() as patch:
        patch.setattr(duckdb, "connect", refuse)
        with pytest.raises(StoreError, match=sentence):
            Store.open(tmp_path, Keep())
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="state directory"):
        Store.open(tmp_path / "file" / "state", Keep())


def test_another_thread_is_refused(tmp_path: Path) -> None:
    store = filled(tmp_path)
    caught: list[BaseException] = []

    def use() -> None:
        try:
            store.cells("m", 60, 0, 1)
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert "thread" in str(caught[0])
    store.close()


def test_the_store_never_reads_other_files(tmp_path: Path) -> None:
    store = Store.open(tmp_path, Keep())
    (tmp_path / "x.csv").write_text("a\n1\n")
    for sql in (f"SELECT * FROM read_csv('{tmp_path}/x.csv')", "SET enable_external_access=true", f"ATTACH '{tmp_path}/y.duckdb'"):
        with pytest.raises(duckdb.Error):
            store._database.run(sql)
    store.close()
