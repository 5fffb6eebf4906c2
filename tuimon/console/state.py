"""What the screen shows besides the data: view, frozen moment, failure; and the header's words for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tuimon.console import formatting
from tuimon.console.board import Board
from tuimon.console.charset import Charset
from tuimon.console.flash import DARK, Glow
from tuimon.console.keyboard import USUAL, Keyboard
from tuimon.console.layout import Layout
from tuimon.console.lines import Line, text
from tuimon.values.snapshot import Ingest, Snapshot

ViewName = Literal["overview", "drift", "latency", "performance", "alerts", "files", "detail"]
TABS: tuple[tuple[ViewName, str], ...] = (
    ("overview", "Overview"),
    ("drift", "Drift"),
    ("latency", "Latency"),
    ("performance", "Performance"),
    ("alerts", "Alerts"),
    ("files", "Files"),
)


@dataclass(frozen=True)
class Scene:
    """Everything that one repaint needs."""

    board: Board | None
    """What is shown: the live snapshot or the frozen one; None before the first."""
    live: Snapshot | None
    view: ViewName
    chars: Charset
    layout: Layout
    frozen: bool = False
    failure: str | None = None
    now: float = 0.0
    """Wall time; used only for the age of numbers after a failure."""
    glow: Glow = DARK
    timeline: bool = False
    """Whether somebody wants the timeline where there is no room for it besides."""
    heat: bool = False
    """Whether latency is shown as a heat map."""
    keyboard: Keyboard = USUAL

    @property
    def past(self) -> float | None:
        """The moment that is shown when it is not the present."""
        look = self.board.snapshot.look if self.board else None
        return self.board.snapshot.at if self.board is not None and look is not None and look.at is not None else None

    @property
    def standing(self) -> bool:
        """Whether what is shown is not the present."""
        return self.board is not None and (self.frozen or self.past is not None)


def state_words(scene: Scene) -> Line:
    """Return what is happening: LIVE 2s, FROZEN 14:12:31, READING 61 %, JUDGING 40 %, STALE 12m, HISTORIC, STOPPED."""
    snapshot = scene.live
    if scene.failure:
        return text("STOPPED", "critical")
    if snapshot is None:
        return text("reading...", "accent")
    if scene.frozen and scene.board is not None:
        return text(f"FROZEN {formatting.clock(scene.board.snapshot.at, seconds=True)}", "active")
    if scene.past is not None:
        return text(f"PAST {formatting.when(scene.past, snapshot.at)}", "active")
    if snapshot.engine.state == "backlog":
        return text(reading_words(snapshot), "accent")
    if snapshot.engine.judged is not None:
        return text(f"JUDGING {100 * snapshot.engine.judged:.0f} %", "accent")
    states = {model.window_state for model in snapshot.models}
    if states == {"stale"}:
        newest = max((model.last or 0.0 for model in snapshot.models), default=0.0)
        return text(f"STALE {formatting.duration(snapshot.at - newest)}", "stale")
    if states == {"historic"}:
        return text("HISTORIC", "accent")
    return text(f"LIVE {formatting.interval(snapshot.engine.refresh)}", "ok")


def reading_words(snapshot: Snapshot) -> str:
    """Return the progress of a backlog: share read, rows per second, time left."""
    left, engine = snapshot.engine.backlog_bytes or snapshot.ingest.lag_bytes, snapshot.engine
    total = max(1, engine.backlog_total, left)
    parts = [f"READING {100 * (total - left) // total} %"]
    if engine.rows_per_second > 0:
        parts.append(f"{formatting.count(engine.rows_per_second)} rows/s")
        seconds = _seconds_left(snapshot.ingest, left, engine.rows_per_second)
        if seconds is not None:
            parts.append(f"{_round_time(seconds)} left")
    return " ".join(parts)


def _seconds_left(ingest: Ingest, left: int, rows_per_second: float) -> float | None:
    return left / (ingest.bytes / ingest.rows * rows_per_second) if ingest.rows and ingest.bytes else None


def _round_time(seconds: float) -> str:
    return f"{max(1.0, seconds):.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def time_words(snapshot: Snapshot) -> str:
    """Return the window and its end, or the range of historic logs; the one place that says UTC."""
    models = [model for model in snapshot.models if model.last is not None]
    if not models:
        return "UTC"
    if snapshot.look is None and all(model.window_state == "historic" for model in models):
        first = min((m.first for m in models if m.first is not None), default=None)
        last = max(m.last for m in models if m.last is not None)
        return f"logs {formatting.date(first)} to {formatting.date(last)[5:]} UTC"
    widths = list(dict.fromkeys(model.window for model in models))
    end = max((m.window_end or m.last or 0.0) for m in models)
    return f"win {'/'.join(widths[:3])} to {formatting.clock(end)} UTC"


def _elsewhere(scene: Scene) -> tuple[str, ...]:
    """How old the picture is when it is not the present."""
    if scene.live is None or scene.board is None or not scene.standing:
        return ()
    age = scene.live.at - scene.board.snapshot.at
    old = formatting.duration(age) if age >= 60 else "under a minute"
    if scene.frozen:
        return (f"frozen {old} ago; reading goes on, space shows the present",)
    return (f"{formatting.date(scene.past)} UTC, {old} ago: , and . go through time, 0 shows the present",)


def notices(scene: Scene) -> tuple[str, ...]:
    """Return the sentences for the banner: a stopped engine first."""
    snapshot = scene.live
    standing = (*_elsewhere(scene), *(snapshot.notices if snapshot else ()))
    if not scene.failure:
        return standing
    if snapshot is None:
        return (f"engine stopped: {scene.failure}", *standing)
    age = formatting.duration(60 * (max(0.0, scene.now - snapshot.at) // 60)) if scene.now - snapshot.at >= 60 else "under a minute"
    at = formatting.clock(snapshot.at, seconds=True)
    return (f"engine stopped: {scene.failure} (numbers of {at}, {age} old)", *standing)
