"""A damaged file or log is put aside and named, nothing is deleted, and what is committed afterwards counts once."""

from __future__ import annotations

import hashlib
import random
import shutil
import struct
from pathlib import Path

import duckdb
import pytest

from tests.store.builders import NOW, Row, batch, records
from tests.store.casualties import STEP, append, prove
from tuimon.config import Keep
from tuimon.store import Store, StoreDamaged, StoreError
from tuimon.store.database import suspicion_of, wal_of

DATABASE = "tuimon.duckdb"
HEADERS = 3 * 4096
BLOCK = 262_144


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of two steps in the file and three more in the write-ahead log."""
    directory = tmp_path_factory.mktemp("half")
    store = Store.open(directory, Keep())
    for step in range(5):
        append(store)
        if step == 1:
            store.checkpoint(force=True)
    store.abandon()
    return directory


@pytest.fixture
def place(half: Path, tmp_path: Path) -> Path:
    """A copy of it to be damaged."""
    return Path(shutil.copytree(half, tmp_path / "state"))


def read_again(directory: Path) -> tuple[int, tuple[str, ...]]:
    """Open, prove, commit what comes next and prove again; return where it went on from, and what was told."""
    store = Store.open(directory, Keep())
    position = prove(store)
    assert append(store) == position + STEP
    assert prove(store) == position + STEP
    store.close()
    return position, store.notices


def sample(size: int, count: int, seed: int) -> list[int]:
    """Return positions all over a file, its ends included."""
    return sorted({0, 1, size - 1, *random.Random(seed).sample(range(size), count)})


def test_a_log_torn_anywhere_opens_at_its_last_whole_commit(half: Path, tmp_path: Path) -> None:
    whole = wal_of(half / DATABASE).read_bytes()
    reached = set()
    for index, cut in enumerate(sample(len(whole), 9, 1)):
        place = Path(shutil.copytree(half, tmp_path / str(index)))
        wal_of(place / DATABASE).write_bytes(whole[:cut])
        position, notices = read_again(place)
        reached.add(position)
        assert not any("store was damaged" in notice for notice in notices)
    assert {2 * STEP, 3 * STEP} <= reached <= {2 * STEP, 3 * STEP, 4 * STEP, 5 * STEP}


def test_a_log_with_a_flipped_bit_is_put_aside_and_named(half: Path, tmp_path: Path) -> None:
    whole = wal_of(half / DATABASE).read_bytes()
    aside = 0
    for index, at in enumerate(sample(len(whole), 9, 2)):
        place = Path(shutil.copytree(half, tmp_path / str(index)))
        damaged = bytearray(whole)
        damaged[at] ^= 1 << (index % 8)
        wal_of(place / DATABASE).write_bytes(damaged)
        position, notices = read_again(place)
        kept = list(place.glob("*.corrupt-*"))
        assert [name for name in kept if name.read_bytes() == damaged] == kept
        assert len(notices) == len(kept)
        assert all(kept[0].name in notice for notice in notices)
        assert position == 2 * STEP if kept else position <= 5 * STEP
        aside += len(kept)
    assert aside > 5


def test_a_log_that_is_gone_leaves_the_last_checkpoint(place: Path) -> None:
    wal_of(place / DATABASE).unlink()
    assert read_again(place) == (2 * STEP, ())


def test_the_log_of_another_store_is_put_aside(place: Path, tmp_path: Path) -> None:
    other = Store.open(tmp_path / "other", Keep())
    other.commit([batch(records([Row()]))], NOW)
    other.abandon()
    foreign = wal_of(tmp_path / "other" / DATABASE).read_bytes()
    wal_of(place / DATABASE).write_bytes(foreign)
    position, (notice,) = read_again(place)
    (kept,) = place.glob("*.corrupt-*")
    assert (position, kept.read_bytes(), kept.name in notice) == (2 * STEP, foreign, True)


DAMAGES = {
    "magic": (8, b"\0\0\0\0"),
    "main header": (100, b"\xff" * 3_000),
    "both block headers": (4096, b"\xff" * 8_192),
    "first block": (HEADERS + 100, b"\xff" * 64),
    "every block": (HEADERS, b"\0" * 50_000_000),
}


@pytest.mark.parametrize("region", DAMAGES)
@pytest.mark.parametrize("log", [True, False])
def test_a_database_damaged_in_any_region_is_put_aside_and_begun_anew(place: Path, region: str, log: bool) -> None:
    path = place / DATABASE
    if not log:
        Store.open(place, Keep()).close()
    whole = path.read_bytes()
    at, what = DAMAGES[region]
    damaged = (whole[:at] + what + whole[at + len(what) :])[: len(whole)]
    path.write_bytes(damaged)
    position, notices = read_again(place)
    assert position == 0
    assert len(list(place.glob("*.corrupt-*"))) == len(notices) == 1 + log
    (kept,) = place.glob(f"{DATABASE}.corrupt-*")
    assert kept.read_bytes() == damaged


@pytest.mark.parametrize("length", [0, 100, HEADERS, HEADERS + 10_000])
def test_a_database_cut_short_is_put_aside_and_begun_anew(place: Path, length: int) -> None:
    Store.open(place, Keep()).close()
    path = place / DATABASE
    path.write_bytes(path.read_bytes()[:length])
    position, (notice,) = read_again(place)
    assert position == 0
    assert "read again" in notice


def block_of_rows(directory: Path) -> int:
    """Return the place of a block that has values of rows and nothing that is read at opening."""
    with duckdb.connect(str(directory / DATABASE), read_only=True) as connection:
        sql = "SELECT block_id FROM pragma_storage_info('rows_1') WHERE block_id >= 0 AND column_name = 'id'"
        found = connection.execute(sql).fetchall()
    return HEADERS + int(found[0][0]) * BLOCK


def test_damage_that_only_a_later_reader_meets_is_put_aside_at_the_next_opening(tmp_path: Path) -> None:
    store = Store.open(tmp_path, Keep())
    store.commit([batch(records([Row(at=n / 10, id=f"{n:_>40}") for n in range(40_000)]), position=9)], NOW)
    store.close()
    path = tmp_path / DATABASE
    damaged = bytearray(path.read_bytes())
    damaged[block_of_rows(tmp_path) + 5_000] ^= 0xFF
    path.write_bytes(damaged)
    store = Store.open(tmp_path, Keep())
    assert (store.notices, store.totals().rows) == ((), 40_000)
    with pytest.raises(StoreDamaged, match="put aside, and the logs are read again"):
        store.verify()
    store.abandon()
    assert suspicion_of(path).exists()
    store = Store.open(tmp_path, Keep())
    (kept,) = tmp_path.glob(f"{DATABASE}.corrupt-*")
    assert kept.read_bytes() == damaged
    assert any(kept.name in notice for notice in store.notices)
    assert store.generations() == ()
    assert not suspicion_of(path).exists()
    store.close()


def test_a_suspicion_that_proves_wrong_costs_nothing(place: Path) -> None:
    suspicion_of(place / DATABASE).touch()
    store = Store.open(place, Keep())
    assert (store.notices, prove(store)) == ((), 5 * STEP)
    assert not suspicion_of(place / DATABASE).exists()
    store.close()


def checksum(block: bytes) -> bytes:
    """Return what DuckDB writes before a block of whole 8-byte words."""
    found = 5381
    for word in struct.unpack(f"<{len(block) // 8}Q", block):
        found ^= word * 0xBF58476D1CE4E5B9 % 2**64
    return found.to_bytes(8, "little")


def test_a_database_of_a_newer_duckdb_is_refused_and_left_as_it_is(place: Path) -> None:
    Store.open(place, Keep()).close()
    path = place / DATABASE
    newer = path.read_bytes()
    # The main header is a checksum of 8 bytes, the magic "DUCK" and the version of the storage in 8 bytes.
    assert (newer[:8], newer[8:12]) == (checksum(newer[8:4096]), b"DUCK")
    newer = newer[:12] + (9_999).to_bytes(8, "little") + newer[20:]
    newer = checksum(newer[8:4096]) + newer[8:]
    path.write_bytes(newer)
    before = hashlib.sha256(newer).digest()
    with pytest.raises(StoreError, match="newer DuckDB") as caught:
        Store.open(place, Keep())
    assert not isinstance(caught.value, StoreDamaged)
    assert hashlib.sha256(path.read_bytes()).digest() == before
    assert sorted(found.name for found in place.iterdir()) == ["secret", DATABASE]
