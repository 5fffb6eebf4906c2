"""Role detection: which field of a record is its time, id, prediction and so on; simple, deterministic, by name and then by value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tuimon import config
from tuimon.formats import kinds, names
from tuimon.formats.layout import ROLES, Fault, Layout
from tuimon.formats.paths import Path, fetch, flatten, resolve
from tuimon.formats.privacy import Privacy

Row = Mapping[str, Any]
UNHASHABLE = ("timestamp", "model", "score", "latency", "sample_rate")
"""Roles whose value must be known as it is: where the source hashes such a field it is left out."""


@dataclass(frozen=True)
class Sample:
    """Some records, and their values by path in order of first sight (dropped fields left out)."""

    rows: tuple[Row, ...]
    flat: tuple[dict[Path, Any], ...]
    values: dict[Path, list[Any]]


def sample_of(rows: Sequence[Row], privacy: Privacy) -> Sample:
    """Return the rows with their scalars and lists by path."""
    flat = tuple(privacy.scrub(row) for row in rows)
    values: dict[Path, list[Any]] = {}
    for one in flat:
        for path, value in one.items():
            values.setdefault(path, []).append(value)
    return Sample(tuple(rows), flat, values)


def find_roles(layout: Layout, sample: Sample, source: config.Source, privacy: Privacy) -> Layout:
    """Return the layout with every role that it lacks and the sample shows; the user's fields win over names."""
    inside = layout.boxes
    for role in ROLES:
        if role in layout.roles:
            continue
        said: config.FieldPath | None = getattr(source.fields, role)
        path = _said(said.path, sample.rows) if said else _named(role, layout, sample, inside)
        if path is not None and not privacy.dropped(path, role) and not (role in UNHASHABLE and privacy.hashed(path, role)):
            layout = _adopt(layout, role, path, sample, said)
    layout = _score_of_vector(layout, sample, inside, source, privacy)
    layout = _label_as_prediction(layout, sample, source, inside)
    return _find_faults(layout, sample, source, privacy, inside)


def find_rate(layout: Layout, rows: Sequence[Row], source: config.Source, privacy: Privacy) -> Layout:
    """Return the layout with the place of the sample rate that the source names, if these records have it and it may be known."""
    said = source.fields.sample_rate
    path = _said(said.path, rows) if said else None
    if path is None or privacy.dropped(path, "sample_rate") or privacy.hashed(path, "sample_rate"):
        return layout
    return layout.with_role("sample_rate", path)


def _said(text: str, rows: Sequence[Row]) -> Path | None:
    return next((path for row in rows if (path := resolve(text, row)) is not None), None)


def _named(role: str, layout: Layout, sample: Sample, boxes: tuple[Path, ...]) -> Path | None:
    """Return the free path with the shallowest place, then the best name, whose values fit the role."""
    taken = layout.taken()
    found = [
        (len(path), place, path)
        for path in sample.values
        if path not in taken and not within(path, boxes) and (place := _rank(role, path)) is not None
    ]
    fitting = sorted((depth, place, index) for index, (depth, place, path) in enumerate(found) if _fits(role, sample.values[path]))
    return found[fitting[0][2]][2] if fitting else None


def _rank(role: str, path: Path) -> int | None:
    """ECS keeps success or failure in `event.outcome`: that is no label."""
    known = role == "label" and names.rank(path, names.STATUS) is not None
    return None if known else names.rank(path, names.ROLE_NAMES[role])


def within(path: Path, boxes: tuple[Path, ...]) -> bool:
    """Return whether a path is one of the boxes or stands in one."""
    return any(path[: len(box)] == box for box in boxes)


def _fits(role: str, values: list[Any]) -> bool:
    known = [value for value in values if value is not None]
    if role == "timestamp":
        return kinds.mostly(known, kinds.is_time)
    if role == "score":
        fitting = sum(kinds.is_share(value) or kinds.is_proba(value) for value in known)
        return fitting > 0 and 10 * fitting >= 9 * sum(map(kinds.measures, known))
    if role == "latency":
        return kinds.mostly(known, kinds.is_number)
    if role == "prediction" and kinds.mostly(known, lambda value: isinstance(value, list)):
        return all(isinstance(value, list) and len(value) == 1 and bool(kinds.scalars(value)) for value in known)
    if role == "id":
        return kinds.mostly(known, lambda value: isinstance(value, (str, int)) and not isinstance(value, bool))
    return bool(kinds.scalars(known))


def _adopt(layout: Layout, role: str, path: Path, sample: Sample, said: config.FieldPath | None) -> Layout:
    values = [value for row in sample.rows if (value := fetch(row, path)) is not None]
    if role == "score" and any(map(kinds.is_proba, values)):
        path = (*path, 1)
    elif role == "prediction":
        if values and isinstance(values[0], list):
            path, values = (*path, 0), [value[0] for value in values if isinstance(value, list) and value]
        layout = replace(layout, prediction=kinds.prediction_kind(values))
    elif role == "latency":
        scale = names.SCALES[said.unit] if said and said.unit else names.latency_scale(path)
        layout = replace(layout, latency_scale=scale)
    return layout.with_role(role, path)


def _score_of_vector(layout: Layout, sample: Sample, boxes: tuple[Path, ...], source: config.Source, privacy: Privacy) -> Layout:
    """A prediction that is a two-class probability vector is the score of its second class."""
    if "score" in layout.roles or "prediction" in layout.roles or source.fields.score:
        return layout
    for path, values in sample.values.items():
        known = [value for value in values if value is not None]
        named = names.rank(path, names.ROLE_NAMES["prediction"]) is not None
        open_ = not within(path, boxes) and not privacy.hashed(path, "score") and not privacy.dropped(path, "score")
        if named and known and open_ and all(map(kinds.is_proba, known)):
            return layout.with_role("score", (*path, 1))
    return layout


def _label_as_prediction(layout: Layout, sample: Sample, source: config.Source, boxes: tuple[Path, ...]) -> Layout:
    """A `label` beside features, with no other prediction, is what the model said."""
    path = layout.roles.get("label")
    settled = "prediction" in layout.roles or source.fields.label or source.part == "label"
    if path is None or settled or names.squash(path[-1]) != "label":
        return layout
    roles = set(layout.roles.values())
    for row, flat in zip(sample.rows, sample.flat, strict=True):
        if fetch(row, path) is None:
            continue
        others = [one for one, value in flat.items() if one not in roles and value is not None and not names.plumbing(one)]
        if any(within(one, boxes) for one in others) or (not boxes and len(others) > 2):
            rest = {role: place for role, place in layout.roles.items() if role != "label"}
            return replace(layout, roles={**rest, "prediction": path}, prediction=kinds.prediction_kind(sample.values[path]))
    return layout


def _find_faults(layout: Layout, sample: Sample, source: config.Source, privacy: Privacy, boxes: tuple[Path, ...]) -> Layout:
    if source.fields.status:
        path = _said(source.fields.status.path, sample.rows)
        if layout.faults or path is None or privacy.dropped(path, "status"):
            return layout
        return replace(layout, faults=(Fault(path, "ok" if source.fields.status.ok else "status"),))
    found = {fault.path: fault for fault in layout.faults}
    roles = set(layout.roles.values())
    for path, values in sample.values.items():
        fault = None if path in roles or within(path, boxes) else _fault(path, values)
        if fault is not None and not privacy.dropped(fault.path, "status") and not any(path[: len(one)] == one for one in found):
            found[fault.path] = fault
    return replace(layout, faults=tuple(found.values()))


def _fault(path: Path, values: list[Any]) -> Fault | None:
    known = kinds.scalars(values)
    for place, key in enumerate(path):
        if names.squash(key) in names.FAILURES and names.enveloped(path[: place + 1]):
            return None if any(isinstance(value, float) for value in known) else Fault(path[: place + 1], "exists")
    if not known:
        return None
    tests = (("status", names.STATUS), ("flag", names.FLAGS), ("level", names.LEVELS))
    return next((Fault(path, test) for test, table in tests if names.rank(path, table) is not None), None)


def objects(rows: Iterable[Row], privacy: Privacy) -> dict[Path, None]:
    """Return the path of every object that the rows hold, the record itself first."""
    found: dict[Path, None] = {(): None}
    for row in rows:
        for path, _ in flatten(row):
            for depth in range(1, len(path)):
                if path[:depth] not in found and not privacy.dropped(path[:depth]):
                    found[path[:depth]] = None
    return found
