"""What is remembered of alerts between two evaluations: kept in the store in one transaction, and line by line in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec

from tuimon.alerts import AlertState, Entry, Remembered, Silence, Transition, decoded, encoded, message, muted, replayed
from tuimon.alerts.telling import Outbox
from tuimon.config import duration_text
from tuimon.monitor.journal import JournalFile
from tuimon.monitor.telling import letterbox
from tuimon.store import Judged, Store
from tuimon.values.alert import Event
from tuimon.values.text import safe_text


@dataclass(frozen=True)
class _Saved:
    """What the store was last given, to see what is new."""

    states: str
    silences: str
    evaluated: Mapping[str, float]


class AlertBook:
    """The states of all alerts, the silences, and how far each model was judged. Change them, enter what happened, then save."""

    def __init__(self, store: Store, outbox: Outbox | None, journal: JournalFile | None) -> None:
        """Take up what the store has; where it lost its end, or all of it, what the journal knows of what came after.

        `outbox` is where to write what others are told, None to tell nobody; without a `journal` nothing outlives the store.
        """
        self._store, self._outbox, self._journal = store, outbox, journal
        text, evaluated = store.load_states()
        hushed = store.load_silences()
        self.evaluated: dict[str, float] = dict(evaluated)
        self._saved = _Saved(text or "", hushed or "{}", evaluated)
        states = msgspec.json.decode(text, type=dict[str, AlertState]) if text else {}
        silences = msgspec.json.decode(hushed, type=dict[int, Silence]) if hushed else {}
        self._last = store.last_journal_line()
        later = replayed(states, silences, journal.after(self._last) if journal is not None else ())
        self.states, self.silences = later.states, later.silences
        self._last = max(self._last, journal.last if journal is not None else 0)
        self._events: list[Event] = []
        self._entries: list[Entry] = []
        self._flush()

    def as_of(self, at: float) -> Remembered:
        """Return the alerts and silences of an event moment by the lines of the journal that the store has."""
        entries = (decoded(line) for _, line in self._store.journal_after(0))
        return replayed({}, {}, (entry for entry in entries if entry is not None and _moment(entry) <= at))

    def muted(self, states: Mapping[str, AlertState], now: float) -> dict[str, Silence]:
        """Return by key of each silenced alert the silence that holds for it."""
        return muted(states, self.silences.values(), now) if self.silences else {}

    def changed(self, transition: Transition, now: float) -> None:
        """Enter a transition; one to "pending" is for the journal alone."""
        state, words = transition.state, message(transition.state)
        self._note(Entry(0, now, transition.kind, words, state=state))
        if transition.kind != "pending":
            severity = "ok" if transition.kind == "resolved" else state.severity
            self._tell(Event(transition.at, "alert", severity, f"{transition.kind}: {words}"), state)

    def dropped(self, state: AlertState, now: float) -> None:
        """Forget an alert that the settings do not ask for any more."""
        del self.states[state.key]
        self._note(Entry(0, now, "dropped", message(state), state=replace(state, phase="resolved")))
        if state.phase == "firing":
            self._tell(Event(state.last, "alert", "ok", f"not asked for any more: {message(state)}"), state)

    def acknowledged(self, state: AlertState, who: str, note: str, now: float) -> None:
        """Put a state that somebody has acknowledged, or taken that back, in the place of what it was."""
        self.states[state.key] = state
        seen = state.acknowledged is not None
        words = f"acknowledged by {who}" if seen else f"acknowledgement taken back by {who}"
        self._note(Entry(0, now, "acknowledged" if seen else "unacknowledged", message(state), who, note, state))
        self._tell(Event(now, "alert", "info", f"{words}{_dash(note)}: {message(state)}"), state)

    def silence(self, silence: Silence) -> None:
        """Enter a silence; its number is that of its line, so that no other ever has it."""
        number = self._last + 1
        mine = self.silences[number] = replace(silence, number=number)
        what = safe_text(mine.matcher.words)
        self._note(Entry(0, mine.begun, "silenced", what, mine.by, mine.note, silence=mine))
        self._events.append(
            Event(
                mine.begun, "alert", "info", f"silenced for {duration_text(mine.ends - mine.begun)} by {mine.by}{_dash(mine.note)}: {what}"
            )
        )

    def unsilenced(self, number: int, who: str | None, now: float) -> None:
        """End a silence, because of `who` or of its time."""
        silence = self.silences.pop(number, None)
        if silence is None:
            return
        what = safe_text(silence.matcher.words)
        self._note(Entry(0, now, "unsilenced", what, who, silence=silence))
        self._events.append(Event(now, "alert", "info", f"silence {f'ended by {who}' if who else 'is over'}: {what}"))

    def save(self) -> None:
        """Write everything that is new in one transaction, then the journal's file; a commit costs more than all of the judging."""
        states, silences = (msgspec.json.encode(held).decode() for held in (self.states, self.silences))
        now = _Saved(states, silences, dict(self.evaluated))
        letters = letterbox.changes(self._outbox) if self._outbox is not None else {}
        if now != self._saved or letters or self._events or self._entries:
            lines = tuple((entry.seq, encoded(entry)) for entry in self._entries)
            hushed = silences if silences != self._saved.silences else None
            self._store.save_judged(Judged(states, now.evaluated, hushed, letters, tuple(self._events), lines))
            self._saved = now
            self._events.clear()
            self._entries.clear()
        self._flush()

    def notice(self) -> str:
        """Return what is wrong with the file of the journal, one sentence, or an empty text."""
        if self._journal is None or not self._journal.problem:
            return ""
        waiting = len(self._store.journal_after(self._journal.last))
        return f"{self._journal.path} cannot be written ({self._journal.problem}): {waiting:,} lines wait in the store."

    def _flush(self) -> None:
        if self._journal is not None and self._journal.last < self._store.last_journal_line():
            self._journal.append(self._store.journal_after(self._journal.last))

    def _note(self, entry: Entry) -> None:
        self._last += 1
        self._entries.append(replace(entry, seq=self._last))

    def _tell(self, event: Event, state: AlertState) -> None:
        column = None if state.column is None else safe_text(state.column)
        self._events.append(replace(event, model=safe_text(state.model), column=column))


def _moment(entry: Entry) -> float:
    return entry.state.last if entry.state is not None else entry.written


def _dash(note: str) -> str:
    return f" ({note})" if note else ""
