"""The keys of one console: the table of actions with the user's own keys, and what Textual, the footer and the help make of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from textual.binding import Binding

from tuimon.config import ACTIONS, Action, Remapped, actions

FOOTER = (
    "help",
    "quit",
    "open",
    "back",
    "filter",
    "acknowledge",
    "silence",
    "threshold",
    "rows",
    "freeze",
    "command",
    "compare",
    "sort",
    "next-critical",
    "next-warning",
    "copy",
    "refresh",
)
"""The footer's hints, the most needed first; those that do not fit whole are left out."""
_NAMED = {"esc": "escape", "pgup": "pageup", "pgdn": "pagedown"}
_SIGNS = {"solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus", "plus_sign": "plus"}
_SIGNS |= {"low_line": "underscore"}


@dataclass(frozen=True)
class Keyboard:
    """Actions with their keys."""

    actions: tuple[Action, ...] = ACTIONS

    @classmethod
    def of(cls, keys: Remapped) -> Keyboard:
        """Return the usual keys but for these."""
        return cls(actions(keys))

    @cached_property
    def by_id(self) -> Mapping[str, Action]:
        """Each action by its id."""
        return {action.id: action for action in self.actions}

    def first(self, name: str) -> str:
        """Return the first key of an action as people write it, "" for none."""
        return self.by_id[name].shown.split(" ")[0]

    def bindings(self) -> list[Binding]:
        """Return one binding for each action that has a key, all its keys in it."""
        return [
            Binding(",".join(map(name_of, one.keys)), one.action, one.help, show=False, id=one.id, priority=one.priority)
            for one in self.actions
            if one.keys
        ]

    def groups(self) -> dict[str, list[Action]]:
        """Return the actions by group, both in the table's order."""
        out: dict[str, list[Action]] = {}
        for action in self.actions:
            out.setdefault(action.group, []).append(action)
        return out


def name_of(key: str) -> str:
    """Return Textual's name of a key as people write it: full_stop of ".", pagedown of pgdn."""
    if len(key) > 1 or key.isalnum():
        return _NAMED.get(key, key)
    name = unicodedata.name(key).lower().replace("-", "_").replace(" ", "_")
    return _SIGNS.get(name, name)


USUAL = Keyboard()
