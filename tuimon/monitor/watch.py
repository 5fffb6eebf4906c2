"""One model under watch: its recent cells, its baseline, and what they say at any event minute."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import get_args

from tuimon.alerts import Reading
from tuimon.config import Method, Settings, baseline_for, fixed_baseline_for
from tuimon.monitor import judge, labelled, limits, panels, quality, rates
from tuimon.monitor.aside import FIXED, MOVING, Other, aside, choices, other
from tuimon.monitor.baselines import BaselineCounts, BaselineReader
from tuimon.monitor.changes import Scope, absent
from tuimon.monitor.drift import COMPARED, Compared, Comparer
from tuimon.monitor.flow import Arrived, Flow
from tuimon.monitor.judge import Budget
from tuimon.monitor.past import Past
from tuimon.monitor.performance import InWindow, measured, performance
from tuimon.monitor.realised import realised
from tuimon.monitor.reconstruction import Reconstructing
from tuimon.monitor.relative import PERFORMANCE_RULES, Before
from tuimon.monitor.seen import Seen
from tuimon.monitor.showing import Lately, Showing
from tuimon.monitor.timeline import Sums, Timeline
from tuimon.monitor.traffic import slots_of, traffic
from tuimon.monitor.windows import LAST_HOUR, Axis, Window, advice, state_of, window_at
from tuimon.store import Cells, ColumnFacts, ModelFacts, Store
from tuimon.values.snapshot import Against, Model
from tuimon.values.text import safe_text

LATEST = (60, 120)
"""Seconds of the shortest windows that missing and invalid values are judged in."""
LOOKS = 60
"""A window is compared anew each 60th of its width: more often shows nothing new and costs a pass over its cells."""
MOST_KEPT = 8
"""Windows whose sums and comparisons are kept: hours that are caught up with have many."""

Span = tuple[int, int]


@dataclass(frozen=True)
class _Look:
    """The drift readings of one width, and the minute they were made at."""

    end: int
    readings: tuple[Reading, ...]


class ModelWatch:
    """Keeps what one model needs between evaluations; the store stays the truth."""

    def __init__(self, name: str, settings: Settings, store: Store, axis: Axis = LAST_HOUR) -> None:
        self.name, self._axis = name, axis
        self._settings, self._store = settings, store
        fixed, self._configured = fixed_baseline_for(settings, name), baseline_for(settings, name)
        self._timeline = Timeline(left_out=fixed.version)
        self._baselines = BaselineReader(store, fixed)
        self._comparer = Comparer(settings)
        self._flow = Flow(settings, store, name)
        self._methods = judge.methods_of(settings)
        self._pasts: dict[int, Past] = {}
        self._looks: dict[int, _Look] = {}
        self._seen = Seen(store, name)
        self._sums: dict[Span, Sums] = {}
        self._compared: dict[Span, Compared | None] = {}
        """Of the windows since the last reload: rules and panels look at the same ones."""
        self._reconstructing = Reconstructing(store, name, self._timeline.left_out)
        self._other: Other | None = None
        self._columns: dict[int, ColumnFacts] = {}
        self.facts: ModelFacts | None = None
        self.begun: dict[str, float] = {}
        """Since when columns drift by their alerts, event seconds by name: their past is what was before."""

    @property
    def compared_columns(self) -> int:
        """How many drift series this model adds to the console."""
        return sum(column.role in COMPARED for column in self._columns.values())

    def reload(self, facts: ModelFacts, touched: int | None, back_to: float | None = None) -> None:
        """Read the minutes from `touched` on again (None: none changed), and older ones down to `back_to` where they are wanted."""
        self.facts = facts
        self._forget()
        if facts.watermark is None:
            return
        widest = max(self._settings.windows.widths)
        oldest = int(min(facts.watermark, back_to if back_to is not None else facts.watermark)) - widest - 3600
        oldest -= oldest % 60
        known = self._timeline.loaded_from
        since = oldest if known is None or oldest < known else max(oldest, touched) if touched is not None else None
        if since is not None:
            self._columns = {column.number: column for column in self._store.columns(self.name)}
            cells = self._store.cells(self.name, 60, since, 1 << 40)
            self._timeline.replace(cells, self._columns, since)
            if self._other is not None:
                self._other.take(cells, self._columns, since)
        if touched is not None:
            self._look_again(touched)
            self._baselines.rows_came(touched)
            self._seen.rows_came(touched)
            self._flow.rows_came(touched)
            self._reconstructing.rows_came(touched)
            if self._other is not None:
                self._other.rows_came(touched)
        self._timeline.trim(oldest)
        if self._other is not None:
            self._other.trim(oldest)

    def replay(self, facts: ModelFacts, cells: Cells, since: int, oldest: int) -> None:
        """Take these cells, minutes or hours, for everything from `since` on and forget what lies before `oldest`: history in pieces."""
        self.facts = facts
        self._forget()
        self._columns = {column.number: column for column in self._store.columns(self.name)}
        self._timeline.replace(cells, self._columns, since)
        self._timeline.trim(oldest)

    def newest(self, until: int) -> int | None:
        """Return the last minute (or hour, of a replay by the hour) before `until` that has a row; None without any in memory."""
        return max((int(last) for last in self._timeline.spans(until)[1][slots_of(self._timeline, "traffic")] if last >= 0), default=None)

    def compare_with(self, against: Against | None) -> None:
        """Show the columns against something else from the next panel on; None is the configured baseline. Readings stay as they are."""
        if against is None and self._configured.moving:
            against = MOVING
        elif against == FIXED:
            against = None
        if against == (self._other.against if self._other else None):
            return
        self._other = None
        begin = self._timeline.loaded_from
        if against is not None and begin is not None:
            self._other = other(self._store, self._timeline.left_out, against, self._known(), self._configured)
            if against.kind == "version":
                self._other.take(self._store.cells(self.name, 60, begin, 1 << 40), self._columns, begin)

    def readings(self, at: float, budget: Budget) -> list[Reading]:
        """Return what the alert rules are asked about at one event moment."""
        return self._drifted(at, budget) + self._rated(at, budget)

    def readings_of(self, rule: str, at: float, budget: Budget) -> list[Reading]:
        """Return those of one rule, and work out no more than that takes."""
        found = self._drifted(at, budget) if rule in get_args(Method) else self._rated(at, budget)
        return [reading for reading in found if reading.rule == rule]

    def _drifted(self, at: float, budget: Budget) -> list[Reading]:
        facts, widths = self._known(), self._settings.windows.widths
        return [reading for width in widths for reading in self._drift_readings(window_at(facts, width, at), budget)]

    def _rated(self, at: float, budget: Budget) -> list[Reading]:
        window, sums, _ = self._current(at)
        latest = [reading for width in LATEST for reading in self._latest_quality(window, width, at, budget)]
        return self._rate_readings(window, sums, budget) + latest + self.flow(at, budget)

    def flow(self, at: float, budget: Budget) -> list[Reading]:
        """Return the readings of traffic alone, also of a moment after the newest row."""
        return self._flow.readings(Arrived(self._known(), self._timeline, self._columns, self._summed, at), budget)

    def panel(self, budget: Budget, stale_after: float | None, now: float) -> Model:
        """Return the model as the screens show it at its watermark."""
        return self.panel_at(self._known().watermark or 0.0, budget, stale_after, now)

    def panel_at(self, at: float, budget: Budget, stale_after: float | None, now: float) -> Model:
        """Return the model as the screens would have shown it at an event moment for which it has the minutes in memory."""
        window, sums, rows = self._current(at)
        return self._panel(window, sums, rows, budget, stale_after, now)

    def against_baseline(self, at: float, width: int, budget: Budget) -> tuple[BaselineCounts | None, Compared | None]:
        """Return the baseline of a window that ends at a moment, and its columns against it; None for what there is not."""
        window = window_at(self._known(), width, at)
        baseline = self._baseline(window)
        return baseline, self._compare(window, self._summed(window), baseline, budget)

    def _current(self, at: float) -> tuple[Window, Sums, dict[int, int]]:
        """The window that panels show: the configured one, else the narrowest with enough rows; and the rows of those looked at."""
        windows = self._settings.windows
        slots = slots_of(self._timeline, "traffic")
        rows: dict[int, int] = {}
        for width in windows.widths if windows.current is None else (windows.current,):
            window = window_at(self._known(), width, at)
            sums = self._summed(window)
            rows[width] = int(sums.n[slots].sum()) if slots else 0
            if rows[width] >= windows.min_rows:
                break
        return window, sums, rows

    def _panel(self, window: Window, sums: Sums, rows: dict[int, int], budget: Budget, stale_after: float | None, now: float) -> Model:
        facts, timeline = self._known(), self._timeline
        baseline = self._baseline(window)
        latency, flow = slots_of(timeline, "latency"), traffic(timeline, sums)
        count = flow.rows
        state = state_of(self._settings, facts, count, stale_after, now)
        compared = self._compare(window, sums, baseline, budget)
        lately = Lately(timeline, window, self._axis)
        shown = Showing(
            self._settings, self.name, self._columns, timeline, window, sums, lately, budget, baseline, self._comparer, compared, self._seen
        )
        versions = panels.versions(timeline, window, sums, self._axis)
        return Model(
            model=safe_text(facts.name),
            rows=facts.rows,
            errors=facts.errors,
            first=facts.first,
            last=facts.watermark,
            window=window.name,
            window_start=None if facts.watermark is None else float(window.start),
            window_end=None if facts.watermark is None else float(window.end),
            window_rows=count,
            window_state=state,
            window_advice=advice(self._settings, window.width, rows, count / window.span),
            baseline=f"{baseline.words}, {baseline.rows:,} rows" if baseline else "none",
            rows_per_second=flow.every.count / window.span if count else None,
            error_rate=flow.error_rate,
            latency=panels.latency(sums, latency),
            latency_bins=panels.latency_histogram(sums, latency),
            versions=versions,
            drift=shown.rows(),
            quality=tuple(item.shown() for item in self._shares(window, sums, baseline, budget)),
            performance=performance(timeline, self._columns, sums),
            series=panels.series(timeline, window, self._axis),
            limits=limits.of_model(self._settings, self.name, [c.name for c in self._columns.values() if c.role in COMPARED]),
            baseline_state=shown.state(),
            repeated=panels.repeated(timeline, sums),
            sampling=flow.sampling,
            choices=(*([FIXED] if self._configured.moving else ()), *choices(facts, window, versions)),
            reconstruction=self._reconstructing.shown(self._columns, window, baseline) if baseline and count else None,
            aside=aside(self._other, facts, shown) if self._other else None,
            realised=labelled.realised(tuple(self._columns.values()), timeline, sums, lately, self._before(baseline).performance),
        )

    def _rate_readings(self, window: Window, sums: Sums, budget: Budget) -> list[Reading]:
        scope = rates.Scope(self._settings, self.name, window, budget.p_star(window.width))
        baseline = self._baseline(window)
        found, before = self._shares(window, sums, baseline, budget), self._before(baseline)
        scored = any(map(scope.has_limits, PERFORMANCE_RULES))
        return [
            *rates.serving(scope, self._timeline, sums, before),
            *rates.quality(scope, found),
            *(rates.repeats(scope, panels.repeated(self._timeline, sums)) if scope.has_limits("repeated_rate") else ()),
            *(realised(scope, measured(self._columns.values(), InWindow(self._timeline, sums)), before) if scored else ()),
        ]

    def _before(self, baseline: BaselineCounts | None) -> Before:
        return Before(baseline, tuple(self._columns.values()), self._settings.windows.min_rows)

    def _latest_quality(self, window: Window, width: int, at: float, budget: Budget) -> list[Reading]:
        """Missing and invalid values of the last minutes too, where those alone hold enough rows: a jump is over its limit there first."""
        latest = window_at(self._known(), width, at)
        sums = self._summed(latest)
        if window.width <= width or self._timeline.rows(sums) < self._settings.windows.min_rows:
            return []
        scope = rates.Scope(self._settings, self.name, latest, budget.p_star(width))
        return rates.quality(scope, quality.faults(self._timeline, self._columns, sums, self._baseline(window)))

    def _shares(self, window: Window, sums: Sums, baseline: BaselineCounts | None, budget: Budget) -> tuple[quality.Shares, ...]:
        gone: frozenset[int] = frozenset()
        if baseline is not None:
            p_star = budget.p_star(window.width)
            gone = absent(Scope(self._columns.values(), self._timeline, window, sums, baseline, p_star, self._seen))
        return quality.shares(self._timeline, self._columns, sums, baseline, gone)

    def _drift_readings(self, window: Window, budget: Budget) -> tuple[Reading, ...]:
        held = self._looks.get(window.width)
        if held is not None and 0 <= window.end - held.end < window.width // LOOKS:
            return held.readings
        compared = self._compare(window, self._summed(window), self._baseline(window), budget)
        found = judge.readings(self._settings, self.name, window, compared, budget, self._methods) if compared else []
        self._looks[window.width] = _Look(window.end, tuple(found))
        return tuple(found)

    def _look_again(self, touched: int) -> None:
        """Rows came in: a narrow window is looked at again at once, a wide one only when enough of it changed or it is due."""
        self._looks = {width: look for width, look in self._looks.items() if width > 3600 and touched >= look.end - 3600}

    def _forget(self) -> None:
        self._sums.clear()
        self._compared.clear()

    def _summed(self, window: Window) -> Sums:
        span = window.start, window.end
        if span not in self._sums:
            if len(self._sums) >= MOST_KEPT:
                self._forget()
            self._sums[span] = self._timeline.window(*span)
        return self._sums[span]

    def _compare(self, window: Window, sums: Sums, baseline: BaselineCounts | None, budget: Budget) -> Compared | None:
        span = window.start, window.end
        if span not in self._compared:
            self._compared[span] = self._fresh(window, sums, baseline, budget)
        return self._compared[span]

    def _fresh(self, window: Window, sums: Sums, baseline: BaselineCounts | None, budget: Budget) -> Compared | None:
        compared = self._comparer.compare(self._timeline, self._columns, baseline, sums) if baseline else None
        if compared is None:
            return None
        past = self._pasts.get(window.width)
        if past is None:
            past = self._pasts[window.width] = Past(self._store, self.name, window.width, self._timeline.left_out)
        return replace(compared, null=past.null(compared, window, budget.p_star(window.width), self._settings.drift.bins, self.begun))

    def _baseline(self, window: Window) -> BaselineCounts | None:
        return self._baselines.read(self._known(), self._columns, window.start, window.end)

    def _known(self) -> ModelFacts:
        if self.facts is None:
            raise RuntimeError(f"model {self.name!r} was never loaded")
        return self.facts
