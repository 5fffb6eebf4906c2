"""The columns of a model as the Drift screen shows them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuimon.config import Method, Settings
from tuimon.monitor.drift import Compared, measure
from tuimon.monitor.judge import Budget, enough, limits_of, severity_of, verdict_of
from tuimon.monitor.measures import measures
from tuimon.monitor.panels import number
from tuimon.monitor.windows import Window
from tuimon.stats import group_table, shape
from tuimon.store import ColumnFacts
from tuimon.values import Role, safe_text
from tuimon.values.snapshot import Drift, Group, Measure, Shape

SHAPE_BARS = 40
TREND_STEP = 300.0
"""Seconds between two points of a trend."""
OTHERS = "other values"
"""The name of a hashed bin."""


@dataclass(frozen=True)
class Scene:
    """What all rows of one model and window share."""

    settings: Settings
    model: str
    window: Window
    budget: Budget
    trends: dict[int, tuple[float | None, ...]]
    means: dict[int, float | None]
    needed: dict[int, int]
    """The rows that a baseline needs for each column's limit."""


def compared_rows(scene: Scene, compared: Compared) -> tuple[Drift, ...]:
    """Return the columns that were compared with the baseline, in the order of the catalogue."""
    p_star = scene.budget.p_star(scene.window.width)
    least = compared.least(p_star).tolist()
    return tuple(_row(scene, compared, i, found, p_star, least[i]) for i, found in enumerate(measures(compared)))


def _row(scene: Scene, compared: Compared, i: int, found: tuple[Measure, ...], p_star: float, least: float) -> Drift:
    settings, window, budget = scene.settings, scene.window, scene.budget
    column, result = compared.columns[i], compared.result
    limits = limits_of(settings, scene.model, column)
    p = number(float(compared.p_value[i]))
    value = number(float(compared.value[i]))
    verdict = verdict_of(value, p, p_star, limits, enough(settings, compared, i))
    before = compared.baseline.columns[column.number]
    return Drift(
        column=safe_text(column.name),
        kind=column.kind,
        role=role_of(column),
        window=window.name,
        rows=int(result.n[i]),
        baseline_rows=int(result.baseline_n[i]),
        method=settings.drift.method,
        bins=settings.drift.bins,
        groups=int(result.groups[i]),
        value=value,
        expected=number(float(compared.expected[i])),
        p99=number(float(compared.p99[i])),
        g=number(float(result.g[i])),
        p_value=p,
        p_star=p_star,
        false_alarms_per_week=None if p is None else budget.per_week(p, window.width),
        learning=bool(compared.learning[i]),
        psi=number(float(result.psi[i])),
        js=number(float(result.js[i])),
        hellinger=number(float(result.hellinger[i])),
        ks=number(float(result.ks[i])) if column.kind == "numeric" else None,
        ks_error=number(float(result.ks_error[i])) if column.kind == "numeric" else None,
        wasserstein=number(float(result.wasserstein[i])) if column.kind == "numeric" else None,
        verdict=verdict,
        warning=limits.warning,
        critical=limits.critical,
        severity=severity_of(value, limits) if verdict == "drift" and value is not None else None,
        mean=scene.means.get(column.number),
        baseline_mean=before.total / before.finite if column.kind == "numeric" and before.finite else None,
        trend=scene.trends.get(column.number, ()),
        trend_end=float(window.end),
        trend_step=TREND_STEP,
        detail=_groups(column, compared, i, settings.drift.method),
        shape=_shape(column, compared, i),
        least=number(least) if result.n[i] else None,
        measures=found,
        baseline_needed=scene.needed.get(column.number),
    )


def _groups(column: ColumnFacts, compared: Compared, i: int, method: Method) -> tuple[Group, ...]:
    table = group_table(compared.frame, i, compared.window, measure(method))
    found = zip(table.lower, table.upper, table.bins, table.baseline, table.window, table.contribution, strict=True)
    return tuple(
        Group(_label(column, float(lower), float(upper), bins), share_of(before), share_of(now), share_of(part))
        for lower, upper, bins, before, now, part in found
    )


def share_of(value: float) -> float:
    """Return a share or a part of one, 0 where it is not known."""
    return float(value) if np.isfinite(value) else 0.0


def _label(column: ColumnFacts, lower: float, upper: float, bins: npt.NDArray[np.int32]) -> str:
    if column.kind == "category":
        names = [column.values[b] if b < len(column.values) else OTHERS for b in bins]
        return safe_text(names[0]) if len(names) == 1 else f"{len(names)} others"
    if np.isneginf(lower):
        return "any" if np.isposinf(upper) else f"below {upper:.4g}"
    return f"{lower:.4g} and up" if np.isposinf(upper) else f"{lower:.4g} to {upper:.4g}"


def _shape(column: ColumnFacts, compared: Compared, i: int) -> Shape:
    bars = shape(compared.frame, i, compared.window, SHAPE_BARS) if column.kind == "numeric" and compared.result.n[i] else None
    if bars is None:
        return Shape((), (), ())
    return Shape(*(tuple(share_of(x) for x in part) for part in (bars.edges, bars.baseline, bars.window)))


def uncompared_row(scene: Scene, column: ColumnFacts, rows: int, before: int) -> Drift:
    """Return a column that cannot be compared: nothing before it, or `before` rows that wait for its grid with the others."""
    settings, window, budget = scene.settings, scene.window, scene.budget
    limits = limits_of(settings, scene.model, column)
    return Drift(
        column=safe_text(column.name),
        kind=column.kind,
        role=role_of(column),
        window=window.name,
        rows=rows,
        baseline_rows=before,
        method=settings.drift.method,
        bins=settings.drift.bins,
        groups=0,
        value=None,
        expected=None,
        p99=None,
        g=None,
        p_value=None,
        p_star=budget.p_star(window.width),
        false_alarms_per_week=None,
        learning=True,
        psi=None,
        js=None,
        hellinger=None,
        ks=None,
        ks_error=None,
        wasserstein=None,
        verdict="insufficient" if before else "no_baseline",
        warning=limits.warning,
        critical=limits.critical,
        severity=None,
        mean=None,
        baseline_mean=None,
        trend=(),
        trend_end=None,
        trend_step=TREND_STEP,
        detail=(),
        shape=Shape((), (), ()),
    )


def role_of(column: ColumnFacts) -> Role:
    """Return the role of a compared column. Raises ValueError for a column that only the store measures."""
    if column.role in ("feature", "prediction", "score"):
        return column.role
    raise ValueError(f"{column.role} is not compared with a baseline")
