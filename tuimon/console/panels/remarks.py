"""What there is to say about the baseline above a view: nothing, as a rule."""

from __future__ import annotations

from tuimon.console.board import Board
from tuimon.console.lines import Line, flow, text
from tuimon.values import cell_width, fit
from tuimon.values.snapshot import Drift, Model

NAME = 16
"""Cells that a name may take before a remark."""


def remark_lines(board: Board, model: Model | None, cells: int, column: Drift | None = None) -> list[Line]:
    """Return the remarks about a model's baseline in lines of `cells` cells, none cut; no line when there are none.

    With a column, its own rows are told where the baseline is too small for several.
    """
    if model is None or not model.baseline_state.remarks:
        return []
    whose = f"baseline of {_short(model.model)} " if board.many else "baseline "
    first, *others = model.baseline_state.remarks
    parts: list[Line] = [((whose, "label"), (first, "pending")), *(text(remark, "pending") for remark in others)]
    if column is not None and _too_small(column) and sum(map(_too_small, model.drift)) > 1:
        parts.append(text(f"{_short(column.column)}: {column.baseline_rows:,} rows, {column.baseline_needed:,} needed", "pending"))
    return [((" ", "text"), *line) for line in flow(parts, cells - 2, " · ")]


def _too_small(column: Drift) -> bool:
    return column.baseline_needed is not None and column.baseline_rows < column.baseline_needed


def _short(name: str) -> str:
    return name if cell_width(name) <= NAME else fit(name, NAME)
