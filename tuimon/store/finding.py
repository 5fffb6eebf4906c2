"""The rows of a stretch of time that have some property: the newest of them, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from tuimon.store.database import Database
from tuimon.store.rows import SQL_TYPES, Rows, Segment, micros

MOST_VALUES = 1_000
"""Values that are told apart in one question."""


@dataclass(frozen=True)
class Which:
    """A property of a row. `column` is the number of a measured column."""

    kind: Literal["all", "between", "among", "not_among", "empty", "slow", "failed"]
    column: int | None = None
    ranges: tuple[tuple[float, float], ...] = ()
    """Of kind "between": [low, high) each. Of kind "slow": the latency in ms is at least the first one's low."""
    values: tuple[str, ...] = ()
    version: int | None = None


class Finder:
    """Looks into the segments of one model."""

    def __init__(self, database: Database, rows: Rows) -> None:
        self._database, self._rows = database, rows

    def find(self, model: int, start: float, end: float, which: Which, columns: dict[int, str], limit: int) -> tuple[pa.Table, int, int]:
        """Return (the newest rows, how many match, how many are stored) of event time in [start, end) seconds.

        The rows have generation, line, ts, version (number), id, id_hash, latency_ms, error and f_<number> of `columns`, number -> kind.
        """
        segments = self._rows.of_model(model)
        bounds: list[object] = [micros(start), micros(end)]
        if not segments:
            return pa.table({}), 0, 0
        within = "ts >= make_timestamp(?) AND ts < make_timestamp(?)"
        stored = " UNION ALL ".join(f"SELECT count(*) AS n FROM {segment.table} WHERE {within}" for segment in segments)
        total = self._database.number(f"SELECT sum(n)::BIGINT FROM ({stored})", bounds * len(segments))
        parts, values = [], []
        for segment in segments:
            where, own = _condition(which, segment)
            parts.append(f"SELECT {_selected(segment, columns)} FROM {segment.table} WHERE {within} AND {where}")
            values += [*bounds, *own]
        whole = " UNION ALL ".join(parts)
        count = self._database.number(f"SELECT count(*) FROM ({whole})", values)
        return self._database.table(f"{whole} ORDER BY ts DESC, generation DESC, line DESC LIMIT {int(limit)}", values), count, total


def _selected(segment: Segment, columns: dict[int, str]) -> str:
    own = [
        f"f_{number}" if number in segment.columns else f"CAST(NULL AS {SQL_TYPES[kind]}) AS f_{number}" for number, kind in columns.items()
    ]
    return ", ".join(["generation", "line", "ts", "version", "id", "id_hash", "latency_ms", "error", *own])


def _condition(which: Which, segment: Segment) -> tuple[str, list[object]]:
    """Return the condition on rows of a segment and its values."""
    where, values = _property(which, segment)
    if which.version is not None:
        return f"({where}) AND version = ?", [*values, which.version]
    return f"({where})", values


def _property(which: Which, segment: Segment) -> tuple[str, list[object]]:
    held = which.column is None or which.column in segment.columns
    name = f"f_{which.column}"
    match which.kind:
        case "failed":
            return "error", []
        case "slow":
            return "latency_ms >= ?", [which.ranges[0][0]]
        case "empty":
            return (f"{name} IS NULL" if held else "true"), []
        case "between" if held and which.ranges:
            return _any_of([f"({name} >= ? AND {name} < ?)"] * len(which.ranges)), [bound for pair in which.ranges for bound in pair]
        case "among" if held and which.values:
            return f"{name} IN ({_places(which.values)})", list(which.values[:MOST_VALUES])
        case "not_among" if held:
            listed = f" AND {name} NOT IN ({_places(which.values)})" if which.values else ""
            return f"{name} IS NOT NULL{listed}", list(which.values[:MOST_VALUES])
        case "all":
            return "true", []
        case _:
            return "false", []


def _places(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values[:MOST_VALUES]))


def _any_of(conditions: Sequence[str]) -> str:
    return " OR ".join(conditions)
