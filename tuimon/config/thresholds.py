"""The tables under [thresholds], flattened into overrides from the general to the most specific."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from tuimon.config.checks import choice, number, share
from tuimon.config.defaults import default_overrides
from tuimon.config.quantities import duration, factor, size
from tuimon.config.resolve import merged
from tuimon.config.settings import AGAINST_BASELINE, OF_ALL_LOGS, RULES, Direction, Method, Override, Threshold
from tuimon.config.table import Table

Scope = tuple[str | None, str | None, str | None]
"""Patterns for model, version and column; None matches everything."""

_Limit = Literal["warning", "critical", "clear"]
_LEVELS = ("models", "versions", "columns")
_DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
_FACTORS = ("warning", "critical")
_UNBOUNDED = ("psi", "wasserstein", "mae", "rmse", "gaps", "rows_per_second")
"""Measures without an upper end; the other rules without a unit are shares, or end at 1 like one."""

_QUANTITIES: dict[str, Callable[[object], float | None]] = {"stale": duration, "lag_bytes": size}


def read_overrides(table: Table, method: Method) -> tuple[Override, ...]:
    """Return the built-in defaults and then every threshold of `table`, general first.

    A table for a column is more specific than one for a version, that more than one for a model, a name more than a pattern,
    a long pattern more than a short one; among equals the later one in the file wins. Raises ConfigError.
    """
    defaults = default_overrides(method)
    found: list[Override] = []
    _collect(table, (None, None, None), 0, defaults, found)
    return defaults + tuple(sorted(found, key=_specificity))


def _collect(table: Table, scope: Scope, level: int, general: tuple[Override, ...], found: list[Override]) -> None:
    nested = _LEVELS[level:]
    rules = tuple(key for key in table.values if key not in nested)
    table.only(RULES + nested, "rule")
    own = tuple(_override(table, rule, scope, general) for rule in rules)
    found.extend(own)
    for key in nested:
        depth = _LEVELS.index(key)
        for name, inner in table.tables(key):
            _collect(inner, _narrowed(scope, depth, name), depth + 1, general + own, found)


def _narrowed(scope: Scope, depth: int, name: str) -> Scope:
    model, version, column = (name if index == depth else pattern for index, pattern in enumerate(scope))
    return model, version, column


def _override(parent: Table, rule: str, scope: Scope, general: tuple[Override, ...]) -> Override:
    table = parent.table(rule)
    if rule in OF_ALL_LOGS and scope != (None, None, None):
        raise parent.error(rule, "is about all logs together and can only be set under [thresholds]")
    table.only(("warning", "critical", "for", "keep_firing_for", "clear", "direction"))
    limit = _limit_check(rule)
    factors = {key: table.get(key, factor, None) for key in _FACTORS if rule in AGAINST_BASELINE and isinstance(table.values.get(key), str)}
    override = Override(
        rule,
        *scope,
        warning=None if "warning" in factors else table.get("warning", limit, None),
        critical=None if "critical" in factors else table.get("critical", limit, None),
        hold=table.get("for", duration, None),
        direction=table.get("direction", choice(_DIRECTIONS), None),
        keep_firing=table.get("keep_firing_for", duration, None),
        clear=table.get("clear", limit, None),
        warning_factor=factors.get("warning"),
        critical_factor=factors.get("critical"),
    )
    _check_order(table, override, general)
    return override


def _limit_check(rule: str) -> Callable[[object], float | None]:
    if rule in _QUANTITIES:
        return _QUANTITIES[rule]
    return number if rule in _UNBOUNDED or rule.endswith("_ms") else share


def _check_order(table: Table, override: Override, general: tuple[Override, ...]) -> None:
    """Refuse limits that are in the wrong order once merged with those of the tables around this one."""
    limits = merged((*(entry for entry in general if entry.rule == override.rule), override))
    sign = 1 if limits.direction == "above" else -1
    pairs: tuple[tuple[_Limit, _Limit, int], ...] = (("warning", "critical", sign), (_lowest(limits), "clear", -sign))
    for first, second, way in pairs:
        bound, other = getattr(limits, first), getattr(limits, second)
        if bound is None or other is None or way * other >= way * bound:
            continue
        own, others = getattr(override, first), getattr(override, second)
        raise table.error(
            second if others is not None else first if own is not None else None,
            f"gives {first} {_given(own, bound)} and {second} {_given(others, other)}; "
            f'with direction "{limits.direction}" {second} must not be {"smaller" if way > 0 else "larger"} than {first}',
        )
    first_factor, second_factor = limits.warning_factor, limits.critical_factor
    if first_factor is not None and second_factor is not None and sign * second_factor < sign * first_factor:
        word = "smaller" if sign > 0 else "larger"
        raise table.error(
            "critical", f"is x{second_factor:g} of the baseline and must not be {word} than warning, which is x{first_factor:g}"
        )


def _lowest(limits: Threshold) -> _Limit:
    """Return which limit is the first that a value meets."""
    return "critical" if limits.warning is None else "warning"


def _given(own: float | None, limit: float) -> str:
    return f"{limit:g}" if own is not None else f"{limit:g} (from a more general table or the defaults)"


def _specificity(override: Override) -> tuple[tuple[bool, ...], tuple[int, ...], int]:
    names = (override.column, override.version, override.model)
    given = tuple(name is not None for name in names)
    exact = tuple(0 if name is None else 1 if any(mark in name for mark in "*?[") else 2 for name in names)
    return given, exact, sum(len(name or "") for name in names)
