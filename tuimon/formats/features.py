"""Which fields are features: what stands in a container of features, else the scalars that are no plumbing of a logger."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from tuimon import config
from tuimon.formats import kinds, names
from tuimon.formats.boxes import find_boxes
from tuimon.formats.layout import EVIDENCE, MAX_CONTAINERS, MAX_FEATURES, MAX_IGNORED, MAX_PATHS, Feature, Layout, model_named
from tuimon.formats.paths import MAX_ELEMENTS, MAX_NAME, Path, fetch, flatten, show
from tuimon.formats.privacy import Privacy
from tuimon.formats.roles import Row, find_roles, objects, sample_of, within

Seen = dict[str, dict[Path, list[Any]]]
"""Model -> path -> values."""


def extend(layout: Layout, rows: Sequence[Row], source: config.Source, privacy: Privacy) -> Layout:
    """Return the layout with all roles and features that these records show and it did not know yet."""
    sample = sample_of(rows, privacy)
    layout = replace(layout, boxes=layout.boxes or find_boxes(sample, source))
    layout = find_roles(layout, sample, source, privacy)
    layout = _watch(layout, rows, privacy)
    seen: Seen = {}
    known = set(layout.models)
    passed: dict[Path, None] = {}
    for row, flat in zip(sample.rows, sample.flat, strict=True):
        telling = tells(layout, row, flat)
        if telling:
            model = model_of(layout, row, source, known)
            known.add(model)
            values = seen.setdefault(model, {})
            for path, value in candidates(layout, row, flat, privacy):
                values.setdefault(path, []).append(value)
        passed.update((path, None) for path, value in flat.items() if value is not None and (telling or names.role_named(path)))
    for model, values in seen.items():
        layout = _add(layout, model, values, source)
    return _ignore(layout, {**passed, **_left(layout, seen)})


def model_of(layout: Layout, row: Row, source: config.Source, known: Collection[str]) -> str:
    """Return the model that a record is one of, when these are known."""
    value = fetch(row, layout.roles["model"]) if "model" in layout.roles else None
    return model_named(None if value is None else text_of(value), source, known)


def text_of(value: object) -> str:
    """Return a value as JSON writes it, a text without quotes."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def tells(layout: Layout, row: Row, flat: dict[Path, Any]) -> bool:
    """Return whether a line is one whose scalars may be features: it has a box, or a prediction, score or latency where lines have them."""
    if any(fetch(row, box) is not None for box in layout.boxes):
        return True
    places = [layout.roles[role] for role in EVIDENCE if role in layout.roles]
    if places or layout.boxes:
        return any(fetch(row, place) is not None for place in places)
    label = layout.roles.get("label")
    if label is None or "id" not in layout.roles or fetch(row, label) is None:
        return True
    taken = layout.taken()
    return sum(1 for path, value in flat.items() if value is not None and path not in taken and not names.plumbing(path)) > 2


def candidates(layout: Layout, row: Row, flat: dict[Path, Any], privacy: Privacy) -> Iterator[tuple[Path, Any]]:
    """Yield the paths of a record that can be features, with their values."""
    taken = tuple(layout.taken())
    for path, value in _boxed(layout, row) if layout.boxes else flat.items():
        if within(path, taken) or isinstance(value, (list, dict)) or privacy.dropped(path):
            continue
        if layout.boxes or not (names.plumbing(path) or names.role_named(path)):
            yield path, value


def _boxed(layout: Layout, row: Row) -> Iterator[tuple[Path, Any]]:
    for box in layout.boxes:
        value = fetch(row, box)
        if isinstance(value, dict):
            yield from flatten(value, box)
        elif isinstance(value, list):
            yield from (((*box, place), element) for place, element in enumerate(value[:MAX_ELEMENTS]))
        elif not _holds(layout, box):
            yield box, value


def _holds(layout: Layout, box: Path) -> bool:
    """Return whether a box is known as an object or array, so that a bare value in its place is none of its features."""
    return box in layout.containers or any(
        one.path[: len(box)] == box != one.path for features in layout.models.values() for one in features
    )


def _watch(layout: Layout, rows: Sequence[Row], privacy: Privacy) -> Layout:
    """Remember every object whose keys must be looked at from now on."""
    watched = dict.fromkeys((*layout.containers, ()))
    taken = tuple(layout.taken())
    boxes = (box for box in layout.boxes if any(isinstance(fetch(row, box), dict) for row in rows))
    for path in (*boxes, *objects(rows, privacy)):
        if len(watched) < MAX_CONTAINERS and not within(path, taken):
            watched[path] = None
    return replace(layout, containers=tuple(watched))


def _add(layout: Layout, model: str, values: dict[Path, list[Any]], source: config.Source) -> Layout:
    features = list(layout.features(model))
    paths, labels = {one.path for one in features}, {one.name for one in features}
    places = layout.places()
    for path, found in values.items():
        name = _name(layout, path, source)
        if path in paths or name in labels or len(features) >= MAX_FEATURES or len(name) > MAX_NAME or path in layout.ignored:
            continue
        if path not in places and len(places) >= MAX_PATHS:
            continue
        kind = kinds.feature_kind(name, found, bool(layout.boxes))
        if kind is not None:
            features.append(Feature(path, name, kind))
            labels.add(name)
            places.add(path)
    return replace(layout, models={**layout.models, model: tuple(features)})


def _name(layout: Layout, path: Path, source: config.Source) -> str:
    """Return a feature's name: its path inside its box; for elements of an array the user's name or f0, f1, ..."""
    box = next((one for one in layout.boxes if path[: len(one)] == one), ())
    inner = path[len(box) :]
    if len(inner) == 1 and isinstance(inner[0], int):
        given = source.fields.feature_names
        return given[inner[0]] if inner[0] < len(given) else f"f{inner[0]}"
    return show(inner or path)


def _left(layout: Layout, seen: Seen) -> dict[Path, None]:
    """Return the paths of records that hold values and became no feature."""
    left: dict[Path, None] = {}
    for model, values in seen.items():
        kept = {feature.path for feature in layout.features(model)}
        left.update((path, None) for path, found in values.items() if path not in kept and any(value is not None for value in found))
    return left


def _ignore(layout: Layout, passed: dict[Path, None]) -> Layout:
    used = layout.taken() | layout.places()
    ignored = dict.fromkeys(layout.ignored)
    for path in passed:
        if path not in used and len(ignored) < MAX_IGNORED:
            ignored[path] = None
    return replace(layout, ignored=tuple(ignored))
