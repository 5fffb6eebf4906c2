"""A feed without a thread, and the screen as text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.strip import Strip

from tests.console import snapshots
from tuimon.console import TuimonApp
from tuimon.monitor.feed import Request
from tuimon.values.alert import Severity
from tuimon.values.snapshot import Snapshot


class HandFeed:
    """A feed that publishes what the test hands it and remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.failure: str | None = None
        self.stopped: list[float] = []
        self._publish: Callable[[Snapshot], None] = lambda _snapshot: None

    def start(self, publish: Callable[[Snapshot], None], refused: Callable[[], None]) -> None:
        self._publish = publish

    def request(self, request: Request) -> None:
        self.requests.append(request)

    def stop(self, timeout: float) -> bool:
        self.stopped.append(timeout)
        return True

    def give(self, snapshot: Snapshot) -> None:
        self._publish(snapshot)


class Stage:
    """A running console of some size."""

    def __init__(self, app: TuimonApp, feed: HandFeed, pilot: Pilot[int]) -> None:
        self.app, self.feed, self.pilot = app, feed, pilot

    async def give(self, snapshot: Snapshot) -> None:
        self.feed.give(snapshot)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    def strips(self) -> list[Strip]:
        return self.app.screen._compositor.render_strips()

    def assert_sound(self) -> None:
        """Every line is exactly as wide as the screen and holds only printable characters."""
        strips = self.strips()
        assert len(strips) == self.app.size.height
        for strip in strips:
            assert strip.cell_length == self.app.size.width
            assert all(segment.text.isprintable() for segment in strip if not segment.control)

    def lines(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.strips()]

    def text(self) -> str:
        return "\n".join(self.lines()) + "\n"

    @property
    def selected(self) -> tuple[str, ...] | None:
        return self.app.page.table.selected


@asynccontextmanager
async def console(
    snapshot: Snapshot | None = None,
    size: tuple[int, int] = (80, 24),
    ascii: bool = False,  # noqa: A002
    bell: Severity | None = None,
) -> AsyncIterator[Stage]:
    """Run a console on a hand-fed feed, with a snapshot already shown; its clock stands still."""
    feed = HandFeed()
    app = TuimonApp(feed, bell=bell, ascii=ascii, clock=lambda: snapshots.AT + 200.0)
    async with app.run_test(size=size) as pilot:
        stage = Stage(app, feed, pilot)
        await pilot.pause()
        if snapshot is not None:
            await stage.give(snapshot)
        yield stage
