"""Every action with its keys: bindings, the footer and the help screen are made from this table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding

Group = Literal["Views", "Move", "Find", "Time", "Scope", "Table", "Problems", "App"]


@dataclass(frozen=True)
class Action:
    """One thing that a user can do."""

    id: str
    action: str
    """What the app runs, in Textual's notation."""
    keys: tuple[str, ...]
    shown: str
    """The keys as people write them."""
    help: str
    group: Group
    hint: str = ""
    """A word for the footer; empty for none."""
    priority: bool = False


ACTIONS = (
    Action("view.overview", "view('overview')", ("1",), "1", "Overview: tiles and every subject, worst first", "Views"),
    Action("view.drift", "view('drift')", ("2",), "2", "Drift: columns against their baseline", "Views"),
    Action("view.latency", "view('latency')", ("3",), "3", "Latency: percentiles, versions, histogram", "Views"),
    Action("view.performance", "view('performance')", ("4",), "4", "Performance: what labels say of predictions", "Views"),
    Action("view.alerts", "view('alerts')", ("5",), "5", "Alerts: active ones and the history", "Views"),
    Action("view.files", "view('files')", ("6",), "6", "Files: what is read, what was rejected", "Views"),
    Action("view.next", "cycle(1)", ("tab",), "tab", "next view", "Views", priority=True),
    Action("view.previous", "cycle(-1)", ("shift+tab",), "shift+tab", "previous view", "Views", priority=True),
    Action("open", "open", ("enter",), "enter", "the detail of the selected row; in Detail its rows", "Move", "detail"),
    Action("back", "leave", ("escape",), "esc", "back, clear the filter", "Move", "back"),
    Action("down", "move(1)", ("j", "down"), "j down", "next row", "Move"),
    Action("up", "move(-1)", ("k", "up"), "k up", "previous row", "Move"),
    Action("top", "edge(-1)", ("g", "home"), "g home", "first row", "Move"),
    Action("bottom", "edge(1)", ("G", "end"), "G end", "last row", "Move"),
    Action("page.down", "page(1)", ("ctrl+d", "pagedown"), "ctrl+d pgdn", "half a page down", "Move"),
    Action("page.up", "page(-1)", ("ctrl+u", "pageup"), "ctrl+u pgup", "half a page up", "Move"),
    Action("filter", "filter", ("slash",), "/", "filter: a part of the row, re:pattern, st:crit; ! inverts", "Find", "filter"),
    Action("next.critical", "problem('critical', 1)", ("e",), "e", "next critical row", "Problems", "critical"),
    Action("previous.critical", "problem('critical', -1)", ("E",), "E", "previous critical row", "Problems"),
    Action("next.warning", "problem('warning', 1)", ("w",), "w", "next warning row", "Problems", "warning"),
    Action("previous.warning", "problem('warning', -1)", ("W",), "W", "previous warning row", "Problems"),
    Action("acknowledge", "acknowledge", ("a",), "a", "Alerts, Detail: seen what fires; again takes it back", "Problems", "ack"),
    Action("acknowledge.note", "acknowledge_with_note", ("A",), "A", "the same, with a note for the others", "Problems"),
    Action("silence", "silence", ("z",), "z", "Alerts, Detail: silence for a time; again ends it", "Problems", "silence"),
    Action("threshold", "threshold", ("t",), "t", "try another threshold for this number, and save it", "Problems", "threshold"),
    Action("rows", "rows", ("v",), "v", "the stored predictions behind the selected number", "Problems", "rows"),
    Action("freeze", "freeze", ("space",), "space", "freeze the screen, reading goes on; again ends it", "Time", "freeze"),
    Action("live", "live", ("0",), "0", "the present, and then the configured window", "Time", "present"),
    Action("earlier", "pan(-1)", ("comma",), ",", "half a window earlier, through all that is stored", "Time", "earlier"),
    Action("later", "pan(1)", ("full_stop",), ".", "half a window later", "Time"),
    Action("far.earlier", "pan(-10)", ("less_than_sign",), "<", "five windows earlier", "Time"),
    Action("far.later", "pan(10)", ("greater_than_sign",), ">", "five windows later", "Time"),
    Action("narrower", "widen(-1)", ("left_square_bracket",), "[", "a narrower window: 7d, 24h, 6h, 1h, 15m, 5m", "Time", "window"),
    Action("wider", "widen(1)", ("right_square_bracket",), "]", "a wider window, with charts as wide", "Time"),
    Action("moment", "moment", ("m",), "m", "the moment of the selected alert: what it looked like then", "Time", "moment"),
    Action(
        "timeline",
        "timeline",
        ("l",),
        "l",
        "Overview, Detail: everything over one time axis",
        "Time",
        "timeline",
    ),
    Action("refresh", "refresh_now", ("r",), "r", "read and evaluate now", "Time", "refresh"),
    Action("slower", "interval(1)", ("plus",), "+", "refresh less often", "Time"),
    Action("faster", "interval(-1)", ("minus",), "-", "refresh more often", "Time"),
    Action("compare.next", "compare(1)", ("b",), "b", "compare with the time before, last week, another version, ...", "Scope", "compare"),
    Action("compare.previous", "compare(-1)", ("B",), "B", "the same, backwards", "Scope"),
    Action("sort", "sort", ("s",), "s", "sort by the next column", "Table", "sort"),
    Action("reverse", "reverse", ("S",), "S", "reverse the order", "Table"),
    Action("copy", "copy", ("y",), "y", "copy the row to the terminal's clipboard (OSC 52)", "Table", "copy"),
    Action("export", "export", ("x",), "x", "write the table as CSV and JSON into the state directory", "Table", "export"),
    Action("picture", "picture", ("X",), "X", "write the screen as an SVG picture", "Table"),
    Action("help", "help", ("question_mark", "f1"), "? F1", "this help", "App", "help"),
    Action("quit", "quit", ("q",), "q", "quit", "App", "quit"),
    Action("quit.always", "quit", ("ctrl+q",), "ctrl+q", "quit, whatever has the focus", "App", priority=True),
)
"""In the order of the help screen."""

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
    "compare.next",
    "sort",
    "next.critical",
    "next.warning",
    "copy",
    "refresh",
)
"""The footer's hints, the most needed first; those that do not fit whole are left out."""


def bindings() -> list[Binding]:
    """Return one binding for each action, all its keys in it, with the action's id for remapping."""
    return [
        Binding(",".join(a.keys), a.action, a.help, show=False, id=a.id, tooltip=a.help, group=None, priority=a.priority) for a in ACTIONS
    ]


def by_id(name: str) -> Action:
    """Return the action of that id; KeyError when there is none."""
    return {action.id: action for action in ACTIONS}[name]


def groups() -> dict[str, list[Action]]:
    """Return the actions by group, both in the table's order."""
    out: dict[str, list[Action]] = {}
    for action in ACTIONS:
        out.setdefault(action.group, []).append(action)
    return out
