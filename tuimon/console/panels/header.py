"""The two lines at the top: can this screen be trusted, and where am I."""

from __future__ import annotations

from tuimon.console import formatting
from tuimon.console.lines import EMPTY, Line, crop, spread, text, width
from tuimon.console.panels.tiles import any_sampled
from tuimon.console.state import TABS, Scene, state_words, time_words
from tuimon.values.firing import firing
from tuimon.values.text import cell_width, fit

GAP: Line = (("  ", "text"),)


def header_lines(scene: Scene, cells: int) -> list[Line]:
    """Return the status line and the tabs, each exactly `cells` wide."""
    return [_first(scene, cells), tabs(scene, cells)]


def _first(scene: Scene, cells: int) -> Line:
    """The parts in order; what does not fit leaves by rank, the title shrinks before anything leaves."""
    snapshot = scene.live
    title = snapshot.engine.title if snapshot else ""
    left: list[tuple[int, Line]] = [
        (1, text("tuimon", "brand")),
        (2 if "logs" in _words(scene) else 5, _time(scene)),
        (0, state_words(scene)),
    ]
    right: list[tuple[int, Line]] = [(2, _alerts(scene)), (4, _lag(scene)), (3, _watch(scene)), (7, _models(scene))]
    for worst in range(8, -1, -1):
        kept_left = [part for rank, part in left if rank <= worst and part]
        kept_right = [part for rank, part in right if rank <= worst and part]
        used = sum(width(part) + 2 for part in [*kept_left, *kept_right]) + 2
        room = cells - used
        if room >= 0:
            if title and room >= 8 and worst >= 1:
                kept_left.insert(1, text(_tail(title, min(room - 2, 40)), "text"))
            return spread(((" ", "text"), *_joined(kept_left)), (*_joined(kept_right), (" ", "text")), cells)
    return crop(state_words(scene), cells)


def _joined(parts: list[Line]) -> Line:
    out: Line = ()
    for part in parts:
        out = (*out, *GAP, *part) if out else part
    return out


def _tail(title: str, cells: int) -> str:
    if cell_width(title) <= cells:
        return title
    tail = title
    while tail and cell_width(tail) > cells - 1:
        tail = tail[1:]
    return "…" + tail if tail else fit(title, cells)


def _time(scene: Scene) -> Line:
    return text(_words(scene), "dim") if scene.board else EMPTY


def _words(scene: Scene) -> str:
    return time_words(scene.board.snapshot) if scene.board else ""


def _alerts(scene: Scene) -> Line:
    if scene.live is None:
        return EMPTY
    critical, warning = firing(scene.live.alerts)
    silenced = sum(1 for alert in scene.live.alerts if alert.silenced and alert.state == "firing")
    if not critical and not warning and not silenced:
        engine = scene.live.engine
        judged = engine.state != "backlog" and engine.judged is None
        return text("ok, no alerts", "ok") if scene.live.models and judged else EMPTY
    parts: list[Line] = []
    if critical:
        parts.append(text(f"!!{critical} crit", "critical"))
    if warning:
        parts.append(text(f"!{warning} warn", "warning"))
    if silenced:
        parts.append(text(f"zz{silenced} silent", "silenced"))
    return _joined(parts)


def _lag(scene: Scene) -> Line:
    if scene.live is None:
        return EMPTY
    lag = scene.live.ingest.lag_bytes
    return (("lag ", "dim"), (formatting.size(lag) if lag else "0", "warning" if lag > 10**7 else "text"))


def _watch(scene: Scene) -> Line:
    return text("polling", "dim") if scene.live and scene.live.engine.watch == "polling" else EMPTY


def _models(scene: Scene) -> Line:
    if scene.live is None or not scene.live.models:
        return EMPTY
    rate = sum(model.rows_per_second or 0.0 for model in scene.live.models)
    many, sampled = len(scene.live.models), any_sampled(scene.live.models)
    return text(f"{many} model{'s' if many > 1 else ''}, {formatting.records(rate, sampled)} rows/s", "dim")


def tabs(scene: Scene, cells: int) -> Line:
    """Return the views; the one in sight in brackets, the number of active alerts behind theirs."""
    full = _tabs(scene, long=True)
    return crop(full if width(full) <= cells else _tabs(scene, long=False), cells)


def _tabs(scene: Scene, long: bool) -> Line:
    active = sum(1 for a in scene.live.alerts if a.state != "resolved") if scene.live else 0
    out: Line = ((" ", "text"),)
    for number, (name, title) in enumerate(TABS, start=1):
        badge = f"·{active}" if name == "alerts" and active else ""
        here = name == scene.view
        words = f"{number} {title}{badge}" if long or here else f"{number}{badge}"
        role = "brand" if here else "text" if badge else "dim"
        lit = "+flash" if name == "alerts" and scene.glow.alerts else ""
        out = (*out, (f"[{words}]" if here else f" {words} ", role + lit))
    return (*out, ("  Detail", "brand")) if scene.view == "detail" else out
