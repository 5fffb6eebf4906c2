"""Which limits and which baseline hold for one series."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from tuimon.config.defaults import default_overrides
from tuimon.config.settings import Baseline, Direction, Override, Settings, Threshold
from tuimon.config.table import dotted

Series = tuple[str, str, str | None, str | None]
_MOST_REMEMBERED = 50_000


def merged(overrides: Sequence[Override]) -> Threshold:
    """Return the overrides merged key by key, the later ones over the earlier."""
    warning: float | None = None
    critical: float | None = None
    hold = 0.0
    direction: Direction = "above"
    keep_firing = 0.0
    clear: float | None = None
    warning_factor: float | None = None
    critical_factor: float | None = None
    for entry in overrides:
        if entry.warning is not None or entry.warning_factor is not None:
            warning, warning_factor = entry.warning, entry.warning_factor
        if entry.critical is not None or entry.critical_factor is not None:
            critical, critical_factor = entry.critical, entry.critical_factor
        hold = hold if entry.hold is None else entry.hold
        direction = direction if entry.direction is None else entry.direction
        keep_firing = keep_firing if entry.keep_firing is None else entry.keep_firing
        clear = clear if entry.clear is None else entry.clear
    return Threshold(warning, critical, hold, direction, keep_firing, clear, warning_factor, critical_factor)


class Resolver:
    """The thresholds of one `Settings`, remembered by series: a refresh asks for each column anew."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._rules: dict[str, list[Override]] = {}
        for entry in settings.overrides:
            self._rules.setdefault(entry.rule, []).append(entry)
        self._known: dict[Series, Threshold] = {}

    def threshold(self, rule: str, model: str, version: str | None = None, column: str | None = None) -> Threshold:
        """Return the merged threshold of a series; without limits when no table names the rule."""
        series = (rule, model, version, column)
        found = self._known.get(series)
        if found is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            found = merged([entry for entry in self._rules.get(rule, ()) if _matches(entry, model, version, column)])
            self._known[series] = found
        return found


_latest = Resolver(Settings())


def threshold_for(settings: Settings, rule: str, model: str, version: str | None = None, column: str | None = None) -> Threshold:
    """Return the limits of one series, merged key by key: model over general, version over model, column over both.

    Tables that name a version or a column hold only for series that have one. Fast when asked with the same `settings` object.
    """
    global _latest
    resolver = _latest
    if resolver.settings is not settings:
        _latest = resolver = Resolver(settings)
    return resolver.threshold(rule, model, version, column)


def table_of(settings: Settings, rule: str, model: str, version: str | None = None, column: str | None = None) -> str | None:
    """Return the dotted name of the most specific table that sets limits of a series; None where only the defaults do."""
    own = settings.overrides[len(default_overrides(settings.drift.method)) :]
    found = [entry for entry in own if entry.rule == rule and _matches(entry, model, version, column)]
    if not found:
        return None
    levels = (("models", found[-1].model), ("versions", found[-1].version), ("columns", found[-1].column))
    return dotted(("thresholds", *(step for level, name in levels if name is not None for step in (level, name))))


def baseline_for(settings: Settings, model: str) -> Baseline:
    """Return the baseline of `model`: its own if the file has one, else the common one."""
    return dict(settings.model_baselines).get(model, settings.baseline)


def fixed_baseline_for(settings: Settings, model: str) -> Baseline:
    """Return what alerts of `model` are judged against: its baseline, for one that moves the common one, else the first rows."""
    for baseline in (baseline_for(settings, model), settings.baseline):
        if not baseline.moving:
            return baseline
    return Settings().baseline


def _matches(entry: Override, model: str, version: str | None, column: str | None) -> bool:
    return _fits(entry.model, model) and _fits(entry.version, version) and _fits(entry.column, column)


def _fits(pattern: str | None, name: str | None) -> bool:
    return pattern is None or (name is not None and (pattern == name or fnmatchcase(name, pattern)))
