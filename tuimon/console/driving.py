"""The keys that go from view to view and through the rows of a table."""

from __future__ import annotations

from textual.widgets import ContentSwitcher, Input

from tuimon.console import formatting
from tuimon.console.choices import following
from tuimon.console.export import as_object
from tuimon.console.lines import plain
from tuimon.console.panels.column import evidence_parts
from tuimon.console.saving import Saving
from tuimon.console.screens.help import HelpScreen
from tuimon.console.state import TABS, ViewName
from tuimon.console.views.detail import DetailView
from tuimon.monitor.feed import CompareWith, RefreshNow, SetRefresh

INTERVALS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)


class Driving(Saving):
    """The stage with views, tables and help."""

    _wished: float | None = None
    """The interval last asked for."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Return whether an action may run: below a dialog the views stay, whose tab belongs to it."""
        return not (action == "cycle" and self.screen.is_modal)

    def action_view(self, name: ViewName) -> None:
        """Go to a view."""
        self.close_filter()
        self.view = name
        self.base.query_one(ContentSwitcher).current = name
        self.show()
        self.call_after_refresh(self.show)

    def action_cycle(self, step: int) -> None:
        """Go to the next or previous view."""
        names = [name for name, _ in TABS]
        here = self.origin if self.view == "detail" else self.view
        self.action_view(names[(names.index(here) + step) % len(names)])

    def action_open(self) -> None:
        """Open the detail of the selected row's subject; in Detail the rows behind it."""
        row = self.page.table.row
        if self.view == "detail":
            self.action_rows()
            return
        if row is None or self.board is None:
            return
        if row.subject is None:
            self.tell("this row has no detail")
            return
        self.origin = self.view
        self.base.query_one(DetailView).subject = row.subject
        self.action_view("detail")

    def action_leave(self) -> None:
        """Leave Detail, or close and clear the filter."""
        if self.view == "detail":
            self.action_view(self.origin)
            return
        self.page.table.filter("")
        self.close_filter()

    def on_table_opened(self) -> None:
        """Open the row that was clicked."""
        self.action_open()

    def action_move(self, step: int) -> None:
        """Move the selection; in Detail, go to the next subject of the list it was opened from."""
        self.page.table.move(step)
        row = self.page.table.row
        if self.view == "detail" and row is not None and row.subject is not None:
            self.base.query_one(DetailView).subject = row.subject
            self.show()

    def action_edge(self, end: int) -> None:
        """Go to the first or last row."""
        self.action_move(end * len(self.page.table.rows))

    def action_page(self, step: int) -> None:
        """Move half a page."""
        self.action_move(step * max(1, self.page.table.page // 2))

    def action_problem(self, status: str, step: int) -> None:
        """Go to the next or previous row of a status."""
        if self.page.table.rows and self.page.table.find(status, step):
            self.action_move(0)
        else:
            self.tell(f"no {status} row here")

    def action_filter(self) -> None:
        """Open the filter line."""
        if self.view == "detail":
            return
        line = self.base.query_one("#filter", Input)
        line.value = self.page.table.needle
        line.can_focus = True
        line.add_class("-on")
        self.base.query_one("#footer").display = False
        line.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while typing."""
        if event.input.has_class("-on"):
            self.page.table.filter(event.value)
            self.show()

    def on_input_submitted(self) -> None:
        """Keep the filter and close the line."""
        self.close_filter()

    def close_filter(self) -> None:
        """Give the keys back to the table."""
        line = self.base.query_one("#filter", Input)
        line.remove_class("-on")
        line.can_focus = False
        self.base.query_one("#footer").display = True
        self.set_focus(None)
        self.show()

    def action_refresh_now(self) -> None:
        """Ask for a refresh."""
        self.feed.request(RefreshNow())
        self.tell("refreshing")

    def action_interval(self, step: int) -> None:
        """Ask for a longer or shorter refresh interval."""
        now = self._wished or (self.live.engine.refresh if self.live else 2.0)
        longer = [s for s in INTERVALS if s > now + 1e-9]
        shorter = [s for s in INTERVALS if s < now - 1e-9]
        self.refresh_every((longer[0] if longer else now) if step > 0 else (shorter[-1] if shorter else now))

    def refresh_every(self, seconds: float) -> None:
        """Ask for a refresh interval."""
        self._wished = seconds
        self.feed.request(SetRefresh(seconds))
        self.tell(f"refresh every {formatting.interval(seconds)}")

    def action_compare(self, step: int) -> None:
        """Ask for the next or previous thing to compare the selected row's model with; what is alerted on stays."""
        row = self.page.table.row
        model = self.board.models.get(row.subject.model) if self.board and row and row.subject else None
        if self.view not in ("drift", "detail") or model is None:
            self.tell("b chooses what is compared with on Drift and in a column's detail")
            return
        if self.standing:
            self.tell(self.standing)
            return
        now = self.compared.get(model.model, model.aside.against if model.aside else None)
        found = self.compared[model.model] = following(model, now, step)
        self.feed.request(CompareWith(model.model, found))
        self.tell(f"comparing {model.model} with {'its baseline' if found is None else found.words}")

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.page.table.sort_next()
        self.show()

    def action_reverse(self) -> None:
        """Reverse the order."""
        self.page.table.sort_reverse()
        self.show()

    def action_copy(self) -> None:
        """Send the selected row's text, or in Detail the evidence line, to the terminal's clipboard."""
        words = self.copied_text()
        if words:
            self.copy_to_clipboard(words)
            self.tell("sent to the terminal's clipboard")

    def copied_text(self) -> str:
        """Return what `y` copies."""
        row = self.page.table.row
        if row is None:
            return ""
        drift = self.board.compared(row.subject) if self.view == "detail" and self.board and row.subject else None
        if drift is None:
            return row.text
        return "  ".join([drift.column, *(plain(part) for part in evidence_parts(drift, self.chars))])

    def action_copy_json(self) -> None:
        """Send the selected row as a JSON object to the terminal's clipboard, numbers as they are known."""
        table = self.page.table
        if table.row is not None:
            self.copy_to_clipboard(as_object(table.content.columns, table.row))
            self.tell("sent to the terminal's clipboard as JSON")

    def action_help(self) -> None:
        """Show keys and signs."""
        self.push_screen(HelpScreen(self.view, self.keyboard, self.chars))
