"""The console, htop and btop in the same kind of terminal, in one run: bytes, keys, CPU; and what each leaves behind."""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.records import write_config, write_lines
from benchmarks.screen import Writer, cpu_seconds, resident_megabytes
from benchmarks.table import Figure
from tests.e2e.terminal import Terminal

REFRESH = 2.0
SIZES = ((80, 24, 2_000), (200, 60, 6_000))
"""Columns, rows, and the budget of bytes per refresh."""
BEGIN_PAINT = b"\x1b[?2026h"
LEFT = (b"\x1b[?1049l", b"\x1b[?25h")
"""What gives the terminal back: its own screen, and the cursor."""
BROKEN = """
import sys
from tuimon.console.run import Manner, run
class Broken:
    failure = None
    def start(self, publish, refused):
        import threading
        threading.Timer(1.0, lambda: publish("no snapshot")).start()
    def request(self, request): pass
    def stop(self, timeout): return True
try:
    run(Broken(), Manner())
except Exception as error:
    sys.exit(3)
"""


@dataclass(frozen=True)
class Program:
    """A program to look at."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    ready: str
    """What it has written once it is up."""
    keys: Sequence[str]
    """Keys that each change what is shown."""


@dataclass(frozen=True)
class Seen:
    """What one program did in one terminal."""

    bytes_per_refresh: float
    paints_per_refresh: float
    key_p50: float
    key_p95: float
    cpu: float
    memory: float


def measure(directory: Path, seconds: float) -> list[Figure]:
    """Return all figures, each with what the others took."""
    figures = []
    for columns, rows, budget in SIZES:
        seen = {program.name: _watched(program, columns, rows, seconds, directory) for program in _programs(directory / f"{columns}")}
        figures += _compared(seen, f"{columns}x{rows}", budget)
    return [*figures, *_left_behind(directory / "left")]


def _programs(directory: Path) -> list[Program]:
    directory.mkdir()
    for name in ("a", "b", "c", "d"):
        write_lines(directory / f"{name}.jsonl", 1_000, 10, start=datetime.fromtimestamp(time.time() - 100, UTC))
    write_config(directory, extra='[baseline]\nfirst = "500 rows"\n')
    plain = {**os.environ, "XDG_STATE_HOME": str(directory / "xdg"), "XDG_CONFIG_HOME": str(directory / "config"), "LANG": "C.UTF-8"}
    ours = [sys.executable, "-m", "tuimon", "-c", str(directory / "config.toml"), "--state", str(directory / "state")]
    found = [Program("tuimon", ours, plain, "Overview", ("j", "k", "2", "j", "3", "1"))]
    if shutil.which("htop"):
        found.append(Program("htop", ["htop", "-d", str(int(10 * REFRESH))], plain, "Load", ("\x1b[B", "\x1b[A")))
    if shutil.which("btop"):
        settings = directory / "config" / "btop" / "btop.conf"
        settings.parent.mkdir(parents=True)
        settings.write_text(f"update_ms={int(1000 * REFRESH)}\n", encoding="ascii")
        found.append(Program("btop", ["btop", "--utf-force"], plain, "Tree", ("\x1b[B", "\x1b[A")))
    return found


def _watched(program: Program, columns: int, rows: int, seconds: float, directory: Path) -> Seen:
    """Under 1,000 rows a second in four files, which is work for the other two as well."""
    place = directory / f"{columns}"
    terminal = Terminal(program.command, columns, rows, program.environment, Path.cwd())
    terminal.read(10, until=program.ready.encode())
    writers = [Writer(place / f"{name}.jsonl", 250) for name in ("a", "b", "c", "d")]
    for writer in writers:
        writer.start()
    terminal.read(8)
    busy, began = cpu_seconds(terminal.process.pid), time.monotonic()
    written = terminal.read(seconds)
    share = (cpu_seconds(terminal.process.pid) - busy) / (time.monotonic() - began)
    memory = resident_megabytes(terminal.process.pid)
    delays = _delays(terminal, program.keys)
    for writer in writers:
        writer.stop.set()
    terminal.end(signal.SIGTERM)
    terminal.close()
    refreshes = seconds / REFRESH
    high = sorted(delays)[int(0.95 * len(delays))]
    return Seen(len(written) / refreshes, written.count(BEGIN_PAINT) / refreshes, statistics.median(delays), high, share, memory)


def _delays(terminal: Terminal, keys: Sequence[str], presses: int = 60) -> list[float]:
    """Return the seconds from each key to the first byte that it makes the program write."""
    delays = []
    for turn in range(presses):
        terminal.read(0.15)
        began = time.monotonic()
        terminal.type(keys[turn % len(keys)])
        terminal.read(2.0, until=b"\x1b")
        delays.append(time.monotonic() - began)
    return delays


def _compared(seen: Mapping[str, Seen], size: str, budget: int) -> list[Figure]:
    ours = seen["tuimon"]
    others = {name: one for name, one in seen.items() if name != "tuimon"}

    def beside(words: Mapping[str, str]) -> str:
        return ", ".join(f"{name} {value}" for name, value in words.items()) or "htop and btop are not installed"

    return [
        Figure(
            f"bytes per refresh at {size}, 4 files growing",
            f"{ours.bytes_per_refresh / 1e3:.1f} kB",
            beside({name: f"{one.bytes_per_refresh / 1e3:.1f} kB" for name, one in others.items()}),
            f"≤ {budget / 1e3:.0f} kB",
            ours.bytes_per_refresh <= budget,
        ),
        Figure(f"repaints per refresh at {size}", f"{ours.paints_per_refresh:.1f}", "", "≤ 1", ours.paints_per_refresh <= 1.05),
        Figure(
            f"key to paint at {size}, p50 / p95",
            f"{1e3 * ours.key_p50:.0f} / {1e3 * ours.key_p95:.0f} ms",
            beside({name: f"{1e3 * one.key_p50:.0f} / {1e3 * one.key_p95:.0f} ms" for name, one in others.items()}),
            "≤ 50 ms",
            ours.key_p95 <= 0.050,
        ),
        Figure(
            f"CPU at 1,000 rows/s, {size}",
            f"{100 * ours.cpu:.1f} %",
            beside({name: f"{100 * one.cpu:.1f} %" for name, one in others.items()}),
            "≤ 10 %",
            ours.cpu <= 0.10,
        ),
        Figure(
            f"memory, {size}",
            f"{ours.memory:.0f} MB",
            beside({name: f"{one.memory:.0f} MB" for name, one in others.items()}),
            "≤ 350 MB",
            ours.memory <= 350,
        ),
    ]


def _left_behind(directory: Path) -> list[Figure]:
    """End the console in each way, and an error in it, and look at the terminal."""
    directory.mkdir()
    write_lines(directory / "app.jsonl", 1_000, 10)
    write_config(directory)
    command = [sys.executable, "-m", "tuimon", "-c", str(directory / "config.toml"), "--state", str(directory / "state")]
    ways: dict[str, tuple[Sequence[str], signal.Signals | None]] = {
        "SIGTERM": (command, signal.SIGTERM),
        "SIGHUP": (command, signal.SIGHUP),
        "an error of the screen": ([sys.executable, "-c", BROKEN], None),
    }
    return [_restored(name, *way, directory) for name, way in ways.items()]


def _restored(name: str, command: Sequence[str], number: signal.Signals | None, directory: Path) -> Figure:
    terminal = Terminal(command, 80, 24, {**os.environ, "XDG_STATE_HOME": str(directory / "xdg")}, Path.cwd())
    terminal.expect("Overview", 30)
    began = time.monotonic()
    terminal.end(number)
    seconds = time.monotonic() - began
    whole = all(mark in terminal.written for mark in LEFT) and terminal.modes() == list(terminal.before)
    terminal.close()
    return Figure(f"terminal after {name}", "as it was" if whole else "in disorder", f"ended in {seconds:.1f} s", "as it was", whole)
