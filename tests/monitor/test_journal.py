"""The file of the alert journal, and what it is for: states that outlive their store."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.monitor import logs
from tests.monitor.test_acknowledging import NOW, TEXT, asked, errors, go_on
from tuimon.alerts import Entry, encoded
from tuimon.monitor.feed import Hush
from tuimon.monitor.journal import JournalFile
from tuimon.store import Store, StoreError
from tuimon.values.snapshot import Snapshot


@pytest.fixture(autouse=True)
def alice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "alice")


def numbered(*numbers: int) -> list[tuple[int, str]]:
    return [(number, encoded(Entry(number, 1.0, "firing", f"line {number}"))) for number in numbers]


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_lines_are_appended_once_and_found_again(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    journal = JournalFile(path)
    assert (journal.last, list(journal.after(0)), path.exists()) == (0, [], False)
    journal.append(numbered(1, 2))
    journal.append(numbered(1, 2, 3))
    assert [entry.seq for entry in JournalFile(path).after(1)] == [2, 3]
    assert [entry["seq"] for entry in read(path)] == [1, 2, 3]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("cut", [1, 10, 60])
def test_a_line_cut_by_a_crash_is_written_anew(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "alerts.jsonl"
    JournalFile(path).append(numbered(1, 2))
    path.write_bytes(path.read_bytes()[:-cut])
    journal = JournalFile(path)
    assert journal.last == 1
    journal.append(numbered(1, 2, 3))
    assert [entry["seq"] for entry in read(path)] == [1, 2, 3]


def test_what_is_no_line_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    JournalFile(path).append(numbered(1, 2))
    with path.open("ab") as file:
        file.write(b'\xff\x00 garbage\n{"seq": 9}\n' + b"x" * 200_000 + b"\n")
    journal = JournalFile(path)
    assert journal.last == 2
    journal.append(numbered(3))
    assert [entry.seq for entry in JournalFile(path).after(0)] == [1, 2, 3]


def test_a_full_disk_leaves_whole_lines_and_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "alerts.jsonl"
    journal = JournalFile(path)
    journal.append(numbered(1))
    write = os.write

    def full(handle: int, data: bytes) -> int:
        if len(data) > 20:
            return write(handle, data[:20])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    journal.append(numbered(1, 2))
    monkeypatch.undo()
    assert (journal.problem, journal.last) == ("No space left on device", 1)
    assert [entry["seq"] for entry in read(path)] == [1]
    journal.append(numbered(1, 2))
    assert (journal.problem, journal.last) == ("", 2)
    assert [entry["seq"] for entry in read(path)] == [1, 2]


def test_a_planted_link_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    place = tmp_path / "state"
    place.mkdir(mode=0o700)
    (tmp_path / "elsewhere").write_text("")
    (place / "alerts.jsonl").symlink_to(tmp_path / "elsewhere")
    go_on(tmp_path, range(2), 0)
    with pytest.raises(StoreError, match="symbolic link"):
        logs.open_session(tmp_path, TEXT, NOW)


def seen(place: Path) -> Snapshot:
    """Open, look, close."""
    session = logs.open_session(place, TEXT, NOW)
    found = logs.look(session)
    session.close()
    return found


def in_trouble(place: Path) -> tuple[Snapshot, Path]:
    """Return what is seen of an acknowledged and silenced alert, and the file of its journal."""
    go_on(place, range(10), 3)
    session = logs.open_session(place, TEXT, NOW)
    session.act(asked(errors(logs.look(session))))
    session.act(Hush(3600.0, rule="error*", note="a retrain"))
    found = logs.look(session)
    session.close()
    return found, next(place.rglob("alerts.jsonl"))


def test_each_change_and_each_deed_is_one_line(tmp_path: Path) -> None:
    _, path = in_trouble(tmp_path)
    lines = read(path)
    assert [(line["event"], line["by"], line["note"]) for line in lines] == [
        ("pending", None, ""),
        ("firing", None, ""),
        ("acknowledged", "alice", ""),
        ("silenced", "alice", "a retrain"),
    ]
    assert [line["seq"] for line in lines] == [1, 2, 3, 4]
    assert all(line["time"] for line in lines)
    seen(tmp_path)
    assert read(path) == lines


def test_a_store_that_is_lost_loses_no_alert(tmp_path: Path) -> None:
    before, path = in_trouble(tmp_path)
    lines = read(path)
    for part in path.parent.glob("tuimon.duckdb*"):
        part.unlink()
    after = seen(tmp_path)
    assert errors(after) == errors(before)
    assert errors(after).silenced is not None
    assert read(path) == lines


def test_a_store_that_lost_its_end_takes_it_from_the_journal(tmp_path: Path) -> None:
    go_on(tmp_path, range(5), 0)
    seen(tmp_path)
    store = next(tmp_path.rglob("tuimon.duckdb"))
    shutil.copy(store, tmp_path / "before")
    before, path = in_trouble(tmp_path)
    lines = read(path)
    shutil.copy(tmp_path / "before", store)
    assert errors(seen(tmp_path)) == errors(before)
    assert read(path) == lines


def test_a_journal_that_is_lost_is_written_again_as_far_as_the_store_knows(tmp_path: Path) -> None:
    _, path = in_trouble(tmp_path)
    lines = read(path)
    path.unlink()
    seen(tmp_path)
    assert read(path) == lines


def test_an_end_between_commit_and_file_leaves_nothing_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_journal: JournalFile, _lines: object) -> None:
        raise KeyboardInterrupt

    go_on(tmp_path, range(10), 3)
    session = logs.open_session(tmp_path, TEXT, NOW)
    monkeypatch.setattr(JournalFile, "append", killed)
    with pytest.raises(KeyboardInterrupt):
        logs.look(session)
    monkeypatch.undo()
    session.abandon()
    after = seen(tmp_path)
    assert [line["event"] for line in read(next(tmp_path.rglob("alerts.jsonl")))] == ["pending", "firing"]
    assert [event.text.split(":")[0] for event in after.events if event.kind == "alert"] == ["firing"]


def test_an_end_before_the_commit_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    go_on(tmp_path, range(10), 3)
    session = logs.open_session(tmp_path, TEXT, NOW)
    monkeypatch.setattr(Store, "save_judged", killed)
    with pytest.raises(KeyboardInterrupt):
        logs.look(session)
    monkeypatch.undo()
    session.abandon()
    assert [event.text.split(":")[0] for event in seen(tmp_path).events if event.kind == "alert"] == ["firing"]


def test_a_journal_that_cannot_be_written_is_told_and_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    go_on(tmp_path, range(10), 3)
    session = logs.open_session(tmp_path, TEXT, NOW)
    monkeypatch.setattr(os, "fsync", refused)
    logs.look(session)
    notices = logs.look(session).notices
    monkeypatch.undo()
    assert [notice for notice in notices if "alerts.jsonl" in notice and "2 lines wait in the store" in notice]
    logs.look(session)
    after = logs.look(session)
    session.close()
    assert [notice for notice in after.notices if "alerts.jsonl" in notice] == []
    assert len(read(next(tmp_path.rglob("alerts.jsonl")))) == 2
