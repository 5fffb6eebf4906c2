"""What all views have in common."""

from __future__ import annotations

from textual.containers import Vertical

from tuimon.console.board import Board
from tuimon.console.state import Scene
from tuimon.console.widgets.table import Table


class View(Vertical):
    """One page of the console with one table that the keys move in."""

    @property
    def table(self) -> Table:
        """The table that the keys act on."""
        return self.query_one(Table)

    def show(self, scene: Scene, board: Board) -> None:
        """Show the data; the table first, so that the panels can follow its selection."""
        raise NotImplementedError


def nothing_yet(board: Board) -> str:
    """Return the sentence for a view without rows: no files, no rows yet, or no models."""
    engine = board.snapshot.engine
    if not board.snapshot.files:
        return f"no prediction logs in {engine.title} yet; waiting"
    if engine.state == "backlog":
        return "reading the logs..."
    return "the files hold no predictions so far; view 6 shows what was read and what was rejected"
