"""The stage: one screen with header, views and footer, fed with snapshots."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from textual import events
from textual.app import App, ComposeResult
from textual.binding import BindingsMap
from textual.filter import ANSIToTruecolor, LineFilter
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import ContentSwitcher, Input

from tuimon.console.board import Board
from tuimon.console.charset import ASCII, UNICODE
from tuimon.console.draw.grid import Sort
from tuimon.console.filters import COLOURLESS, PrintableOnly
from tuimon.console.flash import PHASE_SECONDS, PHASES, Glow, Transitions
from tuimon.console.keyboard import USUAL, Keyboard
from tuimon.console.layout import LAYOUTS, SHORT, layout_for
from tuimon.console.lines import crop, text
from tuimon.console.memory import Kept, Memory, keep, remembered
from tuimon.console.messages import NewSnapshot
from tuimon.console.panels.footer import footer_line
from tuimon.console.panels.header import header_lines
from tuimon.console.state import TABS, Scene, ViewName, notices
from tuimon.console.theme import THEMES, wanted
from tuimon.console.tight import TightScreen
from tuimon.console.views.alerts import AlertsView
from tuimon.console.views.detail import DetailView
from tuimon.console.views.drift import DriftView
from tuimon.console.views.files import FilesView
from tuimon.console.views.latency import LatencyView
from tuimon.console.views.overview import Overview
from tuimon.console.views.performance import PerformanceView
from tuimon.console.views.view import View
from tuimon.console.widgets.bar import Bar
from tuimon.console.widgets.table import Content, Table
from tuimon.monitor.feed import Feed, LookAt
from tuimon.values.alert import Severity
from tuimon.values.looking import Look
from tuimon.values.snapshot import Against, Snapshot

STOP_SECONDS = 2.0
COULD_NOT_RUN = 3
"""The exit code when there is nothing to show and never will be."""
WATCH_SECONDS = 1.0
TELL_SECONDS = 3.0


class Stage(App[int]):
    """Shows what a feed publishes; the keys are added by `TuimonApp`."""

    TITLE = "tuimon"
    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None

    def __init__(
        self,
        feed: Feed,
        *,
        bell: Severity | None = None,
        ascii: bool = False,  # noqa: A002
        clock: Callable[[], float] = time.time,
        place: Path | None = None,
        keyboard: Keyboard = USUAL,
    ) -> None:
        super().__init__()
        self.keyboard = keyboard
        self._bindings = BindingsMap.merge([self._bindings, BindingsMap(keyboard.bindings())])
        self.feed = feed
        self.place = place
        """The state directory, for what is written from the screen and what it remembers; None writes nothing."""
        self.chars = ASCII if ascii else UNICODE
        self.live: Snapshot | None = None
        self.board: Board | None = None
        self.frozen = False
        self.chosen_theme = remembered(place).theme
        """The one that somebody chose on the screen, empty for none."""
        self.look: Look | None = None
        """The moment or window that was asked for; None is the present in the configured one."""
        self.view: ViewName = "overview"
        self.origin: ViewName = "overview"
        """The view that Detail was opened from."""
        self.compared: dict[str, Against | None] = {}
        """What each model was last asked to be compared with."""
        self.timeline = False
        """Whether the timeline is in the place of the tiles, or of the charts of Detail."""
        self.heat = False
        """Whether Latency shows a heat map in the place of percentiles."""
        self._memory = Memory()
        """What the next console on these logs is to begin with, as of the last repaint: the widgets are gone when the app ends."""
        self._bell = bell
        self._clock = clock
        self._guard = PrintableOnly()
        self._transitions = Transitions()
        self._flashing: frozenset[str] = frozenset()
        self._phase = 0
        self._flasher: Timer | None = None
        self._told = ""
        self._teller: Timer | None = None
        self._failure: str | None = None
        for theme in THEMES:
            self.register_theme(theme)
        self.animation_level = "none"

    def compose(self) -> ComposeResult:
        """Return header, banner, views, filter line and footer."""
        yield Bar(id="header")
        yield Bar(id="banner")
        with ContentSwitcher(initial="overview", id="views"):
            yield Overview(id="overview")
            yield DriftView(id="drift")
            yield LatencyView(id="latency")
            yield PerformanceView(id="performance")
            yield AlertsView(id="alerts")
            yield FilesView(id="files")
            yield DetailView(id="detail")
        line = Input(id="filter", placeholder="part of a row, re:pattern, st:crit; ! first inverts; esc clears", compact=True)
        line.cursor_blink = False
        yield line
        yield Bar(id="footer")

    def get_default_screen(self) -> Screen[None]:
        """Return the screen that the views live on."""
        return TightScreen()

    def on_mount(self) -> None:
        """Start the feed once the first screen can be painted."""
        self.query_one("#filter", Input).can_focus = False
        self._remember()
        self.theme_changed_signal.subscribe(self, lambda _theme: self.show())
        self.set_interval(WATCH_SECONDS, self.look_for_failure)
        self.show()
        # What the engine imports would hold up the first paint.
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.feed.start(self._publish, self._refused)
        if self.look is not None:
            self.feed.request(LookAt(self.look))

    def _remember(self) -> None:
        """Take up what the last console on these logs left."""
        memory = remembered(self.place)
        colours = None if self.no_color else self.console.color_system
        self.theme = wanted(os.environ, colours, memory.theme, self.available_themes)
        self.look = Look(width=memory.window) if memory.window is not None else None
        self.timeline = memory.timeline
        self.base.set_class(self.timeline, "-timeline")
        for table in self.base.query(Table):
            kept = memory.tables.get(table.id or "")
            if kept is not None:
                table.sort, table.needle, table.hidden = Sort(kept.column, kept.reverse), kept.needle, frozenset(kept.hidden)
        names: dict[str, ViewName] = {name: name for name, _ in TABS}
        self.view = names.get(memory.view, "overview")
        self.base.query_one(ContentSwitcher).current = self.view

    def on_unmount(self) -> None:
        """Stop the feed, waiting for it a short while."""
        keep(self.place, self._memory)
        self.feed.stop(STOP_SECONDS)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return the guard against unprintable characters, then Textual's own filters; a theme of terminal colours keeps them."""
        if self.no_color:
            return [self._guard, COLOURLESS]
        native = self.native_ansi_color
        return [self._guard, *(f for f in super().get_line_filters() if not (native and isinstance(f, ANSIToTruecolor)))]

    def _publish(self, snapshot: Snapshot) -> None:
        self.post_message(NewSnapshot(snapshot))

    def _refused(self) -> None:
        self.call_from_thread(self.exit, COULD_NOT_RUN)

    def on_new_snapshot(self, message: NewSnapshot) -> None:
        """Take a snapshot, or the picture of the moment that was asked for; a frozen screen keeps its own. The header goes on."""
        self.live = message.snapshot
        picture = self.live if self.look is None else self.live.past
        if not self.frozen and picture is not None and picture.look == self.look:
            self.take(picture)
        self.show()

    def take(self, snapshot: Snapshot) -> None:
        """Make a snapshot the one that is shown, and flash the alerts that changed; in the past none do."""
        self.board = Board(snapshot)
        if self.is_past:
            return
        news = self._transitions.observe(snapshot.alerts)
        self._flashing -= {alert.id for alert in snapshot.alerts if alert.acknowledged or alert.silenced}
        if news:
            self._flash(news)
            worst = {alert.severity for alert in snapshot.alerts if alert.id in news and alert.state == "firing"}
            if self._bell is not None and worst & {self._bell, "critical"}:
                self.bell()

    def show(self) -> None:
        """Repaint whatever differs from what was last drawn."""
        if not self.is_running or not self.screen_stack:
            return
        scene = self.scene()
        self._memory = self._as_it_is()
        self.base.query_one("#header", Bar).show(lambda width: header_lines(scene, width))
        self.base.query_one("#footer", Bar).show(lambda width: [footer_line(scene, self._told, width)])
        self._show_banner(scene)
        if scene.board is None:
            self._show_waiting(scene)
        elif scene.view == "detail":
            self.base.query_one(DetailView).show(scene, scene.board)
        else:
            self.page.show(scene, scene.board)

    def _as_it_is(self) -> Memory:
        """What the next console on these logs is to begin with; a theme that the terminal's colours ask for is not chosen."""
        tables = {
            table.id or "": Kept(table.sort.column, table.sort.reverse, table.needle, tuple(sorted(table.hidden)))
            for table in self.base.query(Table)
        }
        view = self.origin if self.view == "detail" else self.view
        width = self.look.width if self.look is not None else None
        return Memory(view, self.timeline, self.chosen_theme, width, tables)

    def scene(self) -> Scene:
        """Return all that this repaint shows."""
        return Scene(
            self.board,
            self.live,
            self.view,
            self.chars,
            layout_for(self.size.width, self.size.height),
            frozen=self.frozen,
            failure=self._failure,
            now=self._clock(),
            glow=Glow(self._flashing, self._phase % 2 == 1),
            timeline=self.timeline,
            heat=self.heat,
            keyboard=self.keyboard,
        )

    @property
    def is_past(self) -> bool:
        """Whether another moment than the present is shown."""
        return self.look is not None and self.look.at is not None

    @property
    def standing(self) -> str:
        """Why nothing can be done with what is on the screen: it is not the present. Empty when it is."""
        if self.is_past:
            return "this is the past: 0 shows the present"
        return "the screen is frozen: space lets it go on" if self.frozen else ""

    @property
    def base(self) -> Screen[object]:
        """The screen with the views, below any modal one."""
        return self.screen_stack[0]

    @property
    def page(self) -> View:
        """The view whose table the keys act on: the one in sight, or the one that Detail was opened from."""
        return cast("View", self.base.query_one(f"#{self.origin if self.view == 'detail' else self.view}"))

    def _show_waiting(self, scene: Scene) -> None:
        words = "the engine has stopped before the first numbers" if scene.failure else "reading..."
        for table in self.base.query(Table):
            table.show(Content("", (), (), words, chars=scene.chars))

    def _show_banner(self, scene: Scene) -> None:
        found = notices(scene)
        more = f" (+{len(found) - 1} more)" if len(found) > 1 else ""
        banner = self.base.query_one("#banner", Bar)
        banner.set_class(bool(found), "-on")
        words = f" {found[0]}{more}" if found else ""
        role = "active" if scene.standing and not scene.failure else "banner"
        banner.show(lambda width: [crop(text(words, role), width)])

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout for the new size."""
        layout = layout_for(event.size.width, event.size.height)
        for name in LAYOUTS:
            self.base.set_class(name == layout, f"-{name}")
        self.base.set_class(layout == "plain" and event.size.height < SHORT, "-short")
        self.call_after_refresh(self.show)

    def on_table_moved(self) -> None:
        """Let the panels follow the selection."""
        self.show()

    def tell(self, words: str) -> None:
        """Show a short message in the footer for a while."""
        self._told = words
        if self._teller is not None:
            self._teller.stop()
        self._teller = self.set_timer(TELL_SECONDS, self._hush)
        self.show()

    def _hush(self) -> None:
        self._told = ""
        self.show()

    def _flash(self, alerts: frozenset[str]) -> None:
        self._flashing = alerts if self._phase == 0 else self._flashing | alerts
        self._phase = 1
        if self._flasher is None:
            self._flasher = self.set_interval(PHASE_SECONDS, self.next_flash_phase)

    @property
    def is_flashing(self) -> bool:
        """Whether the timer of a flash runs."""
        return self._flasher is not None

    def next_flash_phase(self) -> None:
        """Invert the flashing rows or set them back; after the last phase the timer ends."""
        self._phase += 1
        if self._phase > PHASES - 1:
            self._phase = 0
            self._flashing = frozenset()
            if self._flasher is not None:
                self._flasher.stop()
                self._flasher = None
        self.show()

    def look_for_failure(self) -> None:
        """Ask the feed whether its engine has stopped."""
        failure = self.feed.failure
        if failure is not None or self._failure is not None:
            self._failure = failure
            self.show()
