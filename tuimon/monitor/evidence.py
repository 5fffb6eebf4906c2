"""The stored rows behind a number: what is asked of the store, in which words, and what a screen shows of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Any, cast, get_args

import numpy as np

from tuimon.config import Method
from tuimon.monitor.baselines import BaselineCounts
from tuimon.monitor.drift import Compared, measure
from tuimon.monitor.panels import number
from tuimon.stats import group_ranges, group_table
from tuimon.store import ColumnFacts, ModelFacts, Store, Which
from tuimon.values.evidence import MOST, Behind, SeenRow, Witnesses
from tuimon.values.text import safe_text

ENOUGH = 0.8
"""Groups that came more often are shown until they are this share of all that came more often."""
NOTHING = Which("among")


@dataclass(frozen=True)
class Scene:
    """What a question is about, by the names of the logs."""

    store: Store
    facts: ModelFacts
    column: ColumnFacts | None
    compared: Compared | None
    """The window against its baseline, where the rule needs that."""
    baseline: BaselineCounts | None


def witnesses(scene: Scene, asked: Behind) -> Witnesses:
    """Return the newest stored rows of a stretch of time that a rule is about."""
    which, words = _which(scene, asked)
    columns = scene.store.columns(scene.facts.name)
    shown = [one for one in columns if one.role in ("prediction", "score") or one == scene.column]
    table, count, stored = scene.store.find(scene.facts.name, asked.start, asked.end, which, shown, MOST)
    files = {generation.number: safe_text(generation.path) for generation in scene.store.generations()} if table.num_rows else {}
    rows = tuple(_row(row, scene.column, shown, files) for row in table.to_pylist())
    return Witnesses(asked, words, count, stored, rows)


def _which(scene: Scene, asked: Behind) -> tuple[Which, str]:
    version = scene.facts.versions.index(asked.version) if asked.version in scene.facts.versions else None
    which, words = _of_column(scene, scene.column, asked) if scene.column is not None else _of_model(asked)
    return Which(which.kind, which.column, which.ranges, which.values, version), words


def _of_model(asked: Behind) -> tuple[Which, str]:
    if asked.rule.startswith("latency"):
        limit = asked.limit or 0.0
        return Which("slow", ranges=((limit, limit),)), f"rows that took {limit:.4g} ms and more"
    if asked.rule == "error_rate":
        return Which("failed"), "rows that are errors"
    return Which("all"), "all rows"


def _of_column(scene: Scene, column: ColumnFacts, asked: Behind) -> tuple[Which, str]:
    name = safe_text(column.name)
    if asked.rule in ("missing_rate", "invalid_rate"):
        return Which("empty", column.number), f"rows without a usable {name}"
    held = scene.baseline.columns.get(column.number) if scene.baseline else None
    if asked.rule == "unseen_rate" and held is not None:
        known = tuple(column.values[bin_] for bin_ in held.bins[held.counts > 0].tolist() if bin_ < len(column.values))
        return Which("not_among", column.number, values=known), f"rows whose {name} the baseline never had"
    if asked.rule == "out_of_range_rate" and held is not None and column.grid is not None and held.finite:
        used = held.bins[held.counts > 0]
        lower, upper = column.grid.edges(used[[0, -1]])
        low, high = float(lower[0]), float(upper[1])
        ranges = ((-np.inf, low), (high, np.inf))
        return Which("between", column.number, ranges=ranges), f"rows whose {name} is below {low:.4g} or not below {high:.4g}"
    if asked.rule in get_args(Method) and scene.compared is not None and column in scene.compared.columns:
        return _moved(scene.compared, column, asked.rule)
    return Which("all"), f"all rows with their {name}"


def _moved(compared: Compared, column: ColumnFacts, rule: str) -> tuple[Which, str]:
    """The values that came more often than in the baseline, by what they add to the distance."""
    i = compared.columns.index(column)
    low, high = compared.frame.group_layout.offsets.tolist()[i : i + 2]
    table = group_table(compared.frame, compared.window, measure(cast("Method", rule)))
    more = [at for at in range(low, high) if table.window[at] > table.baseline[at]]
    more.sort(key=lambda at: -np.nan_to_num(table.contribution[at]))
    taken = _until_enough(more, table.contribution)
    if not taken:
        return NOTHING, "no value came more often than in the baseline"
    now, then = (100 * float(side[taken].sum()) for side in (table.window, table.baseline))
    listed = " or ".join(compared.laid.labels[at] for at in taken[:3]) + (f" or {len(taken) - 3} more" if len(taken) > 3 else "")
    words = f"rows whose {safe_text(column.name)} is {listed}: {now:.1f} % now, {then:.1f} % in the baseline"
    if column.kind == "category":
        bins = compared.frame.bins_of_groups()
        values = tuple(column.values[one] for at in taken for one in bins[at] if one < len(column.values))
        return Which("among", column.number, values=values), words
    lower, upper = group_ranges(compared.frame)
    return Which("between", column.number, ranges=tuple((float(lower[at]), float(upper[at])) for at in taken)), words


def _until_enough(groups: list[int], contribution: Any) -> list[int]:
    parts = np.cumsum([max(0.0, float(np.nan_to_num(contribution[at]))) for at in groups])
    if not len(parts) or parts[-1] <= 0:
        return groups
    return groups[: int(np.searchsorted(parts, ENOUGH * parts[-1])) + 1]


def _row(row: dict[str, Any], column: ColumnFacts | None, shown: list[ColumnFacts], files: dict[int, str]) -> SeenRow:
    prediction = next((row[f"f_{one.number}"] for one in shown if one.role == "prediction"), None)
    score = next((row[f"f_{one.number}"] for one in shown if one.role == "score"), None)
    return SeenRow(
        at=row["ts"].replace(tzinfo=UTC).timestamp(),
        version=safe_text(row["version"]),
        id=_text(row["id"]),
        value=_text(row[f"f_{column.number}"]) if column is not None else "",
        prediction=_text(prediction),
        score=None if score is None else number(float(score)),
        label=_text(row["label"]),
        latency_ms=None if row["latency_ms"] is None else number(row["latency_ms"]),
        error=bool(row["error"]),
        file=files.get(row["generation"], ""),
        line=row["line"],
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else safe_text(value, 200)
