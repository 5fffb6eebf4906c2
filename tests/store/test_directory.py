"""Whose state directory it is, whether it can be written, and whether it is still the one that was opened."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from tests.store.builders import NOW, Row, batch, records
from tests.store.casualties import STEP, append, prove_counts
from tuimon.config import Keep
from tuimon.store import Store, StoreDamaged, StoreError, StoreGone, StoreMemory, StoreUnwritable
from tuimon.store.database import wal_of

DATABASE = "tuimon.duckdb"


def refused(directory: Path) -> str:
    """Return the sentence with which a store is refused, and check that nothing on disk changed."""
    before = {path: path.lstat() for path in sorted(directory.rglob("*"))}
    with pytest.raises(StoreError) as caught:
        Store.open(directory, Keep())
    assert not isinstance(caught.value, StoreUnwritable | StoreDamaged)
    assert {path: path.lstat() for path in sorted(directory.rglob("*"))} == before
    return str(caught.value)


def test_the_directory_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(tmp_path / "state", Keep()).close()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert f"{tmp_path / 'state'} belongs to user {os.getuid()}" in refused(tmp_path / "state")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
@pytest.mark.parametrize("name", [DATABASE, f"{DATABASE}.wal", "secret"])
def test_a_file_of_another_user_is_refused(tmp_path: Path, name: str) -> None:
    store = Store.open(tmp_path, Keep())
    append(store)
    store.abandon()
    os.chown(tmp_path / name, 12_345, 12_345)
    said = refused(tmp_path)
    assert f"{tmp_path / name} belongs to user 12345" in said


@pytest.mark.parametrize("name", [DATABASE, f"{DATABASE}.wal", "secret"])
@pytest.mark.parametrize("target", ["somewhere", "nowhere"])
def test_a_planted_link_is_refused(tmp_path: Path, name: str, target: str) -> None:
    state = tmp_path / "state"
    Store.open(state, Keep()).close()
    (tmp_path / "somewhere").write_bytes((state / DATABASE).read_bytes())
    (state / name).unlink(missing_ok=True)
    (state / name).symlink_to(tmp_path / target)
    assert f"{state / name} is a symbolic link" in refused(state)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / DATABASE)
    assert "is no regular file" in refused(tmp_path)


def test_the_state_directory_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o755)
    (tmp_path / "state").symlink_to(tmp_path / "real")
    Store.open(tmp_path / "state", Keep()).close()
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_its_owner_closed_stays_closed(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(mode=0o500)
    with pytest.raises(StoreUnwritable, match="Permission denied"):
        Store.open(tmp_path / "state", Keep())
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o500


def test_a_directory_below_a_file_is_unwritable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreUnwritable, match="make it writable, or choose another"):
        Store.open(tmp_path / "file" / "state", Keep())


def test_a_store_in_memory_counts_and_keeps_no_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store.in_memory(Keep())
    for _ in range(3):
        append(store)
    assert store.rows("m").num_rows == 0
    assert (store.size_bytes(), len(store.secret())) == (0, 32)
    store.check_place()
    store.expire(NOW, Keep(max_size=1))
    prove_counts(store, 3 * STEP)
    store.checkpoint(force=True)
    store.close()
    assert list(tmp_path.iterdir()) == []


def lose(state: Path) -> None:
    shutil.rmtree(state)


def lose_file(state: Path) -> None:
    (state / DATABASE).unlink()


def replace(state: Path) -> None:
    """Put another store, with commits in its log, in the place of this one."""
    other = Store.open(state.with_name("other"), Keep())
    append(other)
    other.abandon()
    state.rename(state.with_name("away"))
    state.with_name("other").rename(state)


def test_a_store_that_is_open_in_this_process_is_no_damage(tmp_path: Path) -> None:
    store = Store.open(tmp_path, Keep())
    append(store)
    assert "cannot be opened" in refused(tmp_path)
    assert append(store) == 2 * STEP
    store.close()


@pytest.mark.parametrize("how", [lose, lose_file, replace])
def test_a_store_that_lost_its_place_says_so_and_leaves_what_is_there_alone(tmp_path: Path, how: object) -> None:
    state = tmp_path / "state"
    store = Store.open(state, Keep())
    append(store)
    store.check_place()
    assert callable(how)
    how(state)
    there = wal_of(state / DATABASE)
    before = there.read_bytes() if there.exists() else None
    with pytest.raises(StoreGone, match="was removed or replaced"):
        store.check_place()
    store.close()
    assert (there.read_bytes() if there.exists() else None) == before


def test_a_query_over_the_memory_limit_is_said_and_the_store_goes_on(tmp_path: Path) -> None:
    store = Store.open(tmp_path, Keep(memory_limit=64_000_000))
    for step in range(6):
        rows = [Row(at=index / 100, city=f"{step}-{index:_>4000}") for index in range(4_000)]
        store.commit([batch(records(rows), position=step + 1)], NOW)
    before = store.totals()
    with pytest.raises(StoreMemory, match="raise memory_limit in"):
        store.rows("m", limit=10_000_000)
    store.commit([batch(records([Row()]), position=9)], NOW)
    assert store.totals().rows == before.rows + 1
    assert [proof.problem for proof in store.verify() if not proof.ok] == []
    store.close()
