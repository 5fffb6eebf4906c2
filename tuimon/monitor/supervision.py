"""Sessions one after the other: what fails is abandoned and begun again from the last commit, ever more slowly."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from tuimon.store import StoreError
from tuimon.values.text import safe_text

PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds before the first, second, … new attempt; the last one holds from then on."""
MOST_SAID = 20
"""Sentences of one time of trouble that count as new: one with a changing number in it must not fill the log."""
STEADY = 60.0
"""Seconds without a failure after which the next one is a first one again."""


class Abandonable(Protocol):
    """What is begun again: a session."""

    def abandon(self) -> None:
        """Let go of everything at once."""


class Told(Protocol):
    """Who hears of failures."""

    def failed(self, sentence: str, first: bool) -> None:
        """Something failed and is tried again after a pause; `first` unless it was told before in this time of trouble."""

    def recovered(self, sentence: str) -> None:
        """What failed with this sentence goes on; called once for each sentence of a time of trouble."""


S = TypeVar("S", bound=Abandonable)


class Supervision(Generic[S]):
    """Begins sessions until one works.

    Exactly-once needs nothing from here: where reading goes on is in the store, and a session knows nothing that is not.
    """

    def __init__(
        self, begin: Callable[[], S], told: Told, wait: Callable[[float], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`begin` returns a new session, `wait` lets so many seconds pass or fewer."""
        self._begin, self._told, self._wait, self._clock = begin, told, wait, clock
        self._failures, self._last = 0, 0.0
        self._said: set[str] = set()
        self._open: list[str] = []
        """Said since something last went well."""

    def run(self, session: S | None, work: Callable[[S], None], stopping: Callable[[], bool]) -> S | None:
        """Have `work` done, which calls `succeeded` and ends when `stopping()`; return the session that is then open, None without one."""
        while not stopping():
            try:
                session = session or self._begin()
                work(session)
            except Exception as error:  # noqa: BLE001 - whatever it was: it is told, and the store is as of its last commit
                self._abandon(session, error)
                session = None
        return session

    def succeeded(self) -> None:
        """Note that a session did a whole round of its work."""
        for trouble in self._open:
            self._told.recovered(trouble)
        self._open.clear()

    def _abandon(self, session: S | None, error: Exception) -> None:
        if session is not None:
            # It is in an unknown state, and what letting go of it says would only hide why.
            with suppress(Exception):
                session.abandon()
        now = self._clock()
        if now - self._last > STEADY + PAUSES[-1]:
            self._failures = 0
            self._said.clear()
        text, self._last = sentence(error), now
        first = text not in self._said and len(self._said) < MOST_SAID
        if first:
            self._said.add(text)
            self._open.append(text)
        self._told.failed(text, first)
        self._wait(PAUSES[min(self._failures, len(PAUSES) - 1)])
        self._failures += 1


def sentence(error: Exception) -> str:
    """Return what a person is told of an error; only one that the store foresees knows what to do."""
    if isinstance(error, StoreError):
        return safe_text(str(error))
    text = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"Reading stopped by an error ({safe_text(' '.join(text.split()), 500)}): it is begun again from the last commit."
