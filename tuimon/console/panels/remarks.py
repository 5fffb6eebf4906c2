"""What there is to say about the baseline above a view: nothing, as a rule."""

from __future__ import annotations

from tuimon.console.board import Board
from tuimon.console.choices import compared_words
from tuimon.console.formatting import effect
from tuimon.console.lines import Line, flow, text
from tuimon.values.snapshot import Drift, Model
from tuimon.values.text import cell_width, fit

NAME = 16
"""Cells that a name may take before a remark."""


def remark_lines(board: Board, model: Model | None, cells: int, column: Drift | None = None) -> list[Line]:
    """Return what a model is compared with, if not with its baseline, and the remarks about that; no line when there is nothing to say.

    No part is cut at 80 cells. With a column, its own rows are told where they are too few for several.
    """
    if model is None:
        return []
    whose = f"{_short(model.model, NAME)}: " if board.many else ""
    parts = _usual(model, whose) if model.aside is None else _aside(model, whose, cells - 2)
    if model.sampling is not None and model.sampling.mixed:
        parts.append(text(f"{'' if parts else whose}mixed rates: shares are of rows", "pending"))
    rows = model.aside.drift if model.aside else model.drift
    if parts and column is not None and _too_small(column) and sum(map(_too_small, rows)) > 1:
        words = f"{_short(column.column, NAME)}: {column.baseline_rows:,} rows, {column.baseline_needed:,} needed"
        parts.append(text(words, "pending"))
    return [((" ", "text"), *line) for line in flow(parts, cells - 2, " · ")]


def together_line(board: Board, model: Model | None) -> list[Line]:
    """Return how the numeric features of a model are together, against its baseline; no line where nothing is known of that."""
    found = None if model is None or model.aside else model.reconstruction
    if model is None or found is None:
        return []
    whose = f"{_short(model.model, NAME)}: " if board.many else ""
    off = "" if found.margin is None else f"±{effect(found.margin)}"
    of = f"{found.columns} columns" if not found.left_out else f"{found.columns} of {found.columns + found.left_out} columns"
    value = (effect(found.error), "warning" if found.unusual else "text")
    return [((f" {whose}together ", "label"), value, (f" of {effect(found.expected)}{off} · {of}", "dim"))]


def _usual(model: Model, whose: str) -> list[Line]:
    if not model.baseline_state.remarks:
        return []
    first, *others = model.baseline_state.remarks
    return [((f"{whose}baseline ", "label"), (first, "pending")), *(text(remark, "pending") for remark in others)]


def _aside(model: Model, whose: str, cells: int) -> list[Line]:
    aside = model.aside
    if aside is None:
        return []
    with_what = f"{whose}compared with "
    words = _short(compared_words(model), cells - len(with_what))
    usual = "alerts have no baseline" if model.baseline == "none" else f"alerts use baseline {_short(model.baseline, cells - 20)}"
    return [((with_what, "label"), (words, "accent")), text(usual, "text"), *(text(remark, "pending") for remark in aside.remarks)]


def _too_small(column: Drift) -> bool:
    return column.baseline_needed is not None and column.baseline_rows < column.baseline_needed


def _short(words: str, cells: int) -> str:
    return words if cell_width(words) <= cells else fit(words, cells)
