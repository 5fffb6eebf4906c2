"""What every test may rely on: no state of the user's, no colours from the environment, Hypothesis without a clock."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("tuimon", deadline=None, derandomize=True, print_blob=False)
settings.load_profile("tuimon")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home directory of the test's own, and none of our variables set."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "TUIMON_CONFIG", "TUIMON_STATE", "TUIMON_REFRESH", "TUIMON_LOG_LEVEL", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return home
