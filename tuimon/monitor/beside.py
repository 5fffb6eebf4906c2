"""What a screen has asked for beside the present picture: a threshold on trial, another moment, the rows behind a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tuimon.monitor.feed import LookAt, ShowRows, StopTrying, TryThreshold
from tuimon.monitor.session import Session
from tuimon.monitor.tuning import Tuning
from tuimon.values.evidence import Witnesses
from tuimon.values.looking import Look
from tuimon.values.snapshot import Snapshot

Asked = LookAt | ShowRows | TryThreshold | StopTrying


class Beside:
    """Outlives a session; nothing of it is kept on the disk."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._look: Look | None = None
        self._witnesses: Witnesses | None = None

    @property
    def busy(self) -> bool:
        """Whether there is history to be gone through for it."""
        return self._tuning.busy

    def begin(self, session: Session) -> None:
        """Go on with another session, or with one whose settings changed."""
        self._tuning.let_go()
        session.look_at(self._look)

    def take(self, session: Session, asked: Asked) -> None:
        """Work out what is asked for, or begin to."""
        match asked:
            case TryThreshold():
                self._tuning.ask(session, asked)
            case StopTrying():
                self._tuning.stop()
            case LookAt(look):
                self._look = look
                session.look_at(look)
            case ShowRows(behind):
                self._witnesses = None if behind is None else session.witnesses(behind)

    def go_on(self, until: Callable[[], bool]) -> None:
        """Go through more of the history."""
        self._tuning.go_on(until)

    def on(self, session: Session, snapshot: Snapshot) -> Snapshot:
        """Return the present picture with all of it."""
        return replace(snapshot, trial=self._tuning.shown(), past=session.picture(snapshot), witnesses=self._witnesses)
