"""The keys that write what is on the screen into files."""

from __future__ import annotations

from datetime import UTC, datetime

from tuimon.console.drilling import Drilling
from tuimon.console.export import as_csv, as_json, as_svg, written

EXPORTS = "exports"
"""The folder in the state directory."""


class Saving(Drilling):
    """The stage with exports."""

    def action_export(self) -> None:
        """Write the table of the view, filtered and sorted as it is, with the columns that do not fit as well."""
        table = self.page.table
        columns, rows = table.content.columns, table.rows
        if not rows:
            self.tell("there is nothing to write")
            return
        self._write({f"{self._named()}.csv": as_csv(columns, rows), f"{self._named()}.json": as_json(columns, rows)})

    def action_picture(self) -> None:
        """Write the screen as it is."""
        self._write({f"{self._named()}.svg": as_svg(self.export_screenshot(title="tuimon"))})

    def _named(self) -> str:
        at = self.board.snapshot.at if self.board is not None else 0.0
        return f"{self.view}-{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%SZ}"

    def _write(self, files: dict[str, str]) -> None:
        if self.place is None:
            self.tell("there is no place to write to")
            return
        folder = self.place / EXPORTS
        try:
            paths = [written(folder, name, content) for name, content in files.items()]
        except OSError as error:
            self.tell(f"cannot write to {folder}: {error.strerror or error}")
            return
        self.tell(f"wrote {', '.join(path.name for path in paths)} to {folder}")
