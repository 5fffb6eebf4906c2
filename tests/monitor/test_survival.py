"""The engine over a store that fails: it says so, stays alive, goes on by itself, and each line still counts once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb
import pytest

from tests.monitor import logs
from tests.monitor.running import TEXT, Running, rows, running
from tests.store.casualties import file_limit
from tests.store.test_opening import HOLDER
from tuimon.config import Keep
from tuimon.monitor import watch
from tuimon.monitor.feed import RefreshNow
from tuimon.monitor.session import Session
from tuimon.monitor.supervision import PAUSES
from tuimon.store import Store, StoreMemory
from tuimon.values.snapshot import Snapshot

DATABASE = "tuimon.duckdb"


def says(words: str) -> Callable[[Snapshot], bool]:
    """Return whether a notice has these words."""
    return lambda snapshot: any(words in notice for notice in snapshot.notices)


def again(found: Running) -> None:
    """Ask for another attempt now; the pauses are tested where time is not real."""
    found.engine.request(RefreshNow())


def append(place: Path, count: int, seed: int) -> None:
    logs.write(place / "app.jsonl", logs.traffic(count, 1, seed, start=logs.START + 10 * seed), mode="a")


def prove(place: Path) -> None:
    """Each line of the log is a row of the store, and its books balance."""
    store = Store.open(place / "state", Keep())
    try:
        lines = sum(log.read_bytes().count(b"\n") for log in place.glob("*.jsonl"))
        assert store.totals().rows == store.rows("fraud").num_rows == lines
        assert [proof.problem for proof in store.verify() if not proof.ok] == []
    finally:
        store.close()


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[None]:
    """Mount something while a test runs, where that is allowed."""
    place.mkdir(exist_ok=True)
    done = subprocess.run(["mount", *options, str(place)], capture_output=True, check=False) if shutil.which("mount") else None
    if done is None or done.returncode:
        pytest.skip("nothing may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def crowded(state: Path) -> Iterator[None]:
    """Fill the file system of the state directory to its last byte, and make room again."""
    with (state.parent / "filler").open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            yield
    (state.parent / "filler").unlink()


def hinder_and_recover(place: Path, state: Path, full: Callable[[], AbstractContextManager[None]]) -> None:
    later = place / "later"
    logs.write(later, logs.traffic(3_000, 1, 2, start=logs.START + 200))
    with running(place, state=state) as found:
        before = found.until(rows(200))
        with full():
            later.rename(place / "later.jsonl")
            again(found)
            hindered = found.until(says("is full: reading waits until there is space"))
            assert (hindered.ingest.rows, hindered.at) == (200, before.at)
            again(found)
            found.until(says("is full"))
        again(found)
        healed = found.until(rows(3_200))
        assert not says("full")(healed)
        told = found.until(lambda new: any("goes on" in event.text for event in new.events))
        assert [event.severity for event in told.events if "is full" in event.text] == ["warning", "ok"]
        assert found.engine.failure is None


def test_a_full_disk_while_running(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(200, 1, 1))
    hinder_and_recover(tmp_path, tmp_path / "state", lambda: file_limit(20_000))
    prove(tmp_path)


def test_a_really_full_disk_while_running(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(200, 1, 1))
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=24m", "tmpfs"):
        state = tmp_path / "small" / "state"
        hinder_and_recover(tmp_path, state, lambda: crowded(state))
        shutil.copytree(state, tmp_path / "state")
    prove(tmp_path)


def damage_cells(state: Path) -> None:
    """Flip a byte in a block that has cells and nothing that is read at opening."""
    with duckdb.connect(str(state / DATABASE), read_only=True) as connection:
        sql = "SELECT DISTINCT block_id FROM pragma_storage_info(?) WHERE block_id >= 0"
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        held = {name: {block for (block,) in connection.execute(sql, [name]).fetchall()} for name in tables}
    own = held.pop("blocks") - set().union(*held.values())
    content = bytearray((state / DATABASE).read_bytes())
    content[3 * 4096 + min(own) * 262_144 + 1_000] ^= 0xFF
    (state / DATABASE).write_bytes(content)


def test_damage_in_the_middle_of_the_file_is_put_aside_while_running(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(12_000, 1, 1))
    with running(tmp_path) as found:
        found.until(rows(12_000))
    damage_cells(tmp_path / "state")
    with running(tmp_path) as found:
        found.until(says("is damaged"))
        again(found)
        healed = found.until(rows(12_000))
        (kept,) = (tmp_path / "state").glob(f"{DATABASE}.corrupt-*")
        assert says(kept.name)(healed)
        assert found.engine.failure is None
    prove(tmp_path)


def test_a_damaged_file_at_the_start_is_put_aside_and_the_logs_are_read_again(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(300, 1, 1))
    with running(tmp_path) as found:
        found.until(rows(300))
    (tmp_path / "state" / DATABASE).write_bytes(b"no database")
    with running(tmp_path) as found:
        assert says("kept as tuimon.duckdb.corrupt-")(found.until(rows(300)))
    prove(tmp_path)


def remove(state: Path) -> None:
    """Remove all there is, while the engine may just be writing its snapshot there."""
    shutil.rmtree(state, ignore_errors=True)


def move_away(state: Path) -> None:
    state.rename(state.with_name("elsewhere"))


def remove_database(state: Path) -> None:
    (state / DATABASE).unlink()


def replace_by_another(state: Path) -> None:
    other = state.with_name("other")
    Store.open(other, Keep()).close()
    state.rename(state.with_name("elsewhere"))
    other.rename(state)


@pytest.mark.parametrize("lose", [remove, move_away, remove_database, replace_by_another])
def test_a_state_directory_that_goes_while_running_is_begun_anew(tmp_path: Path, lose: Callable[[Path], None]) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(300, 1, 1))
    with running(tmp_path) as found:
        found.until(rows(300))
        lose(tmp_path / "state")
        append(tmp_path, 20, 2)
        found.until(says("was removed or replaced"))
        again(found)
        found.until(lambda new: new.ingest.rows == 320 and not new.notices)
        assert any("removed or replaced" in event.text for event in found.until(lambda new: bool(new.events)).events)
        assert found.engine.failure is None
    prove(tmp_path)


def test_a_state_directory_that_cannot_be_made_leaves_a_console_without_memory(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(300, 1, 1))
    (tmp_path / "file").write_text("", encoding="utf-8")
    before = sorted(path.name for path in tmp_path.iterdir())
    with running(tmp_path, state=tmp_path / "file" / "state") as found:
        assert says("Nothing is kept: The state directory")(found.until(rows(300)))
        append(tmp_path, 20, 2)
        found.until(rows(320))
        assert found.engine.failure is None
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*before, "config.toml"])


def test_a_read_only_file_system_leaves_a_console_without_memory(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(300, 1, 1))
    with running(tmp_path) as found:
        found.until(rows(300))
    with mounted(tmp_path / "state", "--bind", str(tmp_path / "state")):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(tmp_path / "state")], check=True)
        append(tmp_path, 20, 2)
        with running(tmp_path) as found:
            assert says("Read-only file system")(found.until(rows(320)))
    with running(tmp_path) as found:
        found.until(rows(320))
    prove(tmp_path)


def test_a_disk_full_at_the_start_leaves_a_console_without_memory(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(300, 1, 1))
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=1m", "tmpfs"):
        state = tmp_path / "small" / "state"
        with crowded(state), running(tmp_path, state=state) as found:
            found.until(lambda new: new.ingest.rows == 300 and says("Nothing is kept: The disk of")(new))
        with running(tmp_path, state=state) as found:
            assert not found.until(rows(300)).notices


def test_a_store_that_another_process_took_is_waited_for(tmp_path: Path) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(300, 1, 1))
    other = [sys.executable, "-c", HOLDER, str(tmp_path / "other")]
    with running(tmp_path) as found, subprocess.Popen(other, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        found.until(rows(300))
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        (tmp_path / "state").rename(tmp_path / "elsewhere")
        (tmp_path / "other").rename(tmp_path / "state")
        found.until(says("was removed or replaced"))
        again(found)
        found.until(says(f"in use by process {holder.pid}"))
        holder.kill()
        holder.wait()
        again(found)
        found.until(rows(300))
    prove(tmp_path)


def test_a_mistake_of_the_program_is_named_and_reading_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(40, 1, 12))
    whole, tries = Session._evaluate, 0

    def broken(*arguments: object) -> Snapshot:
        nonlocal tries
        tries += 1
        if tries <= 3:
            raise RuntimeError("the sky \x1b[31m is falling")
        return whole(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "_evaluate", broken)
    with running(tmp_path) as found:
        for _ in range(3):
            told = found.until(says("is falling"))
            assert says("RuntimeError")(told)
            assert "\x1b" not in "".join(told.notices)
            again(found)
        assert not found.until(rows(40)).notices
        assert found.engine.failure is None
        events = found.until(lambda new: len(new.events) > 1).events
        assert [event.severity for event in events] == ["warning", "ok"]
    prove(tmp_path)


def test_a_panel_that_needs_too_much_memory_leaves_reading_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(300, 1, 1))
    begun = 0
    begin = Session.begin

    def counted(session: Session) -> None:
        nonlocal begun
        begun += 1
        begin(session)

    monkeypatch.setattr(Session, "begin", counted)
    with running(tmp_path) as found:
        found.until(rows(300))
        with monkeypatch.context() as patch:

            def wide(*_: object) -> None:
                raise StoreMemory("It needs more memory than its limit.")

            patch.setattr(watch.ModelWatch, "panel", wide)
            append(tmp_path, 20, 2)
            assert found.until(says("more memory")).ingest.rows == 300
            append(tmp_path, 20, 3)
            found.until(says("more memory"))
        healed = found.until(rows(340))
        assert not healed.notices
    assert begun == 1
    prove(tmp_path)


def test_a_raised_limit_takes_effect_when_it_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logs.write(tmp_path / "app.jsonl", logs.traffic(300, 1, 1))
    limits: list[int] = []
    opening = Store.open

    def opened(directory: Path, keep: Keep) -> Store:
        limits.append(keep.memory_limit)
        return opening(directory, keep)

    monkeypatch.setattr(Store, "open", opened)
    with running(tmp_path, follow=True) as found:
        found.until(rows(300))
        (tmp_path / "config.toml").write_text(TEXT + '[store]\nmemory_limit = "300MB"\n', encoding="utf-8")
        again(found)
        found.until(lambda new: bool(new.events))
    assert limits == [256_000_000, 300_000_000]
    prove(tmp_path)


def test_stopping_does_not_wait_for_the_next_attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("never")

    monkeypatch.setattr(Session, "begin", broken)
    with running(tmp_path) as found:
        for _ in range(4):
            again(found)
            found.until(says("never"))
        assert found.engine.stop(PAUSES[3] / 2)
