"""Lines above a view that take no room while there is nothing to say."""

from __future__ import annotations

from tuimon.console.widgets.bar import Bar, Liner


class Remarks(Bar):
    """As high as its lines; not there without any."""

    DEFAULT_CSS = "Remarks { display: none; }"

    def show(self, liner: Liner) -> None:
        """Show other lines."""
        count = len(liner(self.app.size.width))
        if self.parent is not None:
            self.parent.set_class(count > 0, "-remarked")
        self.display = count > 0
        if count and (self.styles.height is None or self.styles.height.value != count):
            self.styles.height = count
        super().show(liner)
