"""Latency: percentiles over time, the table by model and version, the histogram."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container

from tuimon.console.board import Board
from tuimon.console.panels import latency
from tuimon.console.rows.latency import COLUMNS, latency_rows
from tuimon.console.state import Scene
from tuimon.console.views.view import View, nothing_yet
from tuimon.console.widgets.panel import Panel
from tuimon.console.widgets.table import Content, Table


class LatencyView(View):
    """View 3."""

    def compose(self) -> ComposeResult:
        """Return the chart, the table and the histogram."""
        yield Panel(id="latency-chart")
        with Container(classes="under"):
            yield Table(id="latency-table")
            yield Panel(id="latency-histogram")

    def show(self, scene: Scene, board: Board) -> None:
        """Show the data."""
        chars = scene.chars
        rows = tuple(latency_rows(board, chars))
        mixed = any(model.sampling is not None and model.sampling.mixed for model in board.snapshot.models)
        title = f"By model and version · ms{' · mixed rates: of rows' if mixed else ''}"
        self.table.show(Content(title, COLUMNS, rows, nothing_yet(board), scene.glow, chars))
        row = self.table.row
        model = board.model(row.key[0] if row else "")
        chart = latency.heat_map(board, model, chars) if scene.heat else latency.percentiles(board, model, chars)
        self.query_one("#latency-chart", Panel).show(chart, chars)
        self.query_one("#latency-histogram", Panel).show(latency.histogram(model, chars), chars)
