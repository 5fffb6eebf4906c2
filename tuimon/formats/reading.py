"""Reading a chunk's lines by a layout: one bulk pass for the values, a second one over the lines where something did not fit."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tuimon import config
from tuimon.formats import bulk
from tuimon.formats.engine import Engine
from tuimon.formats.layout import Layout
from tuimon.formats.lines import Lines, texts, whole
from tuimon.formats.privacy import Privacy
from tuimon.formats.slots import Slot, plan
from tuimon.formats.values import Values, measured

_TEXT_ROLES = ("timestamp", "id", "model", "version", "label")


def read_values(engine: Engine, lines: Lines, layout: Layout, source: config.Source, privacy: Privacy) -> Values:
    """Return the values of valid lines; raises LineError when a line is no JSON."""
    how = plan(_slots(layout, privacy))
    place = {slot: number for number, slot in enumerate(how.slots)}
    time, id_ = (_text(layout, role) for role in ("timestamp", "id"))
    unit = source.fields.timestamp.unit if source.fields.timestamp else None
    table = bulk.read(engine, lines, how, place.get(time), unit, place.get(id_), source.tz != "UTC")
    values = Values(layout, source, privacy, table, place)
    values.models = _models(values, source)
    _find_wrong(engine, lines, values)
    return values


def id_hashes(engine: Engine, values: Values, ids: pa.Array, changed: bool) -> pa.Array:
    """Return the hash of each id: as read in bulk, or anew where ids are hashed or were changed."""
    path = values.layout.roles.get("id")
    if path is not None and not changed and not values.privacy.hashed(path, "id"):
        return whole(values.table["id_hash"])
    return bulk.hashes(engine, ids)


def _text(layout: Layout, role: str) -> Slot:
    return Slot(layout.roles.get(role, ()), "text")


def _slots(layout: Layout, privacy: Privacy) -> list[Slot]:
    slots = [_text(layout, role) for role in _TEXT_ROLES if role in layout.roles]
    slots += [Slot(fault.path, "text") for fault in layout.faults]
    if "latency" in layout.roles:
        slots.append(Slot(layout.roles["latency"], "number"))
    for model in layout.models or ("",):
        slots += [slot for _, slot in measured(layout, privacy, model)]
    return slots or [Slot(("timestamp",), "text")]


def _models(values: Values, source: config.Source) -> list[tuple[str, np.ndarray]]:
    if "model" not in values.layout.roles:
        return [(source.name, np.ones(values.rows, bool))]
    coded = values.role("model").dictionary_encode()
    names = [name or source.name for name in coded.dictionary.to_pylist()]
    codes = coded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)
    found: dict[str, np.ndarray] = {}
    for code, name in enumerate([*names, source.name]):
        mine = codes == code
        if mine.any():
            found[name] = found[name] | mine if name in found else mine
    return sorted(found.items(), key=lambda one: int(np.argmax(one[1])))


def _find_wrong(engine: Engine, lines: Lines, values: Values) -> None:
    """Ask for the JSON type where a number was not read, and where a text looks like an object or an array."""
    doubtful: dict[Slot, np.ndarray] = {}
    wanted = {slot for model, _ in values.models for _, slot in values.columns(model)}
    if "label" in values.layout.roles:
        wanted.add(_text(values.layout, "label"))
    for slot in sorted(wanted, key=repr):
        array = values.raw(slot)
        doubt = array.is_null() if slot.read == "number" and array.null_count else _bracketed(array) if slot.read == "text" else None
        if doubt is not None and pc.any(doubt).as_py():
            doubtful[slot] = doubt.to_numpy(zero_copy_only=False)
    if not doubtful:
        return
    rows = np.flatnonzero(np.logical_or.reduce(list(doubtful.values())))
    found = bulk.presence(engine, lines.text.take(pa.array(rows)), [slot.path for slot in doubtful])
    for column, (slot, doubt) in enumerate(doubtful.items()):
        wrong = np.zeros(values.rows, bool)
        wrong[rows] = (found[:, column] >= (1 if slot.read == "number" else 2)) & doubt[rows]
        if wrong.any():
            values.wrong[slot] = wrong


def _bracketed(array: pa.Array) -> pa.Array:
    found = texts(array)
    return pc.fill_null(pc.or_(pc.starts_with(found, "{"), pc.starts_with(found, "[")), False)
