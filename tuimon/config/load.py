"""The TOML file as validated settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import tomli

from tuimon.config.baseline_tables import read_baselines
from tuimon.config.checks import choice, whole
from tuimon.config.errors import ConfigError
from tuimon.config.keys import read_keys
from tuimon.config.locate import locate
from tuimon.config.notify_tables import read_receivers
from tuimon.config.quantities import alarm_rate, duration, duration_text, shown, size
from tuimon.config.settings import Drift, Keep, Method, Settings, Windows
from tuimon.config.source_tables import read_sources
from tuimon.config.table import Document, Table
from tuimon.config.thresholds import read_overrides

_KEYS = ("refresh", "sources", "baseline", "windows", "drift", "thresholds", "notify", "keys", "store")
_METHODS: tuple[Method, ...] = get_args(Method)
_LEAST_MEMORY = 16_000_000


def load(path: Path) -> Settings:
    """Return the settings of the TOML file `path`, every value checked and every default filled in.

    Raises ConfigError, also when the file cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as failure:
        raise ConfigError(path, None, "", f"cannot be read: {failure.strerror or failure}") from failure
    return parse(data, path)


def parse(data: bytes, path: Path) -> Settings:
    """Return the settings that `data`, the content of the file `path`, holds. Raises ConfigError."""
    top = _document(data, path)
    top.only(_KEYS)
    directory = path.parent.resolve()
    drift = _drift(top.table("drift"))
    baseline, model_baselines = read_baselines(top, directory)
    windows = _windows(top.table("windows"))
    return Settings(
        refresh=top.get("refresh", _refresh, 2.0),
        sources=read_sources(top, directory),
        baseline=baseline,
        model_baselines=model_baselines,
        windows=windows,
        drift=drift,
        overrides=read_overrides(top.table("thresholds"), drift.method),
        store=_store(top.table("store"), windows),
        receivers=read_receivers(top, directory),
        keys=read_keys(top.table("keys")),
        path=path,
    )


def _document(data: bytes, path: Path) -> Table:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = data.count(b"\n", 0, failure.start) + 1
        raise ConfigError(path, line, "", "is not UTF-8 text; save it as UTF-8") from failure
    try:
        values: dict[str, Any] = tomli.loads(text)
        return Table(Document(path, locate(text)), (), values)
    except tomli.TOMLDecodeError as failure:
        raise ConfigError(path, failure.lineno, "", f"is not valid TOML: {failure.msg}") from failure
    except ValueError as failure:
        raise ConfigError(path, None, "", f"is not valid TOML: {failure}") from failure
    except RecursionError as failure:
        raise ConfigError(path, None, "", "is nested too deeply") from failure


def _refresh(value: object) -> float:
    seconds = duration(value)
    if seconds < 0.2:
        raise ValueError(f'must be at least "200ms", not {shown(value)}')
    return seconds


def _windows(table: Table) -> Windows:
    table.only(("widths", "current", "min_rows"))
    widths = table.items("widths", _width)
    if "widths" in table and not widths:
        raise table.error("widths", 'needs at least one width, such as ["5m", "1h", "24h"]')
    if len(set(widths)) < len(widths):
        raise table.error("widths", "must not name the same width twice")
    widths = tuple(sorted(widths)) or Windows().widths
    current = None if table.values.get("current") == "auto" else table.get("current", _width, None)
    if current is not None and current not in widths:
        known = ", ".join(f'"{duration_text(width)}"' for width in widths)
        raise table.error("current", f'must be "auto" or one of the widths: {known}')
    return Windows(widths, current, table.get("min_rows", whole(1, 10**9), 200))


def _width(value: object) -> int:
    seconds = duration(value)
    if not seconds or seconds % 60:
        raise ValueError(f'must be whole minutes such as "5m" or "1h", not {shown(value)}')
    return int(seconds)


def _drift(table: Table) -> Drift:
    table.only(("method", "bins", "false_alarms"))
    count, seconds = table.get("false_alarms", alarm_rate, (1.0, 604800.0))
    return Drift(table.get("method", choice(_METHODS), "psi"), table.get("bins", whole(2, 100), 10), count, seconds)


def _store(table: Table, windows: Windows) -> Keep:
    table.only(("keep_rows", "keep_minutes", "keep_history", "max_size", "memory_limit"))
    usual = Keep()
    keep = Keep(
        table.get("keep_rows", duration, usual.rows),
        table.get("keep_minutes", duration, usual.minutes),
        table.get("keep_history", duration, usual.history),
        table.get("max_size", size, usual.max_size),
        table.get("memory_limit", size, usual.memory_limit),
    )
    widest = windows.widths[-1]
    for key, kept in (("keep_minutes", keep.minutes), ("keep_history", keep.history)):
        if key in table and kept < widest:
            raise table.error(key, f"must not be shorter than the widest window ({duration_text(widest)})")
    if keep.memory_limit < _LEAST_MEMORY:
        raise table.error("memory_limit", 'must be at least "16MB"')
    return keep
