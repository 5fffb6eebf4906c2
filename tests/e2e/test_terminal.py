"""The real program in a real pseudo-terminal: it opens, it obeys, and it leaves the terminal and the store as they should be."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

ROOT = Path(__file__).parents[2]
LEAVE_ALTERNATE_SCREEN = b"\x1b[?1049l"
SHOW_CURSOR = b"\x1b[?25h"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A copy of the sample logs and their configuration."""
    shutil.copytree(ROOT / "sample_logs", tmp_path / "sample_logs")
    shutil.copy(ROOT / "config.toml", tmp_path / "config.toml")
    return tmp_path


@pytest.fixture
def console(logs: Path) -> Iterator[Terminal]:
    """The console on the sample logs at 80x24."""
    terminal = opened(logs)
    yield terminal
    terminal.close()


def opened(logs: Path, columns: int = 80, rows: int = 24) -> Terminal:
    command = [sys.executable, "-m", "tuimon", "-c", str(logs / "config.toml"), "--state", str(logs / "state")]
    return Terminal(command, columns, rows, dict(os.environ), logs)


def tuimon(logs: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tuimon", *arguments, "-c", str(logs / "config.toml"), "--state", str(logs / "state")]
    return subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)


def assert_sane(terminal: Terminal) -> None:
    assert LEAVE_ALTERNATE_SCREEN in terminal.written
    assert terminal.written.rindex(SHOW_CURSOR) > 0
    assert terminal.modes()[:4] == terminal.before[:4]
    assert b"\x1b[?1000h" not in terminal.written or terminal.written.rindex(b"\x1b[?1000l") > terminal.written.rindex(b"\x1b[?1000h")


def assert_books_balance(logs: Path) -> None:
    found = tuimon(logs, "verify", "--json")
    assert found.returncode == 0, found.stdout + found.stderr
    assert json.loads(found.stdout)["ok"] is True


def assert_no_escape_sequence_of_a_log(terminal: Terminal) -> None:
    assert b"\x1b]52" not in terminal.written
    assert b"\x1b[2J\x1b]0" not in terminal.written


def test_it_opens_on_the_sample_logs_shows_nothing_of_them_raw_and_q_leaves(console: Terminal, logs: Path) -> None:
    console.expect("tumour")
    for key in "2345":
        console.type(key)
        console.read(0.5)
    console.type("?")
    console.expect("quit")
    console.type("\x1b")
    console.read(0.5)
    console.type("q")
    assert console.end(None) == 0
    assert_sane(console)
    assert_books_balance(logs)
    assert_no_escape_sequence_of_a_log(console)


@pytest.mark.parametrize("sent", [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.slow)])
def test_a_signal_leaves_a_sane_terminal_and_a_consistent_store(console: Terminal, logs: Path, sent: signal.Signals) -> None:
    console.expect("tumour")
    console.end(sent)
    assert_sane(console)
    assert_books_balance(logs)


def test_a_lost_terminal_ends_the_program_and_keeps_the_store(logs: Path) -> None:
    terminal = opened(logs)
    terminal.expect("tumour")
    terminal.hang_up()
    terminal.process.wait(10)
    assert_books_balance(logs)


@pytest.mark.parametrize(("columns", "rows"), [(40, 10), pytest.param(200, 60, marks=pytest.mark.slow)])
def test_it_opens_at_unusual_sizes(logs: Path, columns: int, rows: int) -> None:
    terminal = opened(logs, columns, rows)
    terminal.expect("tuimon")
    terminal.read(2)
    terminal.type("q")
    assert terminal.end(None) == 0
    assert_sane(terminal)
    terminal.close()


def test_a_second_one_names_the_first_and_check_reports_from_it(console: Terminal, logs: Path) -> None:
    console.expect("tumour")
    console.read(3)
    second = tuimon(logs, "ingest")
    assert second.returncode == 3
    assert str(console.process.pid) in second.stderr
    report = tuimon(logs, "check", "--json")
    assert report.returncode in (0, 1, 2)
    assert json.loads(report.stdout)["models"]
    console.type("q")
    console.end(None)
