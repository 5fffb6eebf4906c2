"""Leaving by signal: the terminal is put back and the feed is stopped. Runs the console in a terminal of its own."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from tests.console import snapshots
from tuimon.console.run import Manner, run
class Fixed:
    failure = None
    def start(self, publish, refused): publish(snapshots.busy())
    def request(self, request): pass
    def stop(self, timeout):
        open(sys.argv[1], "w").write("stopped")
        return True
sys.exit(run(Fixed(), Manner()))
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "-c", PROGRAM, str(mark)], {**os.environ, "TERM": "xterm-256color"})  # noqa: S606
    assert "Overview" in read_until(terminal, b"Worst first")
    os.kill(pid, number)
    rest = read_until(terminal, b"\x1b[?1049l")
    assert "\x1b[?1049l" in rest
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert mark.read_text() == "stopped"


BROKEN = """
from tuimon.console.run import Manner, run
class Broken:
    failure = None
    def start(self, publish, refused):
        secret = "a value from a log"
        publish("no snapshot \\x1b[31m")
    def request(self, request): pass
    def stop(self, timeout): return True
try:
    run(Broken(), Manner())
except Exception as error:
    print(error, type(error.__cause__).__name__, flush=True)
"""


@pytest.mark.slow
def test_an_error_of_its_own_is_one_sentence_on_a_terminal_that_is_as_it_was() -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "-c", BROKEN], {**os.environ, "TERM": "xterm-256color"})  # noqa: S606
    told = read_until(terminal, b"AttributeError\r\n")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    _, _, after = told.partition("\x1b[?1049l")
    assert "the screen failed" in after
    assert "what was counted is safe" in after
    assert "a value from a log" not in told
    assert "Traceback" not in told


def read_until(terminal: int, needle: bytes) -> str:
    found = b""
    while needle not in found and select.select([terminal], [], [], 20)[0]:
        try:
            found += os.read(terminal, 1 << 16)
        except OSError:
            break
    return found.decode(errors="replace")
