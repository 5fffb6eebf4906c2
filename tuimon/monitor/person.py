"""Who sits at the console."""

from __future__ import annotations

import getpass
import os

from tuimon.values.text import safe_text

LONGEST = 64


def login_name() -> str:
    """Return the login name of who runs the program, safe for a screen; "user 1000" where the system knows no name."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = ""
    return safe_text(" ".join(name.split()), LONGEST) or f"user {os.getuid()}"
