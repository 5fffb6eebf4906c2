"""Detail: one subject, all that is known of it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from tuimon.console.board import Board, Subject
from tuimon.console.panels.detail import page
from tuimon.console.panels.remarks import remark_lines
from tuimon.console.panels.timeline import lines_of_timeline, timeline
from tuimon.console.state import Scene
from tuimon.console.widgets.panel import Panel
from tuimon.console.widgets.remarks import Remarks


class DetailView(Vertical):
    """The page of the subject that was opened."""

    subject: Subject | None = None

    def compose(self) -> ComposeResult:
        """Return the boxes."""
        yield Remarks(id="detail-remarks")
        yield Panel(id="detail-head")
        yield Panel(id="detail-timeline", classes="timeline")
        with Horizontal(classes="upper"):
            yield Panel(id="detail-main")
            yield Panel(id="detail-facts")
        with Horizontal(classes="bottom"):
            yield Panel(id="detail-trend")
            yield Panel(id="detail-history")

    def show(self, scene: Scene, board: Board) -> None:
        """Show the subject as it is in this snapshot."""
        if self.subject is None:
            return
        found = page(board, self.subject, scene.chars)
        drift = board.compared(self.subject)
        model = board.models.get(self.subject.model) if drift else None
        self.query_one(Remarks).show(lambda width: [] if scene.layout == "tiny" else remark_lines(board, model, width, drift))
        self.query_one("#detail-head", Panel).show(found.head, scene.chars)
        if scene.timeline:
            about = board.models.get(self.subject.model)
            drawn = timeline(board, about, self.subject.column, scene.chars)
            lines = lines_of_timeline(board, about, self.subject.column, 1 if scene.layout == "plain" else 2)
            self.query_one("#detail-timeline", Panel).show_lines(drawn, scene.chars, lines)
        self.query_one("#detail-main", Panel).show(found.main, scene.chars)
        self.query_one("#detail-facts", Panel).show(found.facts, scene.chars)
        self.query_one("#detail-trend", Panel).show(found.trend, scene.chars)
        self.query_one("#detail-history", Panel).show(found.history, scene.chars)
