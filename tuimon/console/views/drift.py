"""Drift: the table of columns, and the selected one against its baseline."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Vertical

from tuimon.console.board import Board
from tuimon.console.choices import compared_words
from tuimon.console.layout import trend_cells
from tuimon.console.panels import column
from tuimon.console.panels.picture import message
from tuimon.console.panels.remarks import remark_lines, together_line
from tuimon.console.rows.drift import drift_columns, drift_rows
from tuimon.console.state import Scene
from tuimon.console.views.view import View, nothing_yet
from tuimon.console.widgets.panel import Panel
from tuimon.console.widgets.remarks import Remarks
from tuimon.console.widgets.table import Content, Table
from tuimon.values.snapshot import Model


class DriftView(View):
    """View 2."""

    def compose(self) -> ComposeResult:
        """Return the table and the boxes beside or below it."""
        yield Remarks(id="drift-remarks")
        with Container(classes="split"):
            yield Table(id="drift-table")
            with Vertical(classes="aside"):
                yield Panel(id="drift-shape")
                yield Panel(id="drift-facts")
                yield Panel(id="drift-trend")

    def show(self, scene: Scene, board: Board) -> None:
        """Show the data."""
        chars = scene.chars
        trend = trend_cells(scene.layout)
        rows = tuple(drift_rows(board, chars, trend)) if board.models else ()
        empty = nothing_yet(board) if not board.models else column.HOW_TO
        self.table.show(Content(_title(board, len(rows)), drift_columns(board, chars, trend), rows, empty, scene.glow, chars))
        chosen = self.table.row
        subject = chosen.subject if chosen else None
        drift = board.compared(subject) if subject else None
        model = board.model(subject.model if subject else "")
        together = [] if scene.layout == "tiny" else together_line(board, model)
        self.query_one(Remarks).show(lambda width: [] if scene.layout == "tiny" else [*remark_lines(board, model, width), *together])
        self.query_one("#drift-shape", Panel).show(column.distribution(drift, chars, "Distribution"), chars)
        if scene.layout in ("wide", "wall"):
            quality = board.quality(subject) if subject else None
            facts = column.distances(drift, quality) if drift else message("Distances", "-")
            self.query_one("#drift-facts", Panel).show(facts, chars)
            picture = column.trend(drift, model, chars) if drift and model else message("Trend", "-")
            self.query_one("#drift-trend", Panel).show(picture, chars)


def _title(board: Board, count: int) -> str:
    models = list(board.models.values())
    if not models:
        return "Drift"
    return f"Drift · {count} column{'' if count == 1 else 's'} · {_baselines(models)}"


def _baselines(models: list[Model]) -> str:
    names = list(dict.fromkeys(compared_words(model) for model in models))
    return names[0] if len(names) == 1 else f"{len(names)} baselines"
