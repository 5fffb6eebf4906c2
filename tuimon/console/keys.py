"""All keys as a page for people who read before they press."""

from __future__ import annotations

from collections.abc import Iterable

from tuimon.console.actions import Action, groups

INTRODUCTION = """# Keys

Every key of the console; `?` shows the same there. Views are numbered, lists are moved through as in vim or with arrows, and nothing that a
key does changes a log or a count.
"""


def page() -> str:
    """Return the page as Markdown: one table for each group, in the order of the help screen."""
    return "\n".join([INTRODUCTION, *(line for group, actions in groups().items() for line in _table(group, actions))])


def _table(group: str, actions: Iterable[Action]) -> list[str]:
    rows = [f"| {_keys(action)} | {action.help} |" for action in actions]
    return [f"## {group}", "", "| keys | what they do |", "|---|---|", *rows, ""]


def _keys(action: Action) -> str:
    return " ".join(f"`{key}`" for key in action.shown.split())
