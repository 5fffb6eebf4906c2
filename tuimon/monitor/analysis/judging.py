"""One chunk against the reference: every number, and what it comes to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tuimon.config import Settings, threshold_for
from tuimon.monitor.analysis.blocks import Block, Key
from tuimon.monitor.analysis.chunks import Chunk
from tuimon.monitor.analysis.contents import Content, contents
from tuimon.monitor.analysis.limits import Limits
from tuimon.monitor.analysis.performance import METRICS, performance
from tuimon.monitor.analysis.reference import Compared, Reference, prepared
from tuimon.monitor.analysis.results import ChunkResult, ChunkVerdict, ColumnResult, Measured
from tuimon.monitor.judge import severity_of
from tuimon.stats import fisher_excess
from tuimon.stats.exact import Convention, Facts, Values
from tuimon.values.alert import Severity
from tuimon.values.performance import Performance
from tuimon.values.snapshot import Status

_WORST: tuple[Status, ...] = ("ok", "unknown", "warning", "critical")
RATES_WITH_RULES = ("missing_rate", "unseen_rate")


@dataclass(frozen=True)
class Judge:
    """Everything that chunks of one model are judged by."""

    settings: Settings
    model: str
    convention: Convention
    methods: Sequence[str]
    """Those that were asked for, the first of which alarms where the usual one is not among them."""
    labels: Mapping[Key, str]
    """The columns that are analysed, with the names that they are shown under."""
    reference: Reference | None
    limits: Limits

    def judge(self, chunk: Chunk) -> ChunkResult:
        """Return the result of one chunk."""
        everything = contents(chunk.blocks, list(self.labels))
        blocks = prepared(self.convention, chunk.blocks, list(self.reference.columns)) if self.reference else list(chunk.blocks)
        compared = contents(blocks, list(self.labels)) if self.convention.whole_rows_only else everything
        columns = tuple(self._column(key, everything[key], compared[key]) for key in self.labels)
        pca = self._pca(blocks)
        found = performance(chunk.blocks)
        metrics = tuple(self.limits.metric(name, getattr(found, name), found.labels) for name in METRICS) if found.labels else ()
        severity = self._severity_of_performance(found, metrics)
        drifted = self._drifted(columns)
        said: list[Status] = [_status(column) for column in columns]
        said += [severity or "unknown", "warning" if pca and pca.alarm else "unknown"]
        status: Status = "critical" if drifted else worst(said)
        return ChunkResult(chunk.index, chunk.start, chunk.end, chunk.rows, columns, pca, found, metrics, severity, drifted, status)

    def _column(self, key: Key, content: Content, compared: Content) -> ColumnResult:
        known = None if self.reference is None else self.reference.columns.get(key)
        rates = self._rates(key, content, known)
        values: tuple[Measured, ...] = ()
        method: str | None = None
        verdict: ChunkVerdict = "no_reference"
        severity: Severity | None = None
        if known is not None:
            methods = [method for method in self.convention.methods(key.kind == "numeric") if method in self.methods]
            found = known.values(compared, methods) if compared.n else dict.fromkeys(methods, math.nan)
            values = self._measured(key, found, compared, known)
            method = self._method(known, compared, methods)
            verdict, severity = self._verdict(key, method, values, compared)
        severity = _worse(severity, self._severity_of_rates(key, rates, content, known))
        return ColumnResult(self.labels[key], key.kind, key.role, compared.n, values, rates, method, verdict, severity)

    def _measured(self, key: Key, found: Values, compared: Content, known: Compared) -> tuple[Measured, ...]:
        return tuple(self.limits.distance(key, name, number(value), compared.n, known.content.n) for name, value in found.items())

    def _method(self, known: Compared, now: Content, methods: Sequence[str]) -> str | None:
        """The method that alarms: the convention's or the configured one if it was asked for, else the first that was."""
        numeric = known.key.kind == "numeric"
        usual = self.convention.alarm(Facts(numeric, known.content.n, known.content.distinct_with(now)))
        if usual is None:
            usual = "wasserstein_normalised" if self.settings.drift.method == "wasserstein" else self.settings.drift.method
        return usual if usual in methods else next((method for method in self.methods if method in methods), None)

    def _verdict(self, key: Key, method: str | None, values: Sequence[Measured], compared: Content) -> tuple[ChunkVerdict, Severity | None]:
        rule = self.convention.fixed.get(method or "")
        decisive = next((value for value in values if value.name == (rule.name if rule else method)), None)
        if decisive is None or decisive.value is None:
            return "insufficient", None
        if self.convention.learning != "prediction":
            return ("drift", "warning") if decisive.alarm else ("ok", None)
        if compared.n < self.settings.windows.min_rows or decisive.high is None:
            return "insufficient", None
        return self._effect(key, decisive)

    def _effect(self, key: Key, decisive: Measured) -> tuple[ChunkVerdict, Severity | None]:
        """tuimon's rule: over the configured limit, and beyond what chunks of the reference do. In units of the column no limit is set."""
        names = {"wasserstein_normalised": "wasserstein", "wasserstein": ""}
        limits = threshold_for(self.settings, names.get(decisive.name, decisive.name), self.model, None, key.name)
        if limits.warning is None and limits.critical is None:
            return ("drift", "warning") if decisive.alarm else ("ok", None)
        severity = severity_of(decisive.value or 0.0, limits)
        if severity is None:
            return "ok", None
        return ("drift", severity) if decisive.alarm else ("watch", None)

    def _rates(self, key: Key, content: Content, known: Compared | None) -> tuple[Measured, ...]:
        counts: dict[str, int] = {"missing_rate": content.missing}
        if key.kind == "numeric":
            counts["nonfinite_rate"] = content.nonfinite
        if known is not None:
            counts["out_of_range_rate" if key.kind == "numeric" else "unseen_rate"] = known.content.outside(content)
        rows = content.rows
        return tuple(self.limits.rate(key, name, count / rows if rows else None) for name, count in counts.items())

    def _severity_of_rates(self, key: Key, rates: Sequence[Measured], content: Content, known: Compared | None) -> Severity | None:
        if self.convention.learning != "prediction":
            return "warning" if any(rate.alarm for rate in rates) else None
        found: Severity | None = None
        for rate in rates:
            if rate.name in RATES_WITH_RULES and rate.value is not None and known is not None:
                limits = threshold_for(self.settings, rate.name, self.model, None, key.name)
                before = known.content.missing if rate.name == "missing_rate" else 0
                sides = round(rate.value * content.rows), content.rows, before, known.content.rows
                if float(fisher_excess(*sides)) <= self.limits.chance:
                    found = _worse(found, severity_of(rate.value, limits))
        return found

    def _pca(self, blocks: Sequence[Block]) -> Measured | None:
        if self.reference is None or self.reference.directions is None:
            return None
        rows = sum(block.rows for block in blocks)
        return self.limits.error(number(self.reference.directions.error(blocks)), rows)

    def _severity_of_performance(self, found: Performance, metrics: Sequence[Measured]) -> Severity | None:
        by_bounds: Severity | None = "warning" if any(metric.alarm for metric in metrics) else None
        if self.convention.learning != "prediction" or found.accuracy is None or found.labels < self.limits.least:
            return by_bounds
        return _worse(by_bounds, severity_of(found.accuracy, threshold_for(self.settings, "accuracy", self.model)))

    def _drifted(self, columns: Sequence[ColumnResult]) -> bool | None:
        judged = [column for column in columns if column.verdict in ("ok", "drift")]
        if self.convention.dataset_share is None or not judged:
            return None
        return sum(column.verdict == "drift" for column in judged) / len(judged) >= self.convention.dataset_share


def worst(statuses: Sequence[Status]) -> Status:
    """Return the worst of some statuses: critical > warning > ok, and unknown only where nothing else is said."""
    said = [status for status in statuses if status != "unknown"]
    return max(said, key=_WORST.index) if said else "unknown"


def number(value: float) -> float | None:
    """Return a finite number, else None; infinite statistics cannot be said in JSON."""
    return float(value) if math.isfinite(value) else None


def _status(column: ColumnResult) -> Status:
    if column.severity is not None:
        return column.severity
    return "ok" if column.verdict in ("ok", "watch", "drift") else "unknown"


def _worse(left: Severity | None, right: Severity | None) -> Severity | None:
    return "critical" if "critical" in (left, right) else left or right
