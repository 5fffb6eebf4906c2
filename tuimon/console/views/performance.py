"""Performance: a measure over time, the table of measures, and where the predictions err."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Vertical

from tuimon.console.board import Board
from tuimon.console.layout import trend_cells
from tuimon.console.measured import telling
from tuimon.console.panels import performance
from tuimon.console.rows.performance import performance_columns, performance_rows
from tuimon.console.state import Scene
from tuimon.console.views.view import View, nothing_yet
from tuimon.console.widgets.panel import Panel
from tuimon.console.widgets.table import Content, Table

OF_SCORES = ("ece", "roc_auc")


class PerformanceView(View):
    """View 4."""

    def compose(self) -> ComposeResult:
        """Return the chart, the table and the boxes beside or below it."""
        yield Panel(id="performance-chart")
        with Container(classes="under"):
            yield Table(id="performance-table")
            with Vertical(id="performance-aside"):
                yield Panel(id="performance-confusion")
                yield Panel(id="performance-scores")

    def show(self, scene: Scene, board: Board) -> None:
        """Show the data."""
        chars, trend = scene.chars, trend_cells(scene.layout)
        rows = tuple(performance_rows(board, chars, trend))
        empty = performance.HOW_TO if board.models else nothing_yet(board)
        columns = performance_columns(board, trend)
        self.table.show(Content("By model and measure", columns, rows, empty, scene.glow, chars))
        self.set_class(not rows, "-empty")
        row = self.table.row
        model = board.model(row.key[0] if row else "")
        rule = row.key[1] if row and row.key[1] else telling(board, model) if model else ""
        if not rows or model is None:
            return
        self.query_one("#performance-chart", Panel).show(performance.over_time(board, model, rule, chars), chars)
        confusion, scores = performance.confusion(model), performance.reliability(model, chars)
        roomy = scene.layout in ("wide", "wall")
        first = scores if not roomy and rule in OF_SCORES else confusion
        self.query_one("#performance-confusion", Panel).show(first, chars)
        self.query_one("#performance-scores", Panel).show(scores, chars)
