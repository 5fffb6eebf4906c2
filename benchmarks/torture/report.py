"""The figures of all torture runs together."""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.table import Figure
from benchmarks.torture.outcome import Outcome, told
from benchmarks.torture.run import torture
from benchmarks.torture.setups import SETUPS, missing_tool


def figures(place: Path, kills: int, lines: int) -> list[Figure]:
    """Return the sums over all set-ups whose tools are here; what goes wrong is told at once, and its directory kept."""
    setups = [setup for setup in SETUPS if not missing_tool(setup)]
    if not setups:
        sys.stderr.write("  logrotate is not installed: nothing can be rotated\n")
        return []
    outcomes = []
    for number, setup in enumerate(setups):
        directory = place / str(number)
        directory.mkdir()
        outcome = torture(directory, setup, -(-kills // len(setups)), -(-lines // len(setups)), seed=number)
        outcomes.append(outcome)
        sys.stderr.write(f"  {setup.name}, seed {number}: {outcome.kills} kills, {outcome.lines:,} lines, {outcome.rotations} rotations\n")
        if not outcome.exact:
            kept = Path(tempfile.mkdtemp(prefix="tuimon-torture-")) / "kept"
            shutil.copytree(directory, kept)
            sys.stderr.write(f"  {told(outcome, directory / 'logs')}\n  kept in {kept}\n")
    return _sums(outcomes)


def _sums(outcomes: list[Outcome]) -> list[Figure]:
    kills, lines, real = (sum(values) for values in zip(*((o.kills, o.lines, o.real) for o in outcomes), strict=True))
    lost, doubled = sum(len(o.lost) for o in outcomes), sum(len(o.doubled) for o in outcomes)
    opens, peak = [seconds for o in outcomes for seconds in o.opens], max(o.peak for o in outcomes)
    return [
        Figure(
            f"{kills} kills over {lines:,} lines",
            f"{lost} lost, {doubled} doubled, {sum(o.totals['gaps'] for o in outcomes)} gaps",
            f"{len(outcomes)} set-ups, {sum(o.rotations for o in outcomes)} rotations, {real} kills of the whole command",
            "0 lost, 0 doubled",
            all(o.exact for o in outcomes),
        ),
        Figure(
            "store opens after kill -9",
            f"{statistics.median(opens):.3f} s, at most {max(opens):.3f} s" if opens else "not measured",
            f"{len(opens)} openings",
            "≤ 0.5 s",
            bool(opens) and max(opens) <= 0.5,
        ),
        Figure("memory of a reader under torture", f"{peak:.0f} MB", "", "≤ 350 MB", peak <= 350),
    ]
