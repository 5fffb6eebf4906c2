"""What receivers are still to be told, as the text that the alerts package made of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pyarrow as pa

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
        if not changes:
            return
        same = "outbox.receiver = changed.receiver AND outbox.alert = changed.alert AND outbox.episode = changed.episode"
        with self._database.lent({"changed": _columns(changes)}):
            self._database.run(f"DELETE FROM outbox USING changed WHERE {same}")
        put = {key: content for key, content in changes.items() if content is not None}
        self._database.insert("outbox", _columns(put).append_column("content", pa.array(list(put.values()), pa.string())))


def _columns(keys: Collection[LetterKey]) -> pa.Table:
    receivers, alerts, episodes = zip(*keys, strict=True) if keys else ((), (), ())
    return pa.table(
        {"receiver": pa.array(receivers, pa.string()), "alert": pa.array(alerts, pa.string()), "episode": pa.array(episodes, pa.int32())}
    )
