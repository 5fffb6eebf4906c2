"""The last line: key hints from the table of actions, or a short message."""

from __future__ import annotations

from tuimon.console.keyboard import FOOTER
from tuimon.console.lines import Line, crop, pieces
from tuimon.console.state import Scene, ViewName

LAST: dict[ViewName, str] = {"drift": "sort", "detail": "next-warning"}
"""The hint that gives way to the others first in a view."""


def footer_line(scene: Scene, told: str, cells: int) -> Line:
    """Return the message if there is one, else the hints that fit whole; the most needed are kept."""
    if told:
        return crop(((" ", "text"), (told, "accent")), cells)
    names = sorted(FOOTER, key=lambda name: name == LAST.get(scene.view))
    hints: list[Line] = [_hint(name, scene) for name in names if _useful(name, scene)]
    if scene.layout == "tiny":
        hints.insert(2, (("enlarge for charts", "dim"),))
    return crop(((" ", "text"), *pieces(hints, cells - 1)), cells)


def _useful(name: str, scene: Scene) -> bool:
    if not scene.keyboard.by_id[name].keys:
        return False
    if name == "back":
        return scene.view == "detail"
    if name == "compare":
        return scene.view in ("drift", "detail")
    if name in ("acknowledge", "silence"):
        return scene.view == "alerts" and scene.board is not None and any(alert.state == "firing" for alert in scene.board.snapshot.alerts)
    if name == "threshold":
        return scene.view in ("alerts", "detail", "drift")
    return name not in ("open", "filter", "sort") or scene.view != "detail"


def _hint(name: str, scene: Scene) -> Line:
    return ((scene.keyboard.first(name), "accent"), (f" {scene.keyboard.by_id[name].hint}", "dim"))
