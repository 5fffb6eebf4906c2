"""What every test may rely on: no state of the user's, no colours from the environment, Hypothesis without a clock."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tuimon.sources import Watcher

settings.register_profile("tuimon", deadline=None, derandomize=True, print_blob=False)
settings.load_profile("tuimon")


@pytest.fixture(autouse=True)
def no_hints(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """With TUIMON_TEST_WATCH=off every engine only polls, as on a network file system: the results must be the same."""
    if os.environ.get("TUIMON_TEST_WATCH") == "off" and "watcher" not in request.node.path.name:
        monkeypatch.setattr(Watcher, "_start", lambda _watcher: False)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home directory of the test's own, and none of our variables set."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "TUIMON_CONFIG", "TUIMON_STATE", "TUIMON_REFRESH", "TUIMON_LOG_LEVEL", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("TEXTUAL_THEME", "COLORFGBG", "LC_ALL", "LC_CTYPE", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    return home
