"""The keys of time: freeze, another window, another moment, and back to the present."""

from __future__ import annotations

import math
from dataclasses import replace

from tuimon.console import formatting
from tuimon.console.stage import Stage
from tuimon.console.views.detail import DetailView
from tuimon.monitor.feed import LookAt
from tuimon.values.alert import Alert
from tuimon.values.looking import Look
from tuimon.values.snapshot import Model

WIDTHS = (300, 900, 3_600, 21_600, 86_400, 604_800)
"""Seconds of the windows that can be chosen."""
MINUTE = 60.0


class Travelling(Stage):
    """The stage with the keys that go through time."""

    def action_freeze(self) -> None:
        """Freeze the screen; a screen that is frozen or in the past shows the present again."""
        if self.frozen or self.is_past:
            self.action_live()
            return
        self.frozen = self.board is not None
        self.show()

    def action_timeline(self) -> None:
        """Show the timeline, or the tiles and charts again."""
        self.timeline = not self.timeline
        self.base.set_class(self.timeline, "-timeline")
        self.call_after_refresh(self.show)

    def action_heat_map(self) -> None:
        """Show latency as a heat map, or as percentiles again."""
        if self.view != "latency":
            self.tell("the heat map is on Latency")
            return
        self.heat = not self.heat
        self.show()

    def action_live(self) -> None:
        """Show the present; when it is shown already, in the configured window."""
        width = self.look.width if self.look is not None and (self.frozen or self.is_past) else None
        self.frozen = False
        self._look_at(None if width is None else Look(width=width))

    def action_widen(self, step: int) -> None:
        """Show the next wider or narrower window, of the moment that is on the screen."""
        model = self._model()
        if model is None:
            return
        now = _width(model)
        wider, narrower = [w for w in WIDTHS if w > now], [w for w in reversed(WIDTHS) if w < now]
        found = next(iter(wider if step > 0 else narrower), None)
        if found is None:
            self.tell(f"{model.window} is the {'widest' if step > 0 else 'narrowest'} window")
            return
        self.show_width(found)

    def show_width(self, width: int) -> None:
        """Show a window of so many seconds, of the moment that is on the screen."""
        at = self.look.at if self.look is not None else None
        self._look_at(Look(self._moment() if self.frozen else at, width))
        self.tell(f"window {formatting.span(width)}" + ("" if self.is_past else "; 0 shows the configured one"))

    def action_pan(self, halves: int) -> None:
        """Go through time by so many halves of the window; beyond the newest row is the present."""
        model, at = self._model(), self._moment()
        if model is None or at is None or self.live is None:
            return
        newest = max((one.last for one in self.live.models if one.last is not None), default=at)
        found = at + halves * max(MINUTE, _width(model) / 2)
        if found >= newest and halves > 0:
            self.tell("this is the present" if not self.is_past else "back to the present")
            self.action_live()
            return
        self.go_to_moment(found)

    def action_moment(self) -> None:
        """Go to the moment of the selected alert: when it began to fire, or when it was last over its limit."""
        found = self._alert()
        if found is None:
            self.tell("no alert is about this row")
            return
        before = found.state == "resolved"
        self.go_to_moment(found.since - MINUTE if before else found.since)
        self.tell(f"{found.rule} of {found.column or found.model}: {'just before its end' if before else f'{found.state} from here'}")

    def _alert(self) -> Alert | None:
        if self.board is None:
            return None
        if self.view == "detail":
            subject = self.base.query_one(DetailView).subject
            return next(iter(self.board.alerts(subject)), None) if subject else None
        row = self.page.table.row
        return next((alert for alert in self.board.snapshot.alerts if row and alert.id in row.alerts), None)

    def go_to_moment(self, at: float) -> None:
        """Show what the screen showed at a moment, to the minute; one that is beyond what is stored is its first or last."""
        width = self.look.width if self.look is not None else None
        self.frozen = False
        self._look_at(Look(math.ceil(at / MINUTE) * MINUTE, width))

    def _look_at(self, look: Look | None) -> None:
        """Ask for a picture; until it is here the last one stays."""
        self.look = look
        self.frozen = False
        self.feed.request(LookAt(look))
        if look is None and self.live is not None:
            self.take(replace(self.live, past=None))
        self.show()

    def _model(self) -> Model | None:
        """The model whose window is on the screen: that of the selected row."""
        row = self.page.table.row
        name = row.subject.model if row is not None and row.subject is not None else ""
        return self.board.model(name) if self.board is not None else None

    def _moment(self) -> float | None:
        """The end of what is on the screen, or what was asked for last: keys come faster than pictures."""
        if self.look is not None and self.look.at is not None:
            return self.look.at
        ends = [model.window_end for model in self.board.models.values() if model.window_end is not None] if self.board else []
        return max(ends, default=None)


def _width(model: Model) -> float:
    return (model.window_end or 0.0) - (model.window_start or 0.0)
