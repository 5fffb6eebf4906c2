"""Questions about many lines at once, answered by the engine."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tuimon.formats.engine import Engine, quote, whole
from tuimon.formats.layout import EVIDENCE, Layout
from tuimon.formats.lines import Lines
from tuimon.formats.paths import MAX_NAME, Path, pointer, spellings
from tuimon.formats.slots import Plan, pointers
from tuimon.formats.times import time_sql, zoned_sql


def valid(engine: Engine, lines: Lines) -> np.ndarray:
    """Return a boolean a line: whether it is one JSON value."""
    return np.asarray(engine.query("SELECT json_valid(line) AS ok FROM lines", lines=lines.table)["ok"].to_numpy())


def read(engine: Engine, lines: Lines, plan: Plan, time: int | None, unit: str | None, id_: int | None, naive: bool) -> pa.Table:
    """Return the slots' values as columns s0, s1, ..., with `micros` and `zoned` of the time slot and `id_hash` of the id slot."""
    more = []
    if time is not None:
        more.append(f"{time_sql(f's{time}', unit)} AS micros")
    if time is not None and naive:
        more.append(f"coalesce({zoned_sql(f's{time}')}, true) AS zoned")
    if id_ is not None:
        more.append(f"md5_number_lower(s{id_}) AS id_hash")
    inner = plan.select("")
    return engine.query(f"SELECT {', '.join(['*', *more])} FROM ({inner})" if more else inner, lines=lines.table)


def hashes(engine: Engine, ids: pa.Array) -> pa.Array:
    """Return the lower 64 bits of the MD5 of each text."""
    return whole(engine.query("SELECT md5_number_lower(id) AS h FROM ids", ids=pa.table({"id": ids}))["h"])


def presence(engine: Engine, texts: pa.Array, paths: list[Path]) -> np.ndarray:
    """Return int8 codes, one row a line and one column a path: 0 nothing or null, 1 a scalar, 2 an object or array."""
    if not paths or not len(texts):
        return np.zeros((len(texts), len(paths)), dtype=np.int8)
    code = "CASE WHEN t IS NULL OR t = 'NULL' THEN 0 WHEN t IN ('OBJECT', 'ARRAY') THEN 2 ELSE 1 END"
    sql = f"SELECT list_transform(json_type(line, {pointers(paths)}), lambda t: ({code})::TINYINT) AS t FROM lines"
    flat = whole(engine.query(sql, lines=pa.table({"line": texts}))["t"]).flatten()
    return np.asarray(flat.to_numpy(zero_copy_only=False)).reshape(len(texts), len(paths))


MOST_KEYS = 20_000
"""Different keys of a chunk that are looked at; of more than that the first by model, object and alphabet."""


def keys(engine: Engine, lines: Lines, models: pa.Array, layout: Layout) -> list[tuple[int, bool, Path]]:
    """Return every distinct (model's code, whether the line has evidence of a record, path of a key) in the watched objects.

    Names over MAX_NAME are left out, and so is what is beyond MOST_KEYS.
    """
    watched = list(layout.containers)
    table = lines.table.append_column("m", models)
    each = f"SELECT m, json_keys(line, {pointers(watched)}) AS k FROM lines"
    shapes = f"SELECT m, any_value(k) AS k FROM ({each}) GROUP BY m, hash(k)"
    told = f"SELECT m, {_evidence(layout, watched)} AS e, k FROM shapes"
    arms = " UNION ALL ".join(f"SELECT m, e, {place} AS c, unnest(k[{place + 1}]) AS key FROM told" for place in range(len(watched)))
    some = f"SELECT DISTINCT m, e, c, key FROM ({arms}) WHERE length(key) <= {MAX_NAME} ORDER BY m, c, key, e LIMIT {MOST_KEYS}"
    sql = f"WITH shapes AS MATERIALIZED ({shapes}), told AS ({told}) {some}"
    found = engine.query(sql, lines=table).to_pydict()
    rows = zip(found["m"], found["e"], found["c"], found["key"], strict=True)
    return sorted(((m, e, (*watched[c], key)) for m, e, c, key in rows), key=repr)


def _evidence(layout: Layout, watched: list[Path]) -> str:
    """Return the SQL that tells from a line's keys whether it can be a record of a prediction."""
    places = [layout.roles[role] for role in EVIDENCE if role in layout.roles]
    known = {path: place + 1 for place, path in enumerate(watched)}
    tests = [f"len(k[{known[box]}]) > 0" for box in layout.boxes if box in known]
    tests += [f"list_contains(k[{known[path[:-1]]}], {quote(str(path[-1]))})" for path in _keyed(places, layout) if path[:-1] in known]
    return f"coalesce({' OR '.join(tests)}, false)" if tests else "true"


def _keyed(places: list[Path], layout: Layout) -> list[Path]:
    """Return the keys under which roles and boxes stand, array steps cut off."""
    paths = [*places, *(box for box in layout.boxes if box not in layout.containers)]
    return [path[: next((at for at, step in enumerate(path) if isinstance(step, int)), len(path))] for path in paths]


def holding(engine: Engine, lines: Lines, models: pa.Array, paths: list[Path], limit: int) -> np.ndarray:
    """Return the indices of the first lines of each model (a code a line) that hold a value other than null at any of the paths."""
    told = f"list_filter(json_type(line, {pointers(paths)}), lambda t: t <> 'NULL')"
    held = f"SELECT i, row_number() OVER (PARTITION BY m ORDER BY i) AS place FROM lines WHERE len({told}) > 0"
    sql = f"SELECT i FROM ({held}) WHERE place <= {limit} ORDER BY i"
    table = lines.table.append_column("i", pa.array(np.arange(len(lines)))).append_column("m", models)
    return np.asarray(engine.query(sql, lines=table)["i"].to_numpy())


def matching(engine: Engine, lines: Lines, wanted: tuple[tuple[str, str], ...]) -> np.ndarray:
    """Return a boolean a line: whether each path holds the given text (a number or boolean as it is written)."""
    tests = []
    for text, value in wanted:
        places = ", ".join(f"json_extract_string(line, {quote(pointer(path))})" for path in spellings(text))
        tests.append(f"coalesce(coalesce({places}) = {quote(value)}, false)")
    return np.asarray(engine.query(f"SELECT {' AND '.join(tests)} AS ok FROM lines", lines=lines.table)["ok"].to_numpy())
