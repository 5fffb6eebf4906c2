"""One torture run: a writer, the real `logrotate`, readers that are killed, and the count at the end."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

from benchmarks.torture.outcome import Outcome, counted
from benchmarks.torture.setups import Setup, configuration
from benchmarks.torture.writer import NO_LOCK, held

ROOT = Path(__file__).parents[2]
REAL = 8
"""Every eighth reader is a whole `python -m tuimon ingest`; the others are forked from a process that has imported it."""
SECONDS_A_KILL = 0.6
"""About what one takes."""


def torture(place: Path, setup: Setup, kills: int, lines: int, seed: int) -> Outcome:
    """Return what came of so many kills and at least so many lines in an empty directory."""
    scene = _Scene(place, setup, random.Random(seed))
    writer = scene.writer(lines, kills * SECONDS_A_KILL, seed)
    ended = threading.Event()
    rotator = threading.Thread(target=scene.rotate_until, args=(ended, random.Random(seed + 1)))
    rotator.start()
    try:
        scene.kill_readers(kills)
    finally:
        (place / "stop").touch()
        written = int(writer.communicate(timeout=240)[0])
        ended.set()
        rotator.join()
    return scene.outcome(written, seed)


class _Scene:
    """The directory of one run, and what was seen in it."""

    def __init__(self, place: Path, setup: Setup, chance: random.Random) -> None:
        self._place, self._setup, self._chance = place, setup, chance
        self._logs, self._state, self._config = place / "logs", place / "state", place / "config.toml"
        self._opens, self._rotations = place / "opens", place / "logrotate.conf"
        self._lock = place / "lock" if setup.in_turns else NO_LOCK
        self._rotated, self._kills, self._real, self._peak = 0, 0, 0, 0.0
        self._said: list[str] = []
        # logrotate refuses directories and configurations that others may write.
        place.chmod(0o700)
        self._logs.mkdir(mode=0o700)
        (place / "lock").touch()
        self._opens.touch()
        self._config.write_text('refresh = "500ms"\n[sources.m]\npaths = ["logs/*"]\n', encoding="utf-8")

    def writer(self, lines: int, seconds: float, seed: int) -> subprocess.Popen[str]:
        """Start the writer, and write the configuration of logrotate, which may have to know it."""
        log = self._logs / "app.jsonl"
        arguments = [log, self._lock, self._place / "stop", self._setup.reopening, lines, seconds, seed]
        command = [sys.executable, "-m", "benchmarks.torture.writer", *map(str, arguments)]
        writer = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        writer.stdout.readline()
        self._rotations.touch(0o600)
        self._rotations.write_text(configuration(self._setup, log, writer.pid), encoding="utf-8")
        return writer

    def rotate_until(self, ended: threading.Event, chance: random.Random) -> None:
        """Rotate every now and then."""
        command = [shutil.which("logrotate") or "logrotate", "-f", "-s", str(self._place / "rotated"), str(self._rotations)]
        while not ended.wait(0.1 + 0.6 * chance.random()):
            with held(self._lock):
                done = subprocess.run(command, check=False, capture_output=True, text=True)
            self._rotated += 1
            if done.returncode:
                self._said.append(f"logrotate: {done.stderr.strip()[:300]}")

    def kill_readers(self, kills: int) -> None:
        """Kill so many readers at random moments."""
        command = [sys.executable, "-m", "benchmarks.torture.victim", str(self._config), str(self._state), str(self._opens)]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as zygote:
            assert zygote.stdin is not None
            assert zygote.stdout is not None
            while self._kills < kills:
                if self._kills % REAL == REAL - 1:
                    self._kill_command(0.5 + self._chance.random())
                else:
                    self._kill_fork(zygote.stdin, zygote.stdout, 0.02 + self._chance.random() ** 2)
                if self._chance.random() < 0.1:
                    # Nobody reads for a while: several rotations lie between two looks.
                    time.sleep(1.5 * self._chance.random())
            zygote.stdin.close()

    def _kill_command(self, after: float) -> None:
        process = subprocess.Popen(self._tuimon("ingest"), stdout=subprocess.DEVNULL, cwd=ROOT)
        time.sleep(after)
        # Popen.kill would take the status of one that has ended, and with it its memory.
        os.kill(process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self._real += process.returncode == -9
        self._ended(process.returncode, usage.ru_maxrss)

    def _kill_fork(self, orders: IO[str], answers: IO[str], after: float) -> None:
        orders.write(self._chance.choice(("ingest", "live", "live")) + "\n")
        orders.flush()
        time.sleep(after)
        orders.write("kill\n")
        orders.flush()
        status, kilobytes = answers.readline().split()
        self._ended(os.waitstatus_to_exitcode(int(status)), int(kilobytes))

    def _ended(self, code: int, kilobytes: int) -> None:
        self._kills += code == -9
        self._peak = max(self._peak, kilobytes / 1024)
        if code not in (-9, 0):
            self._said.append(f"a reader ended with {code}")

    def outcome(self, written: int, seed: int) -> Outcome:
        """Read to the end and count every number."""
        ingested, checked, proof = self._answer("ingest"), self._answer("check")["ingest"], self._answer("verify")
        if ingested["lines"] != checked["lines"]:
            self._said.append(f"ingest counted {ingested['lines']} lines, check {checked['lines']}")
        lost, doubled, foreign = counted(self._state, written)
        return Outcome(
            setup=self._setup.name,
            seed=seed,
            lines=written,
            kills=self._kills,
            real=self._real,
            rotations=self._rotated,
            lost=lost,
            doubled=doubled,
            foreign=foreign,
            totals={name: int(checked[name]) for name in ("files", "lines", "rows", "rejected", "blank", "gaps")},
            books=bool(proof["ok"]),
            notices="; ".join(dict.fromkeys(self._said)),
            peak=self._peak,
            opens=tuple(float(text) for text in self._opens.read_text(encoding="utf-8").split()),
        )

    def _answer(self, command: str) -> Any:
        done = subprocess.run(self._tuimon(command, "--json"), cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
        if done.stderr:
            self._said.append(f"{command}: {done.stderr.strip()[:1000]}")
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise RuntimeError(f"tuimon {command} ended with {done.returncode}: {done.stderr}") from None

    def _tuimon(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "tuimon", *arguments, "-c", str(self._config), "--state", str(self._state)]
