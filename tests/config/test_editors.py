"""The configuration file is followed whatever program saves it: the real ones, and what others do."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal
from tuimon.config import ConfigError, LiveConfig, Settings

BEFORE = 'refresh = "2s"\n[windows]\nmin_rows = 200\n'
AFTER = BEFORE.replace("200", "300")


def sed(path: Path) -> None:
    subprocess.run(["sed", "-i", "s/200/300/", path.name], cwd=path.parent, check=True)


def vim(copy: str, backup: str) -> Callable[[Path], None]:
    def save(path: Path) -> None:
        commands = [f"set backupcopy={copy} {backup}backup writebackup", "%s/200/300/", "wq"]
        told = [part for command in commands for part in ("-c", command)]
        command = ["vim", "-e", "-s", "-u", "NONE", "-n", *told, path.name]
        subprocess.run(command, cwd=path.parent, check=True, timeout=30, stdin=subprocess.DEVNULL)

    return save


def nano(path: Path) -> None:
    """In a terminal: replace, write out, leave."""
    terminal = Terminal(["nano", "--ignorercfiles", path.name], 80, 24, dict(os.environ), path.parent)
    story = (
        ("config.toml", "\x1c"),
        ("Search (to replace)", "200\r"),
        ("Replace with", "300\r"),
        ("this instance", "a"),
        ("occurrence", "\x0f"),
        ("Write", "\r"),
        ("Wrote", "\x18"),
    )
    for words, keys in story:
        terminal.expect(words)
        terminal.type(keys)
    assert terminal.end(None) == 0
    terminal.close()


def replaced(path: Path) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(AFTER)
    os.replace(fresh, path)


def rewritten(path: Path) -> None:
    with path.open("r+") as file:
        file.write(AFTER)
        file.truncate()


def copied(path: Path) -> None:
    other = path.with_name("other")
    other.write_text(AFTER)
    shutil.copy2(other, path)


SAVES = {
    "sed": ("sed", sed),
    "vim, renamed": ("vim", vim("no", "no")),
    "vim, in place": ("vim", vim("yes", "")),
    "nano": ("nano", nano),
    "replaced": ("", replaced),
    "rewritten": ("", rewritten),
    "copied": ("", copied),
}


@pytest.mark.parametrize("name", SAVES)
def test_a_save_is_taken_over_once(tmp_path: Path, name: str) -> None:
    program, save = SAVES[name]
    if program and shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    path = tmp_path / "config.toml"
    path.write_text(BEFORE)
    live = LiveConfig(path)
    save(path)
    assert path.read_text() == AFTER
    found = [live.poll(), live.poll(), live.poll()]
    assert [one.windows.min_rows for one in found if isinstance(one, Settings)] == [300]
    assert not any(isinstance(one, ConfigError) for one in found)


def test_files_beside_it_are_nobodys_business(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(BEFORE)
    live = LiveConfig(path)
    for name in (".config.toml.swp", "config.toml~", "4913", ".#config.toml", "#config.toml#"):
        (tmp_path / name).write_text("not = toml = at all")
    assert live.poll() is None


def test_a_mounted_map_that_is_switched_is_a_save(tmp_path: Path) -> None:
    """As a Kubernetes ConfigMap is: the file is a link into a link that is replaced."""
    for name, text in (("..1", BEFORE), ("..2", AFTER)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.toml").write_text(text)
    (tmp_path / "..data").symlink_to("..1")
    path = tmp_path / "config.toml"
    path.symlink_to("..data/config.toml")
    live = LiveConfig(path)
    (tmp_path / "..next").symlink_to("..2")
    os.replace(tmp_path / "..next", tmp_path / "..data")
    found = live.poll()
    assert isinstance(found, Settings)
    assert found.windows.min_rows == 300


@pytest.mark.parametrize("torn", [AFTER[:14], AFTER[:15], AFTER[:30], AFTER[:-4], AFTER[:-1]])
def test_half_a_save_is_waited_for(tmp_path: Path, torn: str) -> None:
    """Also where half of the file is a good one, with other settings."""
    path = tmp_path / "config.toml"
    path.write_text(BEFORE)
    live = LiveConfig(path)
    path.write_text(torn)
    written = path.stat().st_mtime
    assert live.poll(written + 0.1) is None
    path.write_text(AFTER)
    written = path.stat().st_mtime
    assert live.poll(written + 0.1) is None
    found = live.poll(written + 0.3)
    assert isinstance(found, Settings)
    assert found.windows.min_rows == 300


def test_a_file_from_the_future_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(BEFORE)
    live = LiveConfig(path)
    path.write_text(AFTER)
    later = path.stat().st_mtime + 9_999
    os.utime(path, (later, later))
    assert isinstance(live.poll(later - 5_000), Settings)
