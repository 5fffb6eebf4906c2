"""An engine that is loaded behind the first paint."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from tuimon.monitor.feed import RefreshNow, Request, SetRefresh
from tuimon.monitor.late import LateEngine
from tuimon.values.snapshot import Snapshot

PATIENCE = 30.0


class Fake:
    """An engine whose opening waits for the test."""

    failure: str | None = None

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.go, self.started = error, threading.Event(), threading.Event()
        self.requests: list[Request] = []
        self.stopped = False

    def open(self) -> None:
        assert self.go.wait(PATIENCE)
        if self.error is not None:
            raise self.error

    def start(self, publish: Callable[[Snapshot], None], refused: Callable[[], None]) -> None:
        self.started.set()

    def request(self, request: Request) -> None:
        self.requests.append(request)

    def stop(self, timeout: float) -> bool:
        self.stopped = True
        return True


def test_requests_wait_for_the_engine_in_their_order() -> None:
    fake = Fake()
    late = LateEngine(lambda: fake)
    late.start(lambda _: None, lambda: None)
    late.request(RefreshNow())
    late.request(SetRefresh(5))
    assert fake.requests == []
    fake.go.set()
    assert fake.started.wait(PATIENCE)
    late.request(RefreshNow())
    assert fake.requests == [RefreshNow(), SetRefresh(5), RefreshNow()]
    assert late.stop(PATIENCE)
    assert fake.stopped


def test_what_cannot_be_opened_is_said_and_leaves_nothing_running() -> None:
    fake, refused = Fake(ValueError("held by process 7")), threading.Event()
    late = LateEngine(lambda: fake)
    late.start(lambda _: None, refused.set)
    fake.go.set()
    assert refused.wait(PATIENCE)
    assert str(late.refusal) == "held by process 7"
    assert late.stop(PATIENCE)
    assert not fake.started.is_set()


def test_leaving_before_it_is_open_stops_it_as_soon_as_it_is() -> None:
    fake = Fake()
    late = LateEngine(lambda: fake)
    late.start(lambda _: None, lambda: None)
    assert not late.stop(0.0)
    fake.go.set()
    assert late.stop(PATIENCE)
    assert fake.stopped
    assert not fake.started.is_set()


def test_leaving_before_anything_began_is_at_once() -> None:
    assert LateEngine(Fake).stop(0.0)


@pytest.mark.parametrize("module", ["tuimon.console.run", "tuimon.cli.commands.console", "tuimon.monitor.late"])
def test_the_first_paint_needs_no_array_library_and_no_database(module: str) -> None:
    program = f"import sys, {module}; print(sorted({{'numpy', 'pyarrow', 'duckdb', 'scipy', 'watchdog'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
