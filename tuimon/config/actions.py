"""Everything that a user can do with a key, by id: `[keys]`, the screen, its help and the page of keys are made from this table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["Views", "Move", "Find", "Time", "Scope", "Table", "Problems", "App"]


@dataclass(frozen=True)
class Action:
    """One thing that a user can do."""

    id: str
    action: str
    """What the screen runs."""
    keys: tuple[str, ...]
    """As people write them: z, ctrl+d, pgdn, /."""
    help: str
    group: Group
    hint: str = ""
    """A word for the footer; empty for none."""
    priority: bool = False

    @property
    def shown(self) -> str:
        """The keys in one text."""
        return " ".join(key.upper() if key[0] == "f" and key[1:].isdigit() else key for key in self.keys)


ACTIONS = (
    Action("overview", "view('overview')", ("1",), "Overview: tiles and every subject, worst first", "Views"),
    Action("drift", "view('drift')", ("2",), "Drift: columns against their baseline", "Views"),
    Action("latency", "view('latency')", ("3",), "Latency: percentiles, versions, histogram", "Views"),
    Action("performance", "view('performance')", ("4",), "Performance: what labels say of predictions", "Views"),
    Action("alerts", "view('alerts')", ("5",), "Alerts: active ones and the history", "Views"),
    Action("files", "view('files')", ("6",), "Files: what is read, what was rejected", "Views"),
    Action("next-view", "cycle(1)", ("tab",), "next view", "Views", priority=True),
    Action("previous-view", "cycle(-1)", ("shift+tab",), "previous view", "Views", priority=True),
    Action("open", "open", ("enter",), "the detail of the selected row; in Detail its rows", "Move", "detail"),
    Action("back", "leave", ("esc",), "back, clear the filter", "Move", "back"),
    Action("down", "move(1)", ("j", "down"), "next row", "Move"),
    Action("up", "move(-1)", ("k", "up"), "previous row", "Move"),
    Action("top", "edge(-1)", ("g", "home"), "first row", "Move"),
    Action("bottom", "edge(1)", ("G", "end"), "last row", "Move"),
    Action("page-down", "page(1)", ("ctrl+d", "pgdn"), "half a page down", "Move"),
    Action("page-up", "page(-1)", ("ctrl+u", "pgup"), "half a page up", "Move"),
    Action("filter", "filter", ("/",), "filter: a part of the row, re:pattern, st:crit; ! inverts", "Find", "filter"),
    Action("next-critical", "problem('critical', 1)", ("e",), "next critical row", "Problems", "critical"),
    Action("previous-critical", "problem('critical', -1)", ("E",), "previous critical row", "Problems"),
    Action("next-warning", "problem('warning', 1)", ("w",), "next warning row", "Problems", "warning"),
    Action("previous-warning", "problem('warning', -1)", ("W",), "previous warning row", "Problems"),
    Action("acknowledge", "acknowledge", ("a",), "Alerts, Detail: seen what fires; again takes it back", "Problems", "ack"),
    Action("acknowledge-note", "acknowledge_with_note", ("A",), "the same, with a note for the others", "Problems"),
    Action("silence", "silence", ("z",), "Alerts, Detail: silence for a time; again ends it", "Problems", "silence"),
    Action("threshold", "threshold", ("t",), "try another threshold for this number, and save it", "Problems", "threshold"),
    Action("rows", "rows", ("v",), "the stored predictions behind the selected number", "Problems", "rows"),
    Action("freeze", "freeze", ("space",), "freeze the screen, reading goes on; again ends it", "Time", "freeze"),
    Action("live", "live", ("0",), "the present, and then the configured window", "Time", "present"),
    Action("earlier", "pan(-1)", (",",), "half a window earlier, through all that is stored", "Time", "earlier"),
    Action("later", "pan(1)", (".",), "half a window later", "Time"),
    Action("far-earlier", "pan(-10)", ("<",), "five windows earlier", "Time"),
    Action("far-later", "pan(10)", (">",), "five windows later", "Time"),
    Action("narrower", "widen(-1)", ("[",), "a narrower window: 7d, 24h, 6h, 1h, 15m, 5m", "Time", "window"),
    Action("wider", "widen(1)", ("]",), "a wider window, with charts as wide", "Time"),
    Action("moment", "moment", ("m",), "the moment of the selected alert: what it looked like then", "Time", "moment"),
    Action("timeline", "timeline", ("l",), "Overview, Detail: everything over one time axis", "Time", "timeline"),
    Action(
        "heat-map",
        "heat_map",
        ("h",),
        "Latency: rows by time and bucket; again the percentiles",
        "Time",
        "heat map",
    ),
    Action("refresh", "refresh_now", ("r",), "read and evaluate now", "Time", "refresh"),
    Action("slower", "interval(1)", ("+",), "refresh less often", "Time"),
    Action("faster", "interval(-1)", ("-",), "refresh more often", "Time"),
    Action("compare", "compare(1)", ("b",), "compare with the time before, last week, another version, ...", "Scope", "compare"),
    Action("compare-back", "compare(-1)", ("B",), "the same, backwards", "Scope"),
    Action("sort", "sort", ("s",), "sort by the next column", "Table", "sort"),
    Action("reverse", "reverse", ("S",), "reverse the order", "Table"),
    Action("columns", "columns", ("c",), "choose the columns of the table", "Table", "columns"),
    Action("copy", "copy", ("y",), "copy the row to the terminal's clipboard (OSC 52)", "Table", "copy"),
    Action("copy-json", "copy_json", ("Y",), "copy the row as JSON", "Table"),
    Action("export", "export", ("x",), "write the table as CSV and JSON into the state directory", "Table", "export"),
    Action("picture", "picture", ("X",), "write the screen as an SVG picture", "Table"),
    Action(
        "command",
        "command",
        (":", "ctrl+p"),
        "commands: every action by name, window 6h, at 14:02, go model/column, theme",
        "App",
        "command",
    ),
    Action("help", "help", ("?", "f1"), "this help", "App", "help"),
    Action("quit", "quit", ("q",), "quit", "App", "quit"),
    Action("quit-always", "quit", ("ctrl+q",), "quit, whatever has the focus", "App", priority=True),
)
"""In the order of the help screen."""
