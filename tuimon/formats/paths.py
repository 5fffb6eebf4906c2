"""Where a value stands inside a record: a tuple of object keys and array indices."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

Path = tuple[str | int, ...]

MAX_NAME = 256
MAX_DEPTH = 8
MAX_ELEMENTS = 500
MAX_KEYS = 5000
"""Values of a record that are looked at for something new."""
_STEP = re.compile(r'"((?:[^"\\]|\\.)*)"|\[(\d+)\]|([^.\["]+)')
_PLAIN = re.compile(r"[A-Za-z_@][A-Za-z0-9_@ .\-/]*")


def show(path: Path) -> str:
    """Return a path as people write it: `user.age`, `inputs[0]`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def steps(text: str) -> Path:
    """Return the path that a dotted text spells when no key holds a dot; quoted keys stay whole, `[2]` is an index."""
    found: list[str | int] = []
    for quoted, index, plain in _STEP.findall(text):
        found.append(int(index) if index else json.loads(f'"{quoted}"') if quoted else plain)
    return tuple(found)


def resolve(text: str, record: object) -> Path | None:
    """Return where `text` leads in a record: the longest literal key wins at each level; None when it leads nowhere."""
    return _walk(steps(text), record)


def _walk(rest: Path, value: object) -> Path | None:
    if not rest:
        return ()
    if isinstance(value, list) and isinstance(rest[0], int):
        deeper = _walk(rest[1:], value[rest[0]]) if rest[0] < len(value) else None
        return None if deeper is None else (rest[0], *deeper)
    if not isinstance(value, Mapping):
        return None
    for take in range(len(rest), 0, -1):
        if not all(isinstance(step, str) for step in rest[:take]):
            continue
        key = ".".join(str(step) for step in rest[:take])
        if key in value and (deeper := _walk(rest[take:], value[key])) is not None:
            return (key, *deeper)
    return None


def spellings(text: str) -> list[Path]:
    """Return the paths that a dotted text can mean, longest literal keys first (at most five dots are opened)."""
    whole = steps(text)
    if len(whole) < 2 or len(whole) > 6 or not all(isinstance(step, str) for step in whole) or '"' in text:
        return [whole]
    found = []
    for cuts in range(2 ** (len(whole) - 1)):
        path = [str(whole[0])]
        for place, step in enumerate(whole[1:]):
            if cuts >> place & 1:
                path.append(str(step))
            else:
                path[-1] += f".{step}"
        found.append(tuple(path))
    return sorted(found, key=len)


def pointer(path: Path) -> str:
    """Return a path as a JSON pointer, which can spell every key."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def fetch(record: object, path: Path) -> Any:
    """Return the value at a path, None when there is none."""
    value = record
    for step in path:
        if isinstance(value, Mapping) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def flatten(record: Mapping[str, Any], prefix: Path = ()) -> Iterable[tuple[Path, Any]]:
    """Yield (path, value) of the first MAX_KEYS scalars and lists of a record, objects opened down to MAX_DEPTH."""
    return islice(_values(record, prefix), MAX_KEYS)


def _values(record: Mapping[str, Any], prefix: Path) -> Iterator[tuple[Path, Any]]:
    for key, value in record.items():
        if len(key) > MAX_NAME or "\0" in key:
            continue
        path = (*prefix, key)
        if isinstance(value, Mapping):
            if len(path) < MAX_DEPTH:
                yield from _values(value, path)
        else:
            yield path, value


def covers(names: Iterable[str], path: Path) -> bool:
    """Return whether one of the names (a path, or its last steps at a key boundary) is this path or holds it."""
    keys = [str(step) for step in path]
    spelled = {".".join(keys[a:b]) for a in range(len(keys)) for b in range(a + 1, len(keys) + 1)} if keys else set()
    return any(name in spelled or show(steps(name)) == show(path) for name in names)


def plain(key: str | int) -> bool:
    """Return whether a key can stand in a bulk schema as it is."""
    return isinstance(key, str) and _PLAIN.fullmatch(key) is not None
