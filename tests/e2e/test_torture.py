"""`kill -9` under the real `logrotate`: whatever is rotated, and whenever a reader dies, every line is counted exactly once."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.torture.outcome import told
from benchmarks.torture.run import torture
from benchmarks.torture.setups import SETUPS, Setup, missing_tool

KILLS = 26
LINES = 130_000
"""Of each set-up: together more than 200 kills over more than a million lines."""


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("setup", SETUPS, ids=[setup.name for setup in SETUPS])
def test_no_line_is_lost_or_doubled_however_logs_rotate_and_readers_die(setup: Setup, tmp_path: Path) -> None:
    if missing := missing_tool(setup):
        pytest.skip(f"{missing} is not installed, so nothing can be rotated this way")
    outcome = torture(tmp_path, setup, KILLS, LINES, seed=SETUPS.index(setup))
    assert outcome.kills >= KILLS
    assert outcome.lines >= LINES
    assert outcome.rotations > 0
    assert outcome.exact, f"{told(outcome, tmp_path / 'logs')}; see {tmp_path}"
