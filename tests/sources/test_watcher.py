"""Hints: they only ever wake somebody, and whatever goes wrong with them the mode says so."""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchdog.events import FileModifiedEvent
from watchdog.observers import inotify_c
from watchdog.observers.api import BaseObserver

from tuimon.sources import Watcher, mounts, watcher

PATIENCE = 10.0


@pytest.fixture
def wake() -> threading.Event:
    return threading.Event()


@pytest.fixture
def watching(tmp_path: Path, wake: threading.Event) -> Iterator[Watcher]:
    hints = Watcher([str(tmp_path)], wake)
    yield hints
    hints.stop()


def test_a_write_wakes_and_a_read_does_not(tmp_path: Path, wake: threading.Event, watching: Watcher) -> None:
    assert watching.mode == "inotify"
    (tmp_path / "a.jsonl").write_bytes(b"x\n")
    assert wake.wait(PATIENCE)
    assert watching.check() == "inotify"


def test_what_happens_to_our_own_state_wakes_nobody(tmp_path: Path, wake: threading.Event) -> None:
    (tmp_path / "state").mkdir()
    hints = Watcher([str(tmp_path)], wake, exclude=[str(tmp_path / "state")])
    (tmp_path / "state" / "store").write_bytes(b"x")
    (tmp_path / "first.jsonl").write_bytes(b"x")
    assert wake.wait(PATIENCE)
    hints.stop()
    handler = watcher._Hint(wake, (str(tmp_path / "state"),))
    wake.clear()
    handler.on_any_event(FileModifiedEvent(str(tmp_path / "state" / "store")))
    assert not wake.is_set()
    handler.on_any_event(FileModifiedEvent(str(tmp_path / "state2")))
    assert wake.is_set()


def test_reading_asks_for_no_events() -> None:
    assert not any(event.event_type in ("opened", "closed_no_write") for event in watcher._CHANGES)


def test_a_missing_directory_means_polling_until_it_is_there(tmp_path: Path, wake: threading.Event) -> None:
    hints = Watcher([str(tmp_path / "later")], wake)
    assert hints.mode == "polling"
    (tmp_path / "later").mkdir()
    assert hints.check() == "inotify"
    assert wake.is_set(), "what happened before the watch began is to be looked at"
    hints.stop()
    assert hints.mode == "polling"


def test_no_directories_mean_polling(wake: threading.Event) -> None:
    hints = Watcher([], wake)
    assert hints.check() == "polling"
    hints.stop()


@pytest.mark.parametrize(
    "error", [OSError(28, "inotify watch limit reached"), OSError(24, "too many open files"), RuntimeError("no threads")]
)
def test_a_watch_that_cannot_start_means_polling(
    tmp_path: Path, wake: threading.Event, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(observer: BaseObserver) -> None:
        raise error

    monkeypatch.setattr(BaseObserver, "start", refuse)
    hints = Watcher([str(tmp_path)], wake)
    assert hints.check() == "polling"
    monkeypatch.undo()
    assert "inotify" in [hints.check() for _ in range(4)]
    hints.stop()


def test_a_directory_removed_and_made_again_is_watched_again(tmp_path: Path, wake: threading.Event) -> None:
    root = tmp_path / "logs"
    root.mkdir()
    hints = Watcher([str(root)], wake)
    shutil.rmtree(root)
    assert hints.check() == "polling"
    root.mkdir()
    assert hints.check() == "inotify"
    wake.clear()
    (root / "a.jsonl").write_bytes(b"x\n")
    assert wake.wait(PATIENCE)
    hints.stop()


def test_a_dead_emitter_is_replaced(wake: threading.Event, watching: Watcher) -> None:
    assert watching._observer
    for emitter in list(watching._observer.emitters):
        emitter.stop()
        emitter.join(PATIENCE)
    assert watching.check() == "inotify"
    assert wake.is_set()
    assert all(emitter.is_alive() for emitter in watching._observer.emitters)


def test_an_overflow_wakes_and_the_watch_begins_anew(wake: threading.Event, watching: Watcher) -> None:
    before = watching._observer
    logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; filesystem events were lost")
    assert wake.is_set()
    assert watching.check() == "inotify"
    assert watching._observer is not before


def test_a_directory_without_a_watch_means_polling_until_it_has_one(
    tmp_path: Path, wake: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library swallows the error for everything but the root."""
    (tmp_path / "sub").mkdir()
    plain = inotify_c.inotify_add_watch

    def refuse(descriptor: int, path: bytes, mask: int) -> int:
        if path == os.fsencode(tmp_path):
            return int(plain(descriptor, path, mask))
        ctypes.set_errno(errno.ENOSPC)
        return -1

    with monkeypatch.context() as patch:
        patch.setattr(inotify_c, "inotify_add_watch", refuse)
        hints = Watcher([str(tmp_path)], wake)
        assert {hints.check() for _ in range(4)} == {"polling"}
    hints._end(1.0)
    assert "inotify" in [hints.check() for _ in range(8)]
    hints.stop()


def test_a_directory_that_is_added_and_finds_no_watch_means_polling(
    tmp_path: Path, wake: threading.Event, watching: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert watching.check() == "inotify"

    def refuse(descriptor: int, path: bytes, mask: int) -> int:
        ctypes.set_errno(errno.ENOSPC)
        return -1

    monkeypatch.setattr(inotify_c, "inotify_add_watch", refuse)
    (tmp_path / "later").mkdir()
    assert wake.wait(PATIENCE)
    assert "polling" in [watching.check() for _ in range(4)]


def test_what_happens_in_a_directory_that_was_added_later_wakes(tmp_path: Path, wake: threading.Event, watching: Watcher) -> None:
    (tmp_path / "later").mkdir()
    assert wake.wait(PATIENCE)
    wake.clear()
    (tmp_path / "later" / "app.jsonl").write_bytes(b"x")
    assert wake.wait(PATIENCE)
    assert {watching.check() for _ in range(4)} == {"inotify"}


def test_a_network_file_system_means_polling(tmp_path: Path, wake: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "mountinfo"
    table.write_bytes(b"1 0 8:1 / / rw - ext4 /dev/sda rw\n2 1 0:5 / " + os.fsencode(tmp_path) + b" rw - nfs4 host:/logs rw\n")
    monkeypatch.setattr(mounts, "TABLE", str(table))
    hints = Watcher([str(tmp_path)], wake)
    assert hints.check() == "polling"
    wake.clear()
    (tmp_path / "a.jsonl").write_bytes(b"x")
    assert wake.wait(PATIENCE), "what this machine writes there still gives hints"
    hints.stop()


def test_stop_may_be_called_twice(watching: Watcher) -> None:
    watching.stop()
    watching.stop()
    assert watching.mode == "polling"
