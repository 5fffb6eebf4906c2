"""The console in a real pseudo-terminal: first paint, bytes, delay, CPU and memory."""

from __future__ import annotations

import os
import signal
import statistics
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.records import write_config, write_lines
from benchmarks.table import Figure
from tests.e2e.terminal import Terminal

EMPTY_APP = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("painted")
Empty().run()
"""
FLASH_APP = """
import sys, threading, time
from dataclasses import replace
from tests.console import snapshots
from tests.console.stage import HandFeed
from tuimon.console import TuimonApp
alerts = snapshots.alerts()
calm = (replace(alerts[0], severity="warning"), *alerts[1:])
worse = tuple(replace(alert, historic="quiet" in sys.argv) for alert in alerts)
class Timed(HandFeed):
    def start(self, publish, refused):
        super().start(publish, refused)
        threading.Thread(target=self.play, daemon=True).start()
    def play(self):
        time.sleep(0.5)
        self.give(snapshots.busy(alerts=calm))
        time.sleep(3.5)
        self.give(snapshots.busy(alerts=worse))
TuimonApp(Timed(), clock=lambda: snapshots.AT).run()
"""
"""An alert grows worse; with "quiet" it is from old logs, which never flash."""
TICKS = os.sysconf("SC_CLK_TCK")


def measure(directory: Path, seconds: float) -> list[Figure]:
    """Return all figures of the screen."""
    return [*_first_paint(directory / "paint"), *_live(directory / "live", seconds), _idle(directory / "idle", seconds), *_flash()]


def _environment(directory: Path) -> dict[str, str]:
    return {**os.environ, "XDG_STATE_HOME": str(directory / "xdg"), "TEXTUAL_ANIMATIONS": "none"}


def _console(directory: Path, columns: int, rows: int) -> Terminal:
    command = [sys.executable, "-m", "tuimon", "-c", str(directory / "config.toml"), "--state", str(directory / "state")]
    return Terminal(command, columns, rows, _environment(directory), Path.cwd())


def _first_paint(directory: Path) -> list[Figure]:
    directory.mkdir()
    write_lines(directory / "app.jsonl", 100_000, rows_per_second=50)
    write_config(directory)
    ours, empty = [], []
    for turn in range(5):
        ours.append(_until(_console(directory, 80, 24), "Overview", wait=10 if not turn else 0))
        empty.append(_until(Terminal([sys.executable, "-c", EMPTY_APP], 80, 24, _environment(directory)), "painted", wait=0))
    mine, theirs = statistics.median(ours[1:]), statistics.median(empty[1:])
    return [Figure("first paint", f"{mine:.2f} s", f"empty Textual app {theirs:.2f} s", "≤ 1.5 x", mine <= 1.5 * theirs)]


def _until(terminal: Terminal, text: str, wait: float) -> float:
    began = time.perf_counter()
    terminal.expect(text, 60)
    seconds = time.perf_counter() - began
    terminal.read(wait)
    terminal.end(signal.SIGTERM)
    terminal.close()
    return seconds


class Writer(threading.Thread):
    """Appends rows at a steady rate, stamped with the present."""

    def __init__(self, log: Path, rows_per_second: int) -> None:
        super().__init__(daemon=True)
        self._log, self._rate, self.stop = log, rows_per_second, threading.Event()

    def run(self) -> None:
        fresh, turn = self._log.with_name("fresh.txt"), 0
        while not self.stop.wait(0.5):
            turn += 1
            write_lines(fresh, self._rate // 2, self._rate, start=datetime.now(UTC), seed=turn)
            with self._log.open("ab") as file:
                file.write(fresh.read_bytes())


def _live(directory: Path, seconds: float) -> list[Figure]:
    figures = []
    for columns, rows, limit in ((80, 24, 2_000), (200, 60, 6_000)):
        place = directory / f"{columns}"
        place.mkdir(parents=True)
        write_lines(place / "app.jsonl", 1_000, 10, start=datetime.fromtimestamp(time.time() - 100, UTC))
        write_config(place, extra='[baseline]\nfirst = "500 rows"\n')
        figures += _watched(place, columns, rows, limit, seconds)
    return figures


def _watched(place: Path, columns: int, rows: int, limit: int, seconds: float) -> list[Figure]:
    terminal, writer = _console(place, columns, rows), Writer(place / "app.jsonl", 1_000)
    terminal.expect("Overview", 60)
    writer.start()
    terminal.read(8)
    busy, began = cpu_seconds(terminal.process.pid), time.monotonic()
    size = len(terminal.read(seconds))
    share = (cpu_seconds(terminal.process.pid) - busy) / (time.monotonic() - began)
    resident = resident_megabytes(terminal.process.pid)
    writer.stop.set()
    per_refresh = size / (seconds / 2.0)
    found = [
        Figure(f"bytes per refresh at {columns}x{rows}", f"{per_refresh / 1e3:.1f} kB", "", f"≤ {limit / 1e3:.0f} kB", per_refresh <= limit)
    ]
    if columns == 80:
        found.append(Figure("CPU at 1,000 rows/s", f"{100 * share:.0f} % of a core", "", "≤ 10 %", share <= 0.10))
        found.append(Figure("memory, live", f"{resident:.0f} MB", "", "≤ 350 MB", resident <= 350))
        found.append(_delay(terminal, place / "app.jsonl"))
    terminal.end(signal.SIGTERM)
    terminal.close()
    return found


def _delay(terminal: Terminal, log: Path) -> Figure:
    """Append to a quiet log and wait for the first byte on the Files screen, whose positions always change."""
    terminal.type("6")
    terminal.read(6)
    delays = []
    for turn in range(12):
        terminal.read(2.6)
        fresh = log.with_name("fresh.txt")
        write_lines(fresh, 400, 1_000, start=datetime.now(UTC), seed=1_000 + turn)
        began = time.monotonic()
        with log.open("ab") as file:
            file.write(fresh.read_bytes())
        terminal.read(5, until=b"\x1b")
        delays.append(time.monotonic() - began)
    p95 = sorted(delays)[int(0.95 * len(delays))]
    return Figure("line appended to shown, p95", f"{p95:.2f} s", "", "≤ 2.3 s", p95 <= 2.3)


def _idle(directory: Path, seconds: float) -> Figure:
    directory.mkdir()
    write_lines(directory / "app.jsonl", 20_000, rows_per_second=50)
    write_config(directory)
    terminal = _console(directory, 80, 24)
    terminal.expect("Overview", 60)
    terminal.read(8)
    busy, began = cpu_seconds(terminal.process.pid), time.monotonic()
    size = len(terminal.read(seconds))
    share = (cpu_seconds(terminal.process.pid) - busy) / (time.monotonic() - began)
    terminal.end(signal.SIGTERM)
    terminal.close()
    return Figure("idle", f"{size} bytes in {seconds:.0f} s, {100 * share:.1f} % CPU", "", "0 bytes, ≤ 1 %", size == 0 and share <= 0.01)


def _flash() -> list[Figure]:
    """What a flash costs beyond the same change without one, on Overview and Alerts."""
    found = []
    for name, key in (("Overview", "1"), ("Alerts", "5")):
        size = _played(key, []) - _played(key, ["quiet"])
        found.append(Figure(f"flash at 80x24, {name}", f"{size / 1e3:.1f} kB", "", "≤ 1 kB", size <= 1_000))
    return found


def _played(key: str, arguments: list[str]) -> int:
    terminal = Terminal([sys.executable, "-c", FLASH_APP, *arguments], 80, 24, dict(os.environ), Path.cwd())
    terminal.expect("crit", 60)
    terminal.type(key)
    terminal.read(2)
    size = len(terminal.read(6))
    terminal.end(signal.SIGTERM)
    terminal.close()
    return size


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_megabytes(pid: int) -> float:
    """Return the memory that a process holds."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
