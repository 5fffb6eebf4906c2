"""What receivers are still to be told, as the text that the alerts package made of it."""

from __future__ import annotations

from collections.abc import Mapping

from tuimon.store.database import Database

LetterKey = tuple[str, str, int]


class StoredOutbox:
    """The letters of the last commit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self) -> tuple[str, ...]:
        """Return every letter as it was put."""
        return tuple(content for (content,) in self._database.rows("SELECT content FROM outbox"))

    def save(self, changes: Mapping[LetterKey, str | None]) -> None:
        """Put letters in the place of those with the same receiver, alert and episode; None removes. To be called inside a transaction."""
        for key in changes:
            self._database.run("DELETE FROM outbox WHERE receiver = ? AND alert = ? AND episode = ?", list(key))
        rows = [(*key, content) for key, content in changes.items() if content is not None]
        for place in range(0, len(rows), _AT_ONCE):
            self._database.put("outbox", ("receiver", "alert", "episode", "content"), rows[place : place + _AT_ONCE])


_AT_ONCE = 500
