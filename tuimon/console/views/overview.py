"""Overview: tiles and every subject worst first; on a wall display also alerts, chart, versions and events."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from tuimon.console.board import Board, Subject
from tuimon.console.layout import trend_cells
from tuimon.console.panels import activity, column, detail, latency
from tuimon.console.panels.picture import Picture
from tuimon.console.panels.tiles import tiles
from tuimon.console.panels.timeline import lines_of_timeline, timeline
from tuimon.console.rows.worst import worst_columns, worst_rows
from tuimon.console.state import Scene
from tuimon.console.views.view import View, nothing_yet
from tuimon.console.widgets.panel import Panel
from tuimon.console.widgets.table import Content, Table

TILES = ("traffic", "latency-tile", "errors", "drift-tile")


class Overview(View):
    """View 1."""

    def compose(self) -> ComposeResult:
        """Return the boxes; the layout decides which of them are in sight."""
        with Horizontal(classes="tiles"):
            for name in TILES:
                yield Panel(id=name)
        yield Panel(id="overview-timeline", classes="timeline")
        with Horizontal(classes="main"):
            yield Table(id="worst")
            with Vertical(classes="side"):
                yield Panel(id="active")
                yield Panel(id="chosen")
        with Horizontal(classes="lower"):
            yield Panel(id="wall-chart")
            yield Panel(id="wall-versions")
        yield Panel(id="wall-events")

    def show(self, scene: Scene, board: Board) -> None:
        """Show the data."""
        chars = scene.chars
        for name, picture in zip(TILES, tiles(board, chars), strict=True):
            self.query_one(f"#{name}", Panel).show(picture, chars)
        trend = trend_cells(scene.layout)
        rows = tuple(worst_rows(board, chars, trend)) if board.models else ()
        title = f"Worst first · {len(rows)} subjects"
        self.table.show(Content(title, worst_columns(board, trend), rows, nothing_yet(board), scene.glow, chars))
        subject = self.table.row.subject if self.table.row else None
        if scene.layout in ("wide", "wall"):
            self.query_one("#active", Panel).show(activity.active(board, chars, scene.glow), chars)
            self.query_one("#chosen", Panel).show(chosen(board, subject, scene), chars)
        model = board.model(subject.model if subject else "")
        column = subject.column if subject else ""
        if scene.timeline:
            lines = lines_of_timeline(board, model, column, 1 if scene.layout == "plain" else 2)
            self.query_one("#overview-timeline", Panel).show_lines(timeline(board, model, column, chars), chars, lines)
        if scene.layout == "wall":
            charted = latency.percentiles(board, model, chars) if scene.timeline else timeline(board, model, column, chars)
            self.query_one("#wall-chart", Panel).show(charted, chars)
            self.query_one("#wall-versions", Panel).show(latency.versions(board, chars), chars)
            self.query_one("#wall-events", Panel).show(activity.events(board, "Events"), chars)


def chosen(board: Board, subject: Subject | None, scene: Scene) -> Picture:
    """Return the picture of the selected subject for a side panel."""
    if subject is None or subject.kind == "column":
        return column.distribution(board.drift(subject) if subject else None, scene.chars)
    return detail.page(board, subject, scene.chars).main
