"""The places where a record keeps its features, when it keeps them apart from everything else."""

from __future__ import annotations

from typing import Any

from tuimon import config
from tuimon.formats import kinds, names
from tuimon.formats.paths import Path, fetch, resolve
from tuimon.formats.roles import Sample


def find_boxes(sample: Sample, source: config.Source) -> tuple[Path, ...]:
    """Return the fields or containers that the user names, else the best-named object or array that holds scalars."""
    if source.fields.features:
        return _said(sample, source.fields.features)
    ranked: dict[Path, tuple[int, int]] = {}
    for path in sample.values:
        for depth in range(1, len(path) + 1):
            place = names.rank(path[:depth], names.CONTAINERS)
            if place is not None:
                ranked.setdefault(path[:depth], (place, depth))
    for box in sorted(ranked, key=lambda one: ranked[one]):
        for row in sample.rows:
            opened = _opened(box, fetch(row, box))
            if opened is not None:
                return (opened,)
    return ()


def _opened(box: Path, value: Any) -> Path | None:
    """Return where the features of a container begin, inside lists of one element; None for what holds none."""
    while isinstance(value, list) and len(value) == 1 and isinstance(value[0], (list, dict)):
        box, value = (*box, 0), value[0]
    if isinstance(value, dict):
        return box if value else None
    return box if isinstance(value, list) and 2 * len(kinds.scalars(value)) >= max(len(value), 1) else None


def _said(sample: Sample, said: tuple[str, ...]) -> tuple[Path, ...]:
    found: dict[Path, None] = {}
    for text in said:
        for row in sample.rows:
            path = resolve(text, row)
            if path is not None:
                found[_opened(path, fetch(row, path)) or path] = None
                break
    return tuple(found)
