"""All keys as a page for people who read before they press."""

from __future__ import annotations

from collections.abc import Iterable

from tuimon.config import Action
from tuimon.console.keyboard import USUAL

INTRODUCTION = """# Keys

Every key of the console; `?` shows the same there. Views are numbered, lists are moved through as in vim or with arrows, and nothing that a
key does changes a log or a count.

`:` offers all of it by name while you type, with columns to go to, windows, times and themes besides. Another key for an action stands in
the configuration under its id and holds from the next start on; `ctrl+q` always quits:

```toml
[keys]
silence = "Z"
alerts = ["5", "a"]
acknowledge = "K"
picture = []            # no key: `:picture` is left
```
"""


def page() -> str:
    """Return the page as Markdown: one table for each group, in the order of the help screen."""
    return "\n".join([INTRODUCTION, *(line for group, actions in USUAL.groups().items() for line in _table(group, actions))])


def _table(group: str, actions: Iterable[Action]) -> list[str]:
    rows = [f"| {_keys(action)} | {action.help} | `{action.id}` |" for action in actions]
    return [f"## {group}", "", "| keys | what they do | id |", "|---|---|---|", *rows, ""]


def _keys(action: Action) -> str:
    return " ".join(f"`{key}`" for key in action.shown.split())
