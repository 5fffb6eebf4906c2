"""The tables under [sources]: where the logs are and how their lines are read."""

from __future__ import annotations

import glob
import os
import zoneinfo
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, get_args

from tuimon.config.checks import choice, sample_rate, scalar_text, text
from tuimon.config.quantities import shown
from tuimon.config.settings import FieldPath, Fields, Source
from tuimon.config.table import Table, nearest

Part = Literal["auto", "full", "label"]
Unit = Literal["s", "ms", "us", "ns"]
_PARTS: tuple[Part, ...] = get_args(Part)
_UNITS: tuple[Unit, ...] = get_args(Unit)
_KEYS = ("paths", "preset", "part", "labels_for", "where", "tz", "sample_rate", "drop", "hash", "fields")
_ROLES = ("timestamp", "id", "model", "version", "prediction", "score", "label", "latency", "status", "sample_rate")
_WITH_UNIT = ("timestamp", "latency")


def read_sources(tables: Table, directory: Path) -> tuple[Source, ...]:
    """Return every source of [sources], its globs made absolute from `directory`. Raises ConfigError."""
    return tuple(_source(name, table, directory) for name, table in tables.tables("sources"))


def absolute_path(directory: Path) -> Callable[[object], str]:
    """Return a check for paths that makes them absolute; "~" is the home directory."""

    def check(value: object) -> str:
        path = os.path.expanduser(_path_text(value))
        return os.path.normpath(os.path.join(directory, path))

    return check


def _absolute_glob(directory: Path) -> Callable[[object], str]:
    """Return a check for globs; what looks like a pattern in the directory's own name stays literal."""

    def check(value: object) -> str:
        pattern = os.path.expanduser(_path_text(value))
        if os.path.isabs(pattern):
            return os.path.normpath(pattern)
        up = Path(os.path.normpath(pattern)).parts
        climbs = sum(1 for part in up if part == "..")
        base = Path(os.path.normpath(os.path.join(directory, *[".."] * climbs)))
        return os.path.join(glob.escape(str(base)), *up[climbs:])

    return check


def _path_text(value: object) -> str:
    path = text(value)
    if "\0" in path:
        raise ValueError("must not hold a NUL character")
    return path


def _source(name: str, table: Table, directory: Path) -> Source:
    table.only(_KEYS)
    paths = table.items("paths", _absolute_glob(directory))
    if not paths:
        raise table.error(None, "needs 'paths', a list of globs such as [\"logs/*.jsonl\"]")
    return Source(
        name,
        paths,
        preset=table.get("preset", _preset, "auto"),
        part=table.get("part", choice(_PARTS), "auto"),
        labels_for=table.get("labels_for", text, None),
        where=tuple(_conditions(table.table("where"), "")),
        tz=table.get("tz", _time_zone, "UTC"),
        sample_rate=table.get("sample_rate", sample_rate, 1.0),
        drop=table.items("drop", text),
        hash=table.items("hash", text),
        fields=_fields(table.table("fields")),
    )


def _conditions(table: Table, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield dotted path and wanted text; `a.b = 1` and `"a.b" = 1` mean the same."""
    for key, value in table.values.items():
        if isinstance(value, dict):
            yield from _conditions(table.table(key), f"{prefix}{key}.")
        else:
            yield prefix + key, table.need(key, scalar_text)


def _preset(value: object) -> str:
    name = text(value)
    if name != "auto":
        raise ValueError(f'names {shown(name)}, which is not known; "auto" detects JSON lines, CSV and Parquet')
    return name


def _time_zone(value: object) -> str:
    name = text(value)
    if name == "UTC":
        return name
    try:
        zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        close = nearest(name, tuple(zoneinfo.available_timezones()))
        advice = f"did you mean {shown(close)}?" if close else 'write it like "Europe/Berlin"'
        raise ValueError(f"names {shown(name)}, which is not a time zone on this machine; {advice}") from None
    return name


def _fields(table: Table) -> Fields:
    table.only((*_ROLES, "features", "feature_names"))
    roles = {role: _field(table, role) for role in _ROLES if role in table}
    one = isinstance(table.values.get("features"), str)
    features = (table.need("features", text),) if one else table.items("features", text)
    return Fields(**roles, features=features, feature_names=table.items("feature_names", text))


def _field(parent: Table, role: str) -> FieldPath:
    if isinstance(parent.values[role], str):
        return FieldPath(parent.need(role, text))
    if not isinstance(parent.values[role], dict):
        raise parent.error(role, f'must be a path such as "request.id" or a table {{ path = … }}, not {shown(parent.values[role])}')
    table = parent.table(role)
    table.only(("path", *(["unit"] if role in _WITH_UNIT else []), *(["ok"] if role == "status" else [])))
    return FieldPath(table.need("path", text), table.get("unit", choice(_UNITS), None), table.items("ok", scalar_text))
