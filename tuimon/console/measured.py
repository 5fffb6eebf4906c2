"""The measures of realised performance as people name them, with the axis that shows a change in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuimon.console.board import Board, Subject
from tuimon.values.performance import Performance
from tuimon.values.snapshot import Model

Values = Sequence[float | None]


@dataclass(frozen=True)
class MeasureOf:
    """One measure."""

    rule: str
    words: str
    falls: bool
    """Whether lower is worse."""


MEASURES = (
    MeasureOf("accuracy", "accuracy", True),
    MeasureOf("roc_auc", "ROC AUC", True),
    MeasureOf("f1", "F1", True),
    MeasureOf("ece", "ECE", False),
    MeasureOf("rmse", "RMSE", False),
    MeasureOf("mae", "MAE", False),
    MeasureOf("r2", "R²", True),
)
"""The most telling first."""
BETWEEN_0_AND_1 = frozenset({"accuracy", "roc_auc", "f1", "ece"})


def value_of(found: Performance | None, rule: str) -> float | None:
    """Return one measure of a performance, None where it has none."""
    return None if found is None else getattr(found, rule)


def known(found: Performance) -> tuple[MeasureOf, ...]:
    """Return the measures that a performance has."""
    return tuple(one for one in MEASURES if value_of(found, one.rule) is not None)


def telling(board: Board, model: Model) -> str:
    """Return the measure that says most: one that an alert is about, else the first that is known."""
    alerts = {alert.rule for alert in board.alerts(Subject("performance", model.model)) if alert.state != "resolved"}
    found = [one.rule for one in known(model.performance)]
    return next((rule for rule in found if rule in alerts), found[0] if found else MEASURES[0].rule)


def trend_of(model: Model, rule: str) -> tuple[float | None, ...]:
    """Return a measure at the points of trends, oldest first."""
    return tuple(value_of(point, rule) for point in model.realised.trend) if model.realised else ()


def axis(rule: str, values: Values, marks: Sequence[float]) -> tuple[float, float] | None:
    """Return the stretch of a value axis that shows how values differ, None without any; marks far from them are left outside."""
    found = [value for value in values if value is not None]
    if not found:
        return None
    low, high = min(found), max(found)
    near = max(high - low, 0.2 * max(abs(low), abs(high)), 1e-9)
    held = [low, high, *(mark for mark in marks if low - near <= mark <= high + near)]
    room = max(0.15 * (max(held) - min(held)), 0.01 * max(map(abs, held)), 1e-9)
    bottom, top = min(held) - room, max(held) + room
    return (max(0.0, bottom), min(1.0, top) if top - 1.0 < room else top) if rule in BETWEEN_0_AND_1 else (bottom, top)


def lifted(rule: str, values: Values, marks: Sequence[float]) -> tuple[float | None, ...]:
    """Return values above the bottom of their axis, for columns: what begins at 0 would hide a change."""
    found = axis(rule, values, marks)
    return tuple(None if value is None or found is None else value - found[0] for value in values)
