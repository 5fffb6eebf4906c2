"""`tuimon ingest` over one bad directory after the other: peak memory, time, books, and the good lines."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.hostile.corpus import Case, cases
from benchmarks.table import Figure

ROOT = Path(__file__).parents[2]
MOST = 350
"""Megabytes that reading may take, whatever is read."""
STOPPED_AT = 4_000
PATIENCE = 600
"""Megabytes and seconds at which a reader is stopped."""
COUNTED = ("lines", "rows", "labels", "rejected", "blank", "skipped")


@dataclass(frozen=True)
class Finding:
    """What one case came to."""

    case: Case
    peak: float
    """Megabytes."""
    seconds: float
    expected: int | None
    """Lines to account for, None where that depends on policy."""
    failure: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    """The books, and in "good" how many good lines are rows."""

    @property
    def met(self) -> bool:
        """Whether memory held, every line is in the books and the good ones are rows."""
        good, lines = self.counts.get("good"), self.counts.get("lines")
        return not self.failure and self.peak <= MOST and good == self.case.good and self.expected in (None, lines)

    @property
    def told(self) -> str:
        """The books in words, and what is wrong with them."""
        parts = [f"{self.counts[name]:,} {name}" for name in COUNTED if self.counts.get(name)]
        if self.expected not in (None, self.counts.get("lines")):
            parts.append(f"of {self.expected:,} lines")
        if self.counts.get("good") != self.case.good:
            parts.append(f"{self.counts.get('good', 0)} of {self.case.good} good lines")
        return ", ".join([*parts, *filter(None, [self.failure])])


def measure(place: Path, case: Case) -> Finding:
    """Return what one case comes to, written into an empty directory."""
    logs, state, said = place / "logs", place / "state", place / "said"
    logs.mkdir()
    expected = case.write(logs)
    limits = [str(case.descriptors), str(PATIENCE), str(STOPPED_AT), str(said)]
    command = [sys.executable, "-m", "tuimon", "ingest", str(logs), "--state", str(state)]
    code, peak, seconds, stopped = json.loads(_run("benchmarks.hostile.launch", *limits, *command).stdout)
    failure = f"stopped for its {stopped}" if stopped else f"exit code {code}: {_end(said)}" if code else ""
    witness = _run("benchmarks.hostile.witness", str(state))
    if witness.returncode:
        return Finding(case, peak, seconds, expected, failure or f"the store cannot be read: {witness.stderr[-300:]}")
    counts = json.loads(witness.stdout)
    failure = failure or ("" if counts.pop("sound") else "the books do not balance")
    return Finding(case, peak, seconds, expected, failure, counts)


def _run(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def _end(said: Path) -> str:
    return said.read_text(encoding="utf-8", errors="replace").strip()[-200:]


def figures(place: Path, scale: int) -> list[Figure]:
    """Return a figure for each case, told on stderr as well as soon as it is known."""
    found = []
    for number, case in enumerate(cases(scale)):
        directory = place / str(number)
        directory.mkdir()
        finding = measure(directory, case)
        shutil.rmtree(directory)
        measured = f"{finding.peak:.0f} MB, {finding.seconds:.1f} s"
        sys.stderr.write(f"  {case.name}: {measured}: {finding.told}\n")
        found.append(Figure(case.name, measured, finding.told, f"≤ {MOST} MB, good lines read", finding.met))
    return found
