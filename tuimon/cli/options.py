"""What the command line, the environment and the configuration file say together."""

from __future__ import annotations

import argparse
import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tuimon.config import Settings, duration, find_config, for_directory, load, state_directory

COMMANDS = {
    "console": "open the console (the default; without a terminal: the plain report of check)",
    "demo": "write live traffic of a small real model, break it on a script, and open the console on it",
    "ingest": "read everything up to the present end of all files, then stop",
    "check": "ingest, evaluate, print alerts and panels; exit code 0 ok, 1 warning, 2 critical, 3 unknown",
    "analyze": "drift, quality and performance by chunk, exact, from the stored rows; exit codes as check",
    "backtest": "replay the stored history through the thresholds of a config: which alerts would have fired; exit codes as check",
    "verify": "prove the books: every consumed line is a row, a label, skipped, blank or a reject",
    "rejects": "print the rejected lines with file, line, offset and reason",
    "silence": "hear nothing of some alerts for a time, also while a console is open; without a matcher: list the silences",
    "forget": "delete stored rows or values, keeping counts",
    "notify-test": "send a test alert and its end to one receiver of the configuration",
    "doctor": "say what is fine on this machine, what is not, and what to do",
}


class UsageError(Exception):
    """The command cannot be run as it was typed; one sentence says why."""


@dataclass(frozen=True)
class Run:
    """Where to read, with which settings, and where to keep what is known."""

    settings: Settings
    state: Path
    config: Path | None
    directory: Path | None
    refresh: float | None = None
    """The refresh interval of the environment, which wins over every save of the file."""

    @property
    def title(self) -> str:
        """What is looked at, as the user named it."""
        return str(self.directory if self.directory is not None else self.config)

    def adapt(self, fresh: Settings) -> Settings:
        """Return freshly loaded settings for this run: a directory on the command line stays the only source."""
        fresh = for_directory(self.directory, fresh) if self.directory is not None else fresh
        return fresh if self.refresh is None else replace(fresh, refresh=self.refresh)


def resolve(arguments: argparse.Namespace, environment: Mapping[str, str]) -> Run:
    """Return the run that flags, environment and file describe. Raises UsageError and ConfigError."""
    config = _config(arguments, environment)
    settings = load(config) if config is not None else None
    directory = _directory(arguments)
    if directory is not None:
        settings = for_directory(directory, settings)
    if settings is None:
        raise UsageError("nothing to look at: name a directory of prediction logs (tuimon DIR) or a configuration (tuimon -c FILE)")
    if not settings.sources:
        raise UsageError(f"{config}: there is no [sources.NAME] table with paths; add one, or name a directory of logs")
    refresh = _refresh(environment)
    settings = settings if refresh is None else replace(settings, refresh=refresh)
    target = directory if directory is not None else config
    if target is None:
        raise UsageError("nothing to look at: name a directory of prediction logs")
    return Run(settings, state_directory(arguments.state, environment, target), config, directory, refresh)


def _config(arguments: argparse.Namespace, environment: Mapping[str, str]) -> Path | None:
    config = find_config(arguments.config, environment, Path.cwd())
    if config is not None and config.is_dir():
        raise UsageError(f"{config}: is a directory; name the configuration file in it, or leave out -c to read its logs")
    if config is not None and not config.is_file():
        raise UsageError(f"{config}: there is no such configuration file")
    return config


def _directory(arguments: argparse.Namespace) -> Path | None:
    name: Path | None = getattr(arguments, "directory", None)
    if name is None:
        return None
    if not name.exists():
        near = difflib.get_close_matches(str(name), COMMANDS, 1)
        raise UsageError(f"{name}: there is no such directory" + (f"; did you mean the command '{near[0]}'?" if near else ""))
    if not name.is_dir():
        raise UsageError(f"{name}: is not a directory; name the directory that holds the logs")
    if not os.access(name, os.R_OK | os.X_OK):
        raise UsageError(f"{name}: may not be read by this user; check its permissions")
    return name.absolute()


def _refresh(environment: Mapping[str, str]) -> float | None:
    text = environment.get("TUIMON_REFRESH")
    if not text:
        return None
    try:
        seconds = duration(text)
    except ValueError as error:
        raise UsageError(f"TUIMON_REFRESH: {error}") from error
    return max(0.2, seconds)
