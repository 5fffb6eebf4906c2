"""Files: what is read and how far, what was rejected, how the engine and the store are."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container

from tuimon.console.board import Board
from tuimon.console.panels import files
from tuimon.console.rows.files import COLUMNS, file_rows
from tuimon.console.state import Scene
from tuimon.console.views.view import View, nothing_yet
from tuimon.console.widgets.panel import Panel
from tuimon.console.widgets.table import Content, Table


class FilesView(View):
    """View 6."""

    def compose(self) -> ComposeResult:
        """Return the table and the two boxes below it."""
        with Container(classes="stack"):
            yield Table(id="files-table")
            yield Panel(id="files-rejects")
        yield Panel(id="files-facts")

    def show(self, scene: Scene, board: Board) -> None:
        """Show the data."""
        rows = tuple(file_rows(board))
        title = f"Files · {len(rows)} · {board.snapshot.engine.watch}"
        self.table.show(Content(title, COLUMNS, rows, nothing_yet(board), scene.glow, scene.chars))
        self.query_one("#files-rejects", Panel).show(files.rejects(board), scene.chars)
        self.query_one("#files-facts", Panel).show(files.facts(board), scene.chars)
