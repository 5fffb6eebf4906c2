"""Header, banner and footer: lines without a box."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tuimon.console.lines import Line
from tuimon.console.widgets.canvas import Canvas

Liner = Callable[[int], Sequence[Line]]


def _blank(_width: int) -> Sequence[Line]:
    return []


class Bar(Canvas):
    """Shows the lines that a function of the width returns."""

    liner: Liner = staticmethod(_blank)

    def show(self, liner: Liner) -> None:
        """Show other lines; only what differs is repainted."""
        self.liner = liner
        self.repaint()

    def draw(self, width: int, height: int) -> Sequence[Line]:
        """Return the lines."""
        return list(self.liner(width))[:height]
