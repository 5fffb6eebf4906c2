"""The picture of another moment or another window: made from stored cells by what makes the present one, for the screen alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tuimon.alerts import Remembered
from tuimon.config import Settings, threshold_for
from tuimon.monitor import assemble
from tuimon.monitor.alarms import Alarms, drifting_since, shown_as_of
from tuimon.monitor.incidents import incidents
from tuimon.monitor.judge import Budget
from tuimon.monitor.replay import HOUR, MINUTE, judged_by
from tuimon.monitor.watch import ModelWatch
from tuimon.monitor.windows import axis_for
from tuimon.store import ModelFacts, Store
from tuimon.values.looking import Look
from tuimon.values.snapshot import Model, Snapshot

WIDEST_OF_MINUTES = 86_400
"""Seconds of the widest window that is summed from minutes."""
JUST = 1e-3
"""Seconds before the end of a minute that still belong to it."""
FAR_BACK = 10_000
"""Events that are looked through for those before a moment."""


@dataclass(frozen=True)
class _Taken:
    """A picture without what belongs to the present, and what it was made for."""

    look: Look
    at: float
    picture: Snapshot


class Lookback:
    """Answers one look at a time, and keeps the answer while nothing of it can change."""

    def __init__(self, store: Store, settings: Settings, alarms: Alarms) -> None:
        self._store, self._settings, self._alarms = store, settings, alarms
        self._taken: _Taken | None = None

    def picture(self, look: Look, live: Snapshot, models: Sequence[ModelFacts], budget: Budget) -> Snapshot | None:
        """Return what the screens would show, with the files and the engine of now; None while nothing is stored.

        A moment beyond what is stored is the first or the last one that is. Another window of the present moves on by the minute.
        """
        at = self._moment(look, models)
        if at is None:
            return None
        if self._taken is None or (self._taken.look, self._taken.at) != (look, at):
            self._taken = _Taken(look, at, self._made(look, at, live, models, budget))
        made = self._taken.picture
        if look.at is None:
            return replace(live, look=look, models=made.models)
        return replace(made, engine=live.engine, ingest=live.ingest, files=live.files, rejects=live.rejects, notices=live.notices)

    def _moment(self, look: Look, models: Sequence[ModelFacts]) -> float | None:
        """The end of a whole minute."""
        latest = max((facts.watermark for facts in models if facts.watermark is not None), default=None)
        first = min((begin for facts in models if (begin := self._begin(facts)) is not None), default=None)
        if latest is None or first is None:
            return None
        end = int(latest) // MINUTE * MINUTE + MINUTE
        return float(end if look.at is None else min(end, max(first + MINUTE, math.ceil(look.at / MINUTE) * MINUTE)))

    def _begin(self, facts: ModelFacts) -> int | None:
        found = [first for width in (MINUTE, HOUR) if (first := self._store.first_cell(facts.name, width)) is not None]
        return min(found, default=None)

    def _made(self, look: Look, at: float, live: Snapshot, models: Sequence[ModelFacts], budget: Budget) -> Snapshot:
        then = self._alarms.as_of(at)
        watched = [self.watch(facts, look.width, int(at), then) for facts in models if facts.first is not None and facts.first < at]
        now = live.at if look.at is None else at
        panels = [watch.panel_at(end, budget, self._stale_after(watch.name), now) for watch, end in watched]
        if look.at is None:
            return replace(live, models=_in_order(panels, live))
        alerts, silences = shown_as_of(then, at, [reading for watch, end in watched for reading in watch.readings(end, budget)])
        return Snapshot(
            at,
            assemble.status(panels, alerts),
            live.engine,
            live.ingest,
            models=assemble.worst_first(panels, alerts),
            alerts=alerts,
            incidents=incidents(alerts, self._settings.windows.widths),
            silences=silences,
            events=tuple(event for event in self._store.events(FAR_BACK) if event.at <= at)[-assemble.SHOWN_EVENTS :],
            look=look,
        )

    def watch(self, facts: ModelFacts, width: int | None, at: int, then: Remembered | None = None) -> tuple[ModelWatch, float]:
        """Return a watch with what the moment needs in memory, and the end of its windows: that of the last minute, or hour, with rows."""
        grain = self._grain(facts, width, at)
        settings = _with_window(self._settings, width, grain)
        widest = max(*settings.windows.widths, settings.windows.current or 0)
        axis = axis_for(settings.windows.current or 0, grain)
        end = -(-at // grain) * grain
        oldest = end - max(widest, axis.span) - HOUR
        watch = ModelWatch(facts.name, settings, self._store, axis)
        watch.replay(facts, self._store.cells(facts.name, grain, oldest, end), oldest, oldest)
        states = then.states if then is not None else {}
        watch.begun = drifting_since({key: state for key, state in states.items() if state.model == facts.name})
        newest = watch.newest(end)
        if newest is not None:
            end = min(end, newest + grain)
        if newest is None or end <= (facts.watermark or 0.0):
            # The newest row of then is known to the minute; the windows end with that minute, as those of the present do.
            known = None if newest is None else end - JUST
            watch.facts = replace(facts, watermark=known, last_arrival=known)
        return watch, float(end)

    def _grain(self, facts: ModelFacts, width: int | None, at: int) -> int:
        """Minutes where they reach back far enough, or hours would not."""
        minutes, hours = (self._store.first_cell(facts.name, grain) for grain in (MINUTE, HOUR))
        wanted = width or max(self._settings.windows.widths)
        if minutes is None or (hours is not None and wanted > WIDEST_OF_MINUTES):
            return HOUR
        return HOUR if hours is not None and hours < minutes // HOUR * HOUR and at - wanted < minutes else MINUTE

    def _stale_after(self, model: str) -> float | None:
        limits = threshold_for(self._settings, "stale", model)
        return limits.warning if limits.warning is not None else limits.critical


def _in_order(panels: Sequence[Model], live: Snapshot) -> tuple[Model, ...]:
    """The order that the present picture has."""
    place = {model.model: at for at, model in enumerate(live.models)}
    return tuple(sorted(panels, key=lambda model: place.get(model.model, len(place))))


def _with_window(settings: Settings, width: int | None, grain: int) -> Settings:
    """Return the settings with one window for panels; a window that cells of this grain cannot fill is one of them."""
    judged = judged_by(settings, grain)
    current = width or judged.windows.current
    if current is not None and current % grain:
        current = grain
    widths = judged.windows.widths or (grain,)
    return replace(judged, windows=replace(judged.windows, current=current, widths=widths))
