"""A fresh store for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tuimon.config import Keep
from tuimon.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store with the default limits."""
    opened = Store.open(tmp_path / "state", Keep())
    yield opened
    opened.close()
