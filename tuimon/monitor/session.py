"""One run over one store, step by step: read, evaluate, and say what is known. Used from one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from tuimon.alerts.telling import Outbox
from tuimon.config import Settings, threshold_for
from tuimon.monitor import assemble, references
from tuimon.monitor.alarms import LONGEST_CATCH_UP, Alarms
from tuimon.monitor.alertbook import AlertBook
from tuimon.monitor.arrivals import Arrivals
from tuimon.monitor.evidence import Scene, witnesses
from tuimon.monitor.feed import Acknowledge, Hush, TryThreshold, Unhush
from tuimon.monitor.incidents import incidents
from tuimon.monitor.intake import Intake, Progress, baseline_paths
from tuimon.monitor.journal import JournalFile
from tuimon.monitor.judge import Budget
from tuimon.monitor.lookback import Lookback
from tuimon.monitor.person import login_name
from tuimon.monitor.telling import Rounds, letterbox
from tuimon.monitor.trial import History, Series
from tuimon.monitor.watch import ModelWatch
from tuimon.store import JOURNAL, ModelFacts, Store, StoreMemory
from tuimon.values.alert import Event
from tuimon.values.evidence import Behind, Witnesses
from tuimon.values.looking import Look
from tuimon.values.snapshot import Against, Engine, Ingest, Reject, Snapshot
from tuimon.values.text import safe_text


class Session:
    """Settings, a store and the files they speak of.

    After an exception in `ingest`, `maintain` or `begin` the session is to be abandoned, and another one begun.
    """

    def __init__(
        self, settings: Settings, state: Path, clock: Callable[[], float], *, unkept: str = "", rounds: Rounds | None = None
    ) -> None:
        """Open the store, or one in memory for the reason `unkept`; without `rounds` nobody is told of alerts. Raises StoreError."""
        self.settings, self._state, self._clock, self.unkept = settings, state, clock, unkept
        self._rounds = rounds
        self._outbox: Outbox | None = None
        self._store = self._open()
        self._notices: tuple[str, ...] = ()
        self._touched: dict[str, int] = {}
        self._intake: Intake | None = None
        self._counted: tuple[dict[int, int], float] = ({}, 0.0)
        self._against: dict[str, Against | None] = {}
        self._look: Look | None = None
        self._to_judge = 0.0
        self.judged = False
        """Whether alert rules have seen everything up to the watermarks."""

    def begin(self) -> None:
        """Count baselines and take up the files: everything that depends on the settings. Called once before the first read."""
        self._notices = references.count(self.settings, self._store)
        self._intake = Intake(self.settings, self._store, (*baseline_paths(self.settings), str(self._state.resolve())), self._clock)
        self._arrivals = Arrivals(self.settings, self._store, self._clock())
        self._judging()

    def _judging(self) -> None:
        self._watches: dict[str, ModelWatch] = {}
        self._outbox = letterbox.opened(self._store, self.settings.receivers) if self._rounds is not None else None
        # Where nothing is kept another tuimon may hold the store, and with it the journal.
        self._book = AlertBook(self._store, self._outbox, None if self.unkept else JournalFile(self._state / JOURNAL))
        self._alarms = Alarms(self.settings, self._book, self._outbox)
        self._lookback = Lookback(self._store, self.settings, self._alarms)

    def _open(self) -> Store:
        return Store.in_memory(self.settings.store) if self.unkept else Store.open(self._state, self.settings.store)

    @property
    def store(self) -> Store:
        """The store, for commands that read or change it directly."""
        return self._store

    def reconfigure(self, settings: Settings) -> None:
        """Go on with other settings; what is stored stays."""
        self._reading().close()
        limits, self.settings = self.settings.store, settings
        if not self.unkept and settings.store != limits:
            self._store.close()
            self._store = self._open()
        if self._rounds is not None:
            self._rounds.forgive()
        self.begin()

    def ingest(self, until: Callable[[], bool]) -> tuple[Progress, bool]:
        """Read and commit until `until()` or the present end of all files; return what was done and whether all was read."""
        self._store.check_place()
        progress, done = self._reading().take(until)
        for model, minute in progress.touched.items():
            self._touched[model] = min(minute, self._touched.get(model, minute))
        return progress, done

    def rescan(self) -> None:
        """List the directories at the next read."""
        self._reading().rescan()

    def lag_bytes(self) -> int:
        """Return the bytes on disk that are not yet committed."""
        return self._reading().lag_bytes()

    def first_lag(self) -> int:
        """List the directories now and return the bytes to read."""
        self._reading().rescan()
        return self._reading().lag_bytes()

    def compare_with(self, model: str, against: Against | None) -> None:
        """Show a model, by its safe name, against something else than its baseline from the next evaluation on, or against that again."""
        self._against = {**self._against, model: against}

    def look_at(self, look: Look | None) -> None:
        """Have `picture` show another moment or window from the next call on."""
        self._look = look

    def picture(self, live: Snapshot) -> Snapshot | None:
        """Return what was asked to be looked at beside the present; None where nothing was, or nothing is stored."""
        if self._look is None:
            return None
        facts = [watch.facts for watch in self._watches.values() if watch.facts is not None]
        return self._lookback.picture(self._look, live, facts, self._budget())

    def witnesses(self, asked: Behind) -> Witnesses:
        """Return the stored rows behind a number; none of a model or column that is not stored."""
        facts = next((watch.facts for name, watch in self._watches.items() if safe_text(name) == asked.model), None)
        if facts is None:
            return Witnesses(asked, "nothing is stored of it", 0, 0)
        column = next((c for c in self._store.columns(facts.name) if asked.column is not None and safe_text(c.name) == asked.column), None)
        width = int(asked.end - asked.start)
        watch, _ = self._lookback.watch(facts, width, int(asked.end))
        baseline, compared = watch.against_baseline(asked.end, width, self._budget()) if column is not None else (None, None)
        version = _called(asked.version, facts.versions)
        return replace(witnesses(Scene(self._store, facts, column, compared, baseline), replace(asked, version=version)), asked=asked)

    def act(self, asked: Acknowledge | Hush | Unhush, by: str | None = None) -> None:
        """Keep at once what somebody does with alerts: who runs the program, unless it is said."""
        who, now = by or login_name(), self._clock()
        match asked:
            case Acknowledge():
                self._alarms.acknowledge(asked, who, now)
            case Hush():
                self._alarms.silence(asked, who, now)
            case Unhush():
                self._alarms.unsilence(asked.number, who, now)

    def series(self, asked: TryThreshold) -> Series | None:
        """Return what somebody tries a threshold for, by its names on the screen; None when nothing is stored of it."""
        watch = next((watch for name, watch in self._watches.items() if safe_text(name) == asked.model), None)
        if watch is None or watch.facts is None or watch.facts.watermark is None:
            return None
        column = _called(asked.column, [column.name for column in self._store.columns(watch.name)])
        version = _called(asked.version, watch.facts.versions)
        if (column is None) != (asked.column is None) or (version is None) != (asked.version is None):
            return None
        return Series(asked.rule, watch.name, version, column)

    def history(self, series: Series) -> History | None:
        """Return the stored history of a series; None when there is none."""
        facts = self._watches[series.model].facts
        return None if facts is None else History(self._store, self.settings, facts, self._budget(), series)

    def _budget(self) -> Budget:
        return Budget(self.settings, sum(watch.compared_columns for watch in self._watches.values()))

    def rejects(self) -> Iterator[Reject]:
        """Yield every reject, oldest first."""
        return self._store.each_reject()

    def totals(self) -> Ingest:
        """Return the books of all generations together."""
        return assemble.totals(self._store, self._reading())

    def notices(self) -> tuple[str, ...]:
        """Return standing facts that limit trust, one safe sentence each."""
        standing = (f"Nothing is kept: {self.unkept}; the next start begins with nothing counted.",) if self.unkept else ()
        unwritten = (self._book.notice(),) if self._book.notice() else ()
        told = (*standing, *self._notices, *self._store.notices, *self._reading().notices(), *self._untold(), *unwritten)
        return tuple(safe_text(notice) for notice in told)

    def _untold(self) -> tuple[str, ...]:
        return self._rounds.notices(self._outbox, self._clock()) if self._rounds is not None and self._outbox is not None else ()

    def tell(self, last: bool = False) -> None:
        """Take in what became of messages about alerts, and send those that are due unless this is the last call."""
        if self._rounds is not None and self._outbox is not None:
            go = self._rounds.settle if last else self._rounds.go
            letterbox.save(self._store, self._outbox, go(self._outbox, self._clock()))

    def log(self, event: Event) -> None:
        """Keep an event."""
        self._store.add_events([event])

    def evaluate(self, engine: Engine, judge_alerts: bool, until: Callable[[], bool] = lambda: False) -> Snapshot:
        """Return what is known now; `judge_alerts` is False while a backlog is read, since its windows are still incomplete.

        When `until()` ends the judging of past minutes early, `judged` is False and the next call goes on from there. Raises StoreMemory,
        after which the session goes on.
        """
        try:
            return self._evaluate(engine, judge_alerts, until)
        except StoreMemory:
            # Half an evaluation is in memory and none of it in the store: the next one starts from there.
            self._judging()
            raise

    def _evaluate(self, engine: Engine, judge_alerts: bool, until: Callable[[], bool]) -> Snapshot:
        now = self._clock()
        self._reload()
        budget = self._budget()
        if self._arrivals.asked:
            self._alarms.judge_arrivals(self._arrivals.readings(self.totals(), now, budget), now)
        if judge_alerts:
            engine = replace(engine, judged=self._judge(budget, now, until))
        models = tuple(watch.panel(budget, self._stale_after(name), now) for name, watch in self._watches.items())
        alerts = self._alarms.alerts(now)
        sources, rates = self.settings.sources, self._rates(now)
        found = assemble.snapshot(now, engine, self._store, self._reading(), models, alerts, self.notices(), rates, sources)
        return replace(found, incidents=incidents(alerts, self.settings.windows.widths), silences=self._alarms.silences(now))

    def _judge(self, budget: Budget, now: float, until: Callable[[], bool]) -> float | None:
        """Go through past minutes, and return the share of them that is behind; None when it is all."""
        watches = list(self._watches.values())
        self._to_judge = max(self._to_judge, self._alarms.left(watches))
        self.judged = self._alarms.judge(watches, budget, now, until)
        if self.judged:
            self._to_judge = 0.0
            return None
        return 1 - self._alarms.left(watches) / self._to_judge if self._to_judge else 0.0

    def _rates(self, now: float) -> dict[int, float]:
        """Rows a second of wall time that each generation gained since the last snapshot."""
        rows = {generation.number: generation.books.rows for generation in self._store.generations()}
        (before, then), self._counted = self._counted, (rows, now)
        spent = max(now - then, 0.001)
        return {number: (count - before.get(number, 0)) / spent for number, count in rows.items()} if then else {}

    def maintain(self) -> None:
        """Expire what is past its keep time and keep the write-ahead log short."""
        self._store.expire(self._clock(), self.settings.store)
        self._store.checkpoint()

    def close(self) -> None:
        """Let go of everything; the store is left consistent and compact."""
        if self._intake is not None:
            self._intake.close()
        self._store.close()

    def abandon(self) -> None:
        """Let go of everything after an error; the store is left as of its last commit."""
        try:
            if self._intake is not None:
                self._intake.close()
        finally:
            self._store.abandon()

    def _reading(self) -> Intake:
        if self._intake is None:
            raise RuntimeError("the session was not begun")
        return self._intake

    def _reload(self) -> None:
        for facts in self._store.models():
            fresh = facts.name not in self._watches
            watch = self._watches.setdefault(facts.name, ModelWatch(facts.name, self.settings, self._store))
            touched = 0 if fresh else self._touched.get(facts.name)
            watch.reload(facts, touched, self._unjudged(facts))
            watch.compare_with(self._against.get(safe_text(facts.name)))
        self._touched.clear()

    def _unjudged(self, facts: ModelFacts) -> float | None:
        """The event time from which on minutes are still to be judged."""
        if facts.watermark is None:
            return None
        return max(facts.watermark - LONGEST_CATCH_UP, self._alarms.evaluated(facts.name) or 0.0)

    def _stale_after(self, model: str) -> float | None:
        limits = threshold_for(self.settings, "stale", model)
        return limits.warning if limits.warning is not None else limits.critical


def _called(shown: str | None, names: Iterable[str]) -> str | None:
    """Return the name that is shown like this."""
    return next((name for name in names if safe_text(name) == shown), None)
