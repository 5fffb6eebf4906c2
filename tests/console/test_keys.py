"""The page of keys says what the table of actions says; `TUIMON_GOLDEN=write` writes it anew."""

from __future__ import annotations

import os
from pathlib import Path

from tuimon.config import ACTIONS
from tuimon.console.keys import page

PAGE = Path(__file__).parents[2] / "docs" / "keys.md"


def test_the_page_is_that_of_the_table() -> None:
    if os.environ.get("TUIMON_GOLDEN") == "write":
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_no_key_has_two_meanings_and_every_action_is_named() -> None:
    keys = [key for action in ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))
    assert all(action.help in page() for action in ACTIONS)
