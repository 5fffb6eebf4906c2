from __future__ import annotations

import os
from pathlib import Path

import pytest

from tuimon.config import ConfigError, LiveConfig, Settings


class _File:
    """A configuration that editors save in their several ways, each save at a later modification time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._time = 10**18
        self.write('refresh = "2s"\n')

    def write(self, text: str) -> None:
        self.path.write_text(text)
        self._stamp(self.path)

    def replace(self, text: str) -> None:
        other = self.path.with_suffix(".new")
        other.write_text(text)
        self._stamp(other)
        other.replace(self.path)

    def _stamp(self, path: Path) -> None:
        self._time += 10**9
        os.utime(path, ns=(self._time, self._time))


@pytest.fixture
def file(tmp_path: Path) -> _File:
    return _File(tmp_path / "config.toml")


def _refresh(found: object) -> float:
    assert isinstance(found, Settings)
    return found.refresh


def test_a_save_is_seen_once(file: _File) -> None:
    live = LiveConfig(file.path)
    assert live.poll() is None
    file.write('refresh = "3s"\n')
    assert _refresh(live.poll()) == 3.0
    assert live.settings.refresh == 3.0
    assert [live.poll() for _ in range(3)] == [None] * 3


def test_editors_that_replace_the_file(file: _File) -> None:
    live = LiveConfig(file.path)
    file.replace('refresh = "3s"\n')
    assert _refresh(live.poll()) == 3.0
    file.replace('refresh = "3s"\n')
    assert live.poll() is None


def test_a_touch_changes_nothing(file: _File) -> None:
    live = LiveConfig(file.path)
    file.write('refresh = "2s"\n')
    assert live.poll() is None


def test_a_file_that_is_gone_for_a_moment(file: _File) -> None:
    live = LiveConfig(file.path)
    file.path.unlink()
    assert live.poll() is None
    assert live.settings.refresh == 2.0
    file.write('refresh = "4s"\n')
    assert _refresh(live.poll()) == 4.0


def test_a_file_that_stays_away_is_told_once_until_it_is_back(file: _File) -> None:
    live = LiveConfig(file.path)
    file.path.unlink()
    assert live.poll() is None
    assert "is gone" in str(live.poll())
    assert [live.poll(), live.poll()] == [None, None]
    assert live.settings.refresh == 2.0
    file.write('refresh = "2s"\n')
    assert _refresh(live.poll()) == 2.0
    assert live.error is None
    file.path.unlink()
    assert live.poll() is None


def test_a_file_that_may_not_be_read_any_more_is_told_until_it_may(file: _File, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    live = LiveConfig(file.path)
    file.write('refresh = "3s"\n')
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refused)
        assert "cannot be read: Permission denied" in str(live.poll())
        assert [live.poll(), live.settings.refresh] == [None, 2.0]
    assert _refresh(live.poll()) == 3.0
    assert live.error is None


def test_a_bad_save_changes_nothing_and_is_told_once(file: _File) -> None:
    live = LiveConfig(file.path)
    file.write('refresh = "3')
    error = live.poll()
    assert isinstance(error, ConfigError)
    assert error.line == 1
    assert str(live.error) == str(error)
    file.write('refresh = "3')
    assert [live.poll(), live.poll()] == [None, None]
    assert live.settings.refresh == 2.0
    file.write("\nrefresh = 3\n")
    other = live.poll()
    assert isinstance(other, ConfigError)
    assert other.line == 2
    file.write('refresh = "2s"\n')
    assert _refresh(live.poll()) == 2.0
    assert live.error is None
    file.write('refresh = "3')
    assert isinstance(live.poll(), ConfigError)


def test_an_emptied_file_is_one_that_is_being_written(file: _File) -> None:
    live = LiveConfig(file.path)
    file.write("")
    assert live.poll() is None
    file.write('refresh = "5s"\n')
    assert _refresh(live.poll()) == 5.0
    file.write("")
    assert live.poll() is None
    assert "is empty" in str(live.poll())
    assert live.poll() is None
    assert live.settings.refresh == 5.0


def test_two_saves_within_one_tick_of_the_clock(file: _File) -> None:
    live = LiveConfig(file.path)
    file.write('refresh = "3s"\n')
    before = file.path.stat()
    assert _refresh(live.poll()) == 3.0
    file.path.write_text('refresh = "4s"\n')
    os.utime(file.path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert _refresh(live.poll()) == 4.0


def test_a_file_that_became_unreadable_is_told_once(file: _File) -> None:
    live = LiveConfig(file.path)
    file.path.unlink()
    file.path.mkdir()
    assert "cannot be read" in str(live.poll())
    assert live.poll() is None
    file.path.rmdir()
    file.write('refresh = "2s"\n')
    assert _refresh(live.poll()) == 2.0


def test_a_start_needs_a_good_file(file: _File, tmp_path: Path) -> None:
    file.write("refresh = 1")
    with pytest.raises(ConfigError, match=r"config\.toml:1"):
        LiveConfig(file.path)
    with pytest.raises(ConfigError, match="cannot be read"):
        LiveConfig(tmp_path / "none.toml")
