"""Which layout a terminal of some size gets."""

from __future__ import annotations

from typing import Literal

Layout = Literal["tiny", "plain", "wide", "wall"]
LAYOUTS: tuple[Layout, ...] = ("tiny", "plain", "wide", "wall")
SHORT = 20
"""Lines below which a view of one pane leaves out what stands below its table."""


def layout_for(width: int, height: int) -> Layout:
    """Return tiny (the table only), plain (one pane a view), wide (a pane beside the table) or wall (Overview as dashboard)."""
    if width < 60 or height < 15:
        return "tiny"
    if width >= 160 and height >= 45:
        return "wall"
    return "wide" if width >= 120 and height >= 30 else "plain"


def trend_cells(layout: Layout) -> int:
    """Return how many cells the trends of tables take."""
    return 30 if layout == "wall" else 12
