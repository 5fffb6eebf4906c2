"""What every test of the tailer needs: a directory, a clock that stands still, formats of ten lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.harness import Harness


@pytest.fixture
def box(tmp_path: Path) -> Harness:
    """A harness on an empty directory."""
    return Harness(tmp_path / "logs")
