"""Reading a chunk's lines by a layout: one bulk pass for the values, a second one over the lines where something did not fit."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tuimon import config
from tuimon.formats import bulk
from tuimon.formats.engine import Engine, whole
from tuimon.formats.layout import Layout, model_named
from tuimon.formats.lines import Lines, texts
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
    slots += [Slot(layout.roles[role], "number") for role in ("latency", "sample_rate") if role in layout.roles]
    for model in layout.models or ("",):
        slots += [slot for _, slot in measured(layout, privacy, model)]
    return slots or [Slot(("timestamp",), "text")]


def _models(values: Values, source: config.Source) -> list[tuple[str, np.ndarray]]:
    """Return (model, its lines) in order of first sight."""
    if "model" not in values.layout.roles:
        return [(source.name, np.arange(values.rows))]
    coded = values.role("model").dictionary_encode()
    written = [*coded.dictionary.to_pylist(), None]
    codes = coded.indices.fill_null(len(written) - 1).to_numpy(zero_copy_only=False)
    seen, firsts = np.unique(codes, return_index=True)
    number: dict[str, int] = {}
    known = set(values.layout.models)
    of_code = np.zeros(len(written), np.int32)
    for code in seen[np.argsort(firsts)].tolist():
        name = model_named(written[code], source, known)
        known.add(name)
        of_code[code] = number.setdefault(name, len(number))
    own = of_code[codes]
    order = np.argsort(own, kind="stable")
    ends = np.searchsorted(own[order], np.arange(len(number) + 1))
    return [(name, order[low:high]) for name, (low, high) in zip(number, pairwise(ends.tolist()), strict=True)]


def _find_wrong(engine: Engine, lines: Lines, values: Values) -> None:
    """Ask for the JSON type where a number was not read, and where a text looks like an object or an array."""
    doubtful: dict[Slot, np.ndarray] = {}
    for slot, elsewhere in sorted(_wanted(values).items(), key=repr):
        array = values.raw(slot)
        doubt = array.is_null() if slot.read == "number" and array.null_count else _bracketed(array) if slot.read == "text" else None
        if doubt is None or not pc.any(doubt).as_py():
            continue
        mine = doubt.to_numpy(zero_copy_only=False) & ~elsewhere if elsewhere is not None else doubt.to_numpy(zero_copy_only=False)
        if mine.any():
            doubtful[slot] = mine
    if not doubtful:
        return
    rows = np.flatnonzero(np.logical_or.reduce(list(doubtful.values())))
    found = bulk.presence(engine, lines.text.take(pa.array(rows)), [slot.path for slot in doubtful])
    for column, (slot, doubt) in enumerate(doubtful.items()):
        wrong = np.zeros(values.rows, bool)
        wrong[rows] = (found[:, column] >= (1 if slot.read == "number" else 2)) & doubt[rows]
        if wrong.any():
            values.wrong[slot] = wrong


def _wanted(values: Values) -> dict[Slot, np.ndarray | None]:
    """Return the slots whose values count, with the lines of models that do not have them; None where each line's model has."""
    owners: dict[Slot, list[np.ndarray]] = defaultdict(list)
    for model, rows in values.models:
        for _, slot in values.columns(model):
            owners[slot].append(rows)
    found: dict[Slot, np.ndarray | None] = {}
    for slot, owned in owners.items():
        found[slot] = None
        if len(owned) < len(values.models):
            elsewhere = found[slot] = np.ones(values.rows, bool)
            for rows in owned:
                elsewhere[rows] = False
    if "label" in values.layout.roles:
        found[_text(values.layout, "label")] = None
    return found


def _bracketed(array: pa.Array) -> pa.Array:
    found = texts(array)
    return pc.fill_null(pc.or_(pc.starts_with(found, "{"), pc.starts_with(found, "[")), False)
