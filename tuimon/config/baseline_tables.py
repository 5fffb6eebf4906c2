"""[baseline] and [baseline.models.NAME]: what "normal" is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from tuimon.config.checks import positive_duration, text
from tuimon.config.quantities import duration, shown
from tuimon.config.settings import Baseline, Settings
from tuimon.config.source_tables import absolute_path
from tuimon.config.table import Table

_KINDS = ("source", "first", "previous", "same_hours", "version")
_AGE = "max_age"
_ROWS = re.compile(r"([0-9]{1,12})\s+rows?")
_DAY = 86400.0


def read_baselines(top: Table, directory: Path) -> tuple[Baseline, tuple[tuple[str, Baseline], ...]]:
    """Return the common baseline and those of single models; paths are absolute from `directory`. Raises ConfigError."""
    table = top.table("baseline")
    table.only((*_KINDS, _AGE, "models"))
    common = _baseline(table, directory) if any(kind in table for kind in _KINDS) else _aged(table, Settings().baseline)
    return common, tuple(_of_model(name, inner, directory) for name, inner in table.tables("models"))


def _of_model(name: str, table: Table, directory: Path) -> tuple[str, Baseline]:
    table.only((*_KINDS, _AGE))
    return name, _baseline(table, directory)


def _baseline(table: Table, directory: Path) -> Baseline:
    given = [kind for kind in _KINDS if kind in table]
    if not given:
        raise table.error(None, f"needs one of {', '.join(_KINDS)}")
    if len(given) > 1:
        raise table.error(given[1], f"cannot stand next to '{given[0]}'; keep exactly one of {', '.join(_KINDS)}")
    rows, seconds = table.get("first", _first, (None, None))
    found = Baseline(
        source=table.get("source", absolute_path(directory), None),
        first_rows=rows,
        first_seconds=seconds,
        previous=table.get("previous", positive_duration, None),
        same_hours=table.get("same_hours", _whole_days, None),
        version=table.get("version", text, None),
    )
    return _aged(table, found)


def _aged(table: Table, baseline: Baseline) -> Baseline:
    return replace(baseline, max_age=table.get(_AGE, positive_duration, baseline.max_age))


def _first(value: object) -> tuple[int | None, float | None]:
    rows = _ROWS.fullmatch(value.strip()) if isinstance(value, str) else None
    if rows:
        if int(rows[1]) < 1:
            raise ValueError("must be at least 1 row")
        return int(rows[1]), None
    try:
        seconds = duration(value)
    except ValueError:
        raise ValueError(f'must be rows or a duration, such as "10000 rows" or "24h", not {shown(value)}') from None
    if not seconds:
        raise ValueError("must be longer than 0")
    return None, seconds


def _whole_days(value: object) -> float:
    seconds = positive_duration(value)
    if seconds % _DAY:
        raise ValueError(f'must be whole days such as "7d", so that the clock hours are the same, not {shown(value)}')
    return seconds
