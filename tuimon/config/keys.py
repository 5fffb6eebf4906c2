"""`[keys]`: other keys for actions, by the action's id."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import replace

from tuimon.config.actions import ACTIONS, Action
from tuimon.config.quantities import shown
from tuimon.config.table import Table

Remapped = tuple[tuple[str, tuple[str, ...]], ...]
"""(id of an action, its keys), as `[keys]` gives them."""
FIXED = "quit-always"
"""The action that no file takes the key from."""
NAMED = frozenset(
    {"space", "tab", "shift+tab", "enter", "esc", "backspace", "delete", "insert", "up", "down", "left", "right", "home", "end"}
    | {"pgup", "pgdn"}
    | {f"f{number}" for number in range(1, 13)}
)
SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+j": "enter", "ctrl+h": "backspace"}
"""Keys that a terminal sends as others."""


def read_keys(table: Table) -> Remapped:
    """Return what `[keys]` gives. Raises ConfigError for an unknown action or key, and for a key that two actions would have."""
    table.only(tuple(action.id for action in ACTIONS if action.id != FIXED), "key of an action")
    found = tuple((name, table.need(name, _keys)) for name in table.values)
    owners: dict[str, str] = {}
    for action in sorted(actions(found), key=lambda one: one.id in table):
        for key in action.keys:
            if key in owners:
                name = action.id if action.id in table else owners[key]
                other = owners[key] if name == action.id else action.id
                way = "which always quits" if other == FIXED else f"of '{other}'; give that one another, or none with {other} = []"
                raise table.error(name, f"has the key {shown(key)}, {way}" if other == FIXED else f"has the key {shown(key)} {way}")
            owners[key] = action.id
    return found


def actions(keys: Remapped) -> tuple[Action, ...]:
    """Return all actions, those that are named with the keys that are given for them."""
    given = dict(keys)
    return tuple(replace(action, keys=given.get(action.id, action.keys)) for action in ACTIONS)


def _keys(value: object) -> tuple[str, ...]:
    """A key, or a list of some; an empty one leaves the action to the `:` line."""
    given = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(_key(one) for one in given))


def _key(value: object) -> str:
    if isinstance(value, str):
        name = value if len(value) == 1 else value.lower()
        if name in SAME:
            raise ValueError(f"cannot be {shown(value)}: a terminal sends it as {SAME[name]}")
        if len(name) == 1 and name in string.ascii_letters + string.digits + string.punctuation:
            return name
        if name in NAMED or (name.startswith("ctrl+") and len(name) == 6 and name[5] in string.ascii_lowercase):
            return name
    raise ValueError(f"must be one character, ctrl and a letter, or one of {', '.join(_names())}; not {shown(value)}")


def _names() -> Iterator[str]:
    yield from ("space", "tab", "enter", "esc", "up", "home", "pgup", "f1")
