"""Where the configuration is, where the state goes, and the settings for a bare directory."""

from __future__ import annotations

import glob
import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tuimon.config.defaults import default_settings
from tuimon.config.settings import Settings, Source

_OURS = re.compile(rb"""^[ \t]*\[?[ \t]*["']?(sources|baseline|windows|drift|thresholds|notify)["']?[ \t]*[\].=]""", re.MULTILINE)
_LONGEST_NAME = 100


def for_directory(directory: Path, settings: Settings | None) -> Settings:
    """Return settings that read everything under `directory`, whatever it is.

    Sources and baselines of `settings` are left aside, the rest is kept; None means every default.
    """
    path = os.path.abspath(directory)
    name = os.path.basename(path).encode("utf-8", "replace").decode() or "root"
    source = Source(name, (os.path.join(glob.escape(path), "**"),), detect=True)
    return replace(settings or default_settings(), sources=(source,), baseline=Settings().baseline, model_baselines=())


def find_config(explicit: Path | None, environment: Mapping[str, str], directory: Path) -> Path | None:
    """Return the configuration file to read, or None when there is none.

    The first that is given: `explicit`, TUIMON_CONFIG, config.toml in `directory` if it has tables of ours (a file of another
    program may have that name), tuimon/config.toml in the user's configuration directory. The first two need not exist.
    """
    if explicit is not None:
        return explicit
    if environment.get("TUIMON_CONFIG"):
        return directory / environment["TUIMON_CONFIG"]
    here = directory / "config.toml"
    if _is_ours(here):
        return here
    common = _user_directory(environment, "XDG_CONFIG_HOME", ".config") / "tuimon" / "config.toml"
    return common if common.is_file() else None


def state_directory(explicit: Path | None, environment: Mapping[str, str], target: Path) -> Path:
    """Return where the state of `target` (a configuration file, or a directory of logs) is kept; nothing is created.

    `explicit`, then TUIMON_STATE, then tuimon/NAME-HASH in the user's state directory: the name of the directory and 12 hex
    digits of the hash of the real path of `target`.
    """
    if explicit is not None:
        return explicit
    if environment.get("TUIMON_STATE"):
        return Path(environment["TUIMON_STATE"])
    real = Path(os.path.realpath(target))
    name = (real if real.is_dir() else real.parent).name or "root"
    while len(os.fsencode(name)) > _LONGEST_NAME:
        name = name[:-1]
    digest = hashlib.sha256(os.fsencode(real)).hexdigest()[:12]
    return _user_directory(environment, "XDG_STATE_HOME", ".local/state") / "tuimon" / f"{name}-{digest}"


def _user_directory(environment: Mapping[str, str], variable: str, usual: str) -> Path:
    """Return an XDG base directory; the specification says that relative ones are ignored."""
    given = Path(environment.get(variable, ""))
    if given.is_absolute():
        return given
    return Path(environment.get("HOME") or os.path.expanduser("~")) / usual


def _is_ours(path: Path) -> bool:
    try:
        return _OURS.search(path.read_bytes()) is not None
    except OSError:
        return False
