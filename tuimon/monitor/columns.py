"""The columns of a model as the Drift screen shows them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tuimon.config import Method, Settings
from tuimon.monitor.drift import Compared, measure
from tuimon.monitor.judge import Budget, enough, limits_of, severity_of, verdict_of
from tuimon.monitor.measures import measures
from tuimon.monitor.panels import number
from tuimon.monitor.windows import Window
from tuimon.stats import group_table, shapes
from tuimon.store import ColumnFacts
from tuimon.values.batch import Role
from tuimon.values.snapshot import Change, Drift, Group, Measure, Shape
from tuimon.values.text import safe_text

SHAPE_BARS = 40
NO_SHAPE = Shape((), (), ())


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
    changes: dict[int, Change]
    trend_step: float
    """Seconds between two points of a trend."""


class Parts(NamedTuple):
    """What is worked out for all columns together, of one of them."""

    measures: tuple[Measure, ...]
    least: float
    detail: tuple[Group, ...]
    shape: Shape


def compared_rows(scene: Scene, compared: Compared) -> tuple[Drift, ...]:
    """Return the columns that were compared with the baseline, in the order of the catalogue."""
    p_star = scene.budget.p_star(scene.window.width)
    least = compared.least(p_star).tolist()
    parts = zip(measures(compared), least, _details(compared, scene.settings.drift.method), _shapes(compared), strict=True)
    return tuple(_row(scene, compared, i, p_star, Parts(*part)) for i, part in enumerate(parts))


def _row(scene: Scene, compared: Compared, i: int, p_star: float, parts: Parts) -> Drift:
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
        expected=number(float(compared.expected[0][i])),
        p99=number(float(compared.expected[1][i])),
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
        trend_step=scene.trend_step,
        detail=parts.detail,
        shape=parts.shape,
        least=number(parts.least) if result.n[i] else None,
        measures=parts.measures,
        baseline_needed=scene.needed.get(column.number),
        change=scene.changes.get(column.number),
    )


def _details(compared: Compared, method: Method) -> list[tuple[Group, ...]]:
    """The groups of each column."""
    table = group_table(compared.frame, compared.window, measure(method))
    parts = (_plain(table.baseline), _plain(table.window), _plain(table.contribution))
    groups = list(map(Group, compared.laid.labels, *parts))
    return [tuple(groups[low:high]) for low, high in pairwise(compared.frame.group_layout.offsets.tolist())]


def _shapes(compared: Compared) -> list[Shape]:
    """The bars of each column, none of a category and of a column without rows in the window."""
    bars = shapes(compared.frame, compared.window, SHAPE_BARS)
    drawn = (compared.frame.numeric & (compared.result.n > 0)).tolist()
    parts = zip(_plain(bars.edges), _plain(bars.baseline), _plain(bars.window), drawn, strict=True)
    return [Shape(tuple(edges), tuple(then), tuple(now)) if held else NO_SHAPE for edges, then, now, held in parts]


def _plain(values: npt.NDArray[np.float64]) -> list[Any]:
    """Shares or parts of one as Python numbers, 0 where they are not known."""
    found: list[Any] = np.where(np.isfinite(values), values, 0.0).tolist()
    return found


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
        trend_step=scene.trend_step,
        detail=(),
        shape=NO_SHAPE,
        change=scene.changes.get(column.number),
    )


def role_of(column: ColumnFacts) -> Role:
    """Return the role of a compared column. Raises ValueError for a column that only the store measures."""
    if column.role in ("feature", "prediction", "score"):
        return column.role
    raise ValueError(f"{column.role} is not compared with a baseline")
