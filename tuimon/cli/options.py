"""What the command line, the environment and the configuration file say together."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tuimon.config import Settings, duration, find_config, for_directory, load, state_directory


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
    refresh = _refresh(environment)
    settings = settings if refresh is None else replace(settings, refresh=refresh)
    target = directory if directory is not None else config
    if target is None:
        raise UsageError("nothing to look at: name a directory of prediction logs")
    return Run(settings, state_directory(arguments.state, environment, target), config, directory, refresh)


def _config(arguments: argparse.Namespace, environment: Mapping[str, str]) -> Path | None:
    config = find_config(arguments.config, environment, Path.cwd())
    if config is not None and not config.is_file():
        raise UsageError(f"{config}: there is no such configuration file")
    return config


def _directory(arguments: argparse.Namespace) -> Path | None:
    name: Path | None = getattr(arguments, "directory", None)
    if name is None:
        return None
    if not name.exists():
        raise UsageError(f"{name}: there is no such directory")
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
