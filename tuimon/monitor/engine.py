"""The engine thread: the only one that touches the store while a console is open."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue

from tuimon.config import LiveConfig, Settings
from tuimon.monitor import inbox
from tuimon.monitor.beside import Beside
from tuimon.monitor.feed import (
    Acknowledge,
    CompareWith,
    Hush,
    LookAt,
    RefreshNow,
    Request,
    SaveThreshold,
    SetRefresh,
    ShowRows,
    StopTrying,
    TryThreshold,
    Unhush,
)
from tuimon.monitor.following import Following
from tuimon.monitor.person import LONGEST, login_name
from tuimon.monitor.record import save_snapshot
from tuimon.monitor.session import Session
from tuimon.monitor.supervision import Supervision
from tuimon.monitor.telling import Courier, Rounds
from tuimon.monitor.tuning import Tuning
from tuimon.sources import Watcher
from tuimon.store import StoreMemory, StoreUnwritable
from tuimon.values.alert import Event
from tuimon.values.snapshot import Engine, Ingest, Snapshot
from tuimon.values.text import safe_text

MAINTAIN_EVERY = 60.0
READ_FOR = 0.8
"""The share of a refresh interval that may go into reading before the screen is brought up to date."""

TRY_FOR = 0.25
"""Seconds between two words about a threshold that is tried."""
FAREWELL = 1.0
"""Seconds that a message on its way may take when the console is left; else it is sent again at the next start."""


class LiveEngine:
    """Reads, evaluates and publishes on its own thread until it is stopped; a `Feed` for the console.

    Whatever fails is told as a notice on the last snapshot, whose time shows its age, and begun again from the last commit.
    """

    def __init__(
        self,
        settings: Settings,
        state: Path,
        title: str,
        *,
        live: LiveConfig | None = None,
        adapt: Callable[[Settings], Settings] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._following = Following(settings, live, adapt)
        self._tuning = Tuning(self._following)
        self._beside = Beside(self._tuning)
        self._courier = Courier()
        self._rounds = Rounds(self._courier)
        self._state, self._title, self._clock = state, safe_text(title), clock
        self._wake, self._hint = threading.Event(), threading.Event()
        self._opened, self._started = threading.Event(), threading.Event()
        self._requests: SimpleQueue[Request] = SimpleQueue()
        self._stopping = False
        self._busy = False
        self._most = 0
        self._refresh, self._refresh_asked = settings.refresh, False
        self._events: list[Event] = []
        """What is to be logged as soon as a store takes it."""
        self._unkept = ""
        self._latest: Snapshot | None = None
        self._failure: str | None = None
        self._refusal: Exception | None = None
        self._thread: threading.Thread | None = None
        self._publish: Callable[[Snapshot], None] = lambda _: None

    @property
    def failure(self) -> str | None:
        """One sentence when the engine has stopped by an error, else None."""
        return self._failure

    def open(self) -> None:
        """Start the thread and open the store on it. Raises StoreLocked, StoreError or OSError, and then nothing is left running."""
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()
        self._opened.wait()
        if self._refusal is not None:
            raise self._refusal

    def start(self, publish: Callable[[Snapshot], None], refused: Callable[[], None] | None = None) -> None:  # noqa: ARG002 - `open` refuses
        """Begin to read; `publish` is called from the engine's thread with each new snapshot."""
        self._publish = publish
        self._started.set()

    def request(self, request: Request) -> None:
        """Hand over a request; returns at once."""
        self._requests.put(request)
        self._interrupt()

    def stop(self, timeout: float) -> bool:
        """End the work cleanly and return whether it ended within `timeout` seconds."""
        self._stopping = True
        self._started.set()
        self._interrupt()
        if self._thread is None:
            return True
        # Joined, not only signalled: the store's last objects are freed as the thread ends, which must not meet the end of Python.
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _interrupt(self) -> None:
        self._wake.set()
        self._hint.set()

    def _run(self) -> None:
        try:
            session = self._first_session()
        except Exception as error:  # noqa: BLE001 - told to the caller of `open`, on its own thread
            self._refusal = error
            return
        finally:
            self._opened.set()
        self._started.wait()
        left: Session | None = session
        try:
            left = self._watch(session)
        except Exception as error:  # noqa: BLE001 - whatever it was, the screen must say that the numbers stand still
            self._failure = f"the engine stopped: {safe_text(str(error) or type(error).__name__)}"
        finally:
            self._close(left)

    def _first_session(self) -> Session:
        """Open the store; where nothing can be written there is at least something to look at."""
        try:
            return self._session()
        except StoreUnwritable as error:
            self._unkept = error.reason
            return self._session()

    def _session(self) -> Session:
        return Session(self._following.settings, self._state, self._clock, unkept=self._unkept, rounds=self._rounds)

    def _next_session(self) -> Session:
        """Open the store again, with the settings of now: a correction in them may be what helps."""
        self._follow_config()
        return self._session()

    def _watch(self, session: Session) -> Session | None:
        watcher = Watcher([str(path) for path in self._directories()], self._hint, exclude=[str(self._state.resolve())])
        supervision = Supervision(self._next_session, self, self._wait)
        try:
            return supervision.run(session, lambda opened: self._loop(opened, watcher, supervision.succeeded), lambda: self._stopping)
        finally:
            watcher.stop()

    def failed(self, sentence: str, first: bool) -> None:
        """Show that the numbers stand still, and why."""
        if first:
            self._events.append(Event(self._clock(), "store", "warning", sentence))
        self._publish(self._standing(sentence))

    def recovered(self, sentence: str) -> None:
        """Log that reading goes on."""
        self._events.append(Event(self._clock(), "store", "ok", f"reading goes on after: {sentence}"))

    def _standing(self, sentence: str) -> Snapshot:
        """The last snapshot with a notice; its numbers and its time stay."""
        latest = self._latest
        if latest is None:
            facts = Engine(title=self._title, refresh=self._refresh, watch="polling", state="backlog")
            latest = Snapshot(self._clock(), "unknown", facts, Ingest())
        unjudged = tuple(alert if alert.state == "resolved" else replace(alert, data="error") for alert in latest.alerts)
        return replace(latest, notices=(sentence, *latest.notices), alerts=unjudged)

    def _wait(self, seconds: float) -> None:
        """Let time pass until it is over or somebody asks for something."""
        if not self._stopping:
            self._wake.wait(seconds)
        self._wake.clear()

    def _close(self, session: Session | None) -> None:
        try:
            self._courier.stop(FAREWELL)
            if session is not None:
                _end(session)
        except Exception as error:  # noqa: BLE001 - the store is as it was at its last commit; that it did not close is told
            self._failure = self._failure or f"the store did not close: {safe_text(str(error))}"

    def _loop(self, session: Session, watcher: Watcher, succeeded: Callable[[], None]) -> None:
        session.begin()
        self._beside.begin(session)
        maintained = self._clock()
        while not self._stopping:
            began = time.monotonic()
            self._take_requests(session)
            self._take_errands(session)
            self._follow_config()
            if session.settings != self._following.settings:
                session.reconfigure(self._following.settings)
                self._beside.begin(session)
            self._log(session)
            watcher.check()
            done = self._tick(session, watcher, began)
            session.tell()
            succeeded()
            if done and self._clock() - maintained >= MAINTAIN_EVERY:
                session.maintain()
                maintained = self._clock()
            if done and not self._stopping:
                self._try(session, began + self._refresh)
                self._pause(began, busy=self._busy)

    def _try(self, session: Session, deadline: float) -> None:
        """Use what is left of the interval for a threshold that somebody tries, and say now and then how far it is."""
        while self._beside.busy and time.monotonic() < deadline and not self._wake.is_set():
            enough = min(deadline, time.monotonic() + TRY_FOR)
            self._beside.go_on(lambda: time.monotonic() >= enough or self._wake.is_set())  # noqa: B023 - called at once
            self._say(session, self._latest)

    def _log(self, session: Session) -> None:
        while self._events:
            session.log(self._events[0])
            del self._events[0]

    def _pause(self, began: float, busy: bool) -> None:
        """Wait for the next refresh. After a quiet one a hint about files ends the wait, so the first new line shows at once."""
        ends = self._wake if busy else self._hint
        left = began + self._refresh - time.monotonic()
        if left > 0 and not self._stopping and self._requests.empty():
            ends.wait(left)
        self._wake.clear()
        self._hint.clear()

    def _tick(self, session: Session, watcher: Watcher, began: float) -> bool:
        deadline = time.monotonic() + max(0.2, self._refresh * READ_FOR)
        self._most = max(self._most, session.lag_bytes())
        progress, done = session.ingest(lambda: self._stopping or time.monotonic() >= deadline)
        if self._stopping:
            return True
        self._busy = progress.rows > 0
        self._most = 0 if done else self._most
        spent = max(time.monotonic() - began, 1e-3)
        facts = Engine(
            title=self._title,
            refresh=self._refresh,
            watch=watcher.mode,
            state="live" if done else "backlog",
            backlog_total=0 if done else self._most,
            rows_per_second=progress.rows / max(spent, self._refresh if done else 0.0),
            newest_read=self._clock() if progress.rows else None,
        )
        return self._show(session, facts, done) and done

    def _show(self, session: Session, facts: Engine, done: bool) -> bool:
        """Publish what is known now, and return whether alert rules have seen all of it."""
        evaluated = time.monotonic()
        enough = evaluated + max(0.2, self._refresh * READ_FOR)
        try:
            snapshot = session.evaluate(facts, done, lambda: self._stopping or time.monotonic() >= enough)
        except StoreMemory as error:
            # Reading needs less than the widest panel does: lines go on being counted.
            self._publish(self._standing(safe_text(str(error))))
            return True
        snapshot = replace(snapshot, engine=replace(snapshot.engine, tick_ms=1e3 * (time.monotonic() - evaluated)))
        if self._following.problem:
            snapshot = replace(snapshot, notices=(self._following.problem, *snapshot.notices))
        self._latest = snapshot
        self._say(session, snapshot)
        if not self._unkept:
            save_snapshot(self._state, snapshot)
        return session.judged

    def _take_requests(self, session: Session) -> None:
        while True:
            try:
                request = self._requests.get_nowait()
            except Empty:
                return
            match request:
                case SetRefresh(seconds):
                    self._refresh, self._refresh_asked = max(0.2, seconds), True
                case CompareWith(model, against):
                    session.compare_with(model, against)
                case Acknowledge() | Hush() | Unhush():
                    session.act(request)
                case SaveThreshold():
                    self._events += self._tuning.save(login_name(), self._clock())
                case TryThreshold() | StopTrying() | LookAt() | ShowRows():
                    self._beside.take(session, request)
                    self._say(session, self._latest)
                case RefreshNow():
                    session.rescan()

    def _say(self, session: Session, snapshot: Snapshot | None) -> None:
        """Publish with what a screen has asked for besides."""
        if snapshot is not None:
            self._publish(self._beside.on(session, snapshot))

    def _take_errands(self, session: Session) -> None:
        """Do what commands left to be done by who holds the store."""
        for errand in () if self._unkept else inbox.take(self._state):
            for asked in (errand.hush, errand.unhush):
                if asked is not None:
                    session.act(asked, safe_text(errand.by, LONGEST))

    def _follow_config(self) -> None:
        before = self._following.settings
        self._events += self._following.look(self._clock())
        if self._following.settings != before and not self._refresh_asked:
            self._refresh = self._following.settings.refresh

    def _directories(self) -> tuple[Path, ...]:
        found = {_fixed_part(pattern) for source in self._following.settings.sources for pattern in source.paths}
        return tuple(sorted(path for path in found if path.is_dir()))


def _end(session: Session) -> None:
    try:
        session.tell(last=True)
    finally:
        session.close()


def _fixed_part(pattern: str) -> Path:
    """Return the directory above the first part of a glob that is not literal."""
    path = Path(pattern)
    parts = path.parts
    for index, part in enumerate(parts):
        if any(char in part for char in "*?["):
            return Path(*parts[:index])
    return path.parent
