"""What the engine's thread may tell the app: the latest snapshot, which replaces an older one that still waits."""

from __future__ import annotations

from textual.message import Message

from tuimon.values.snapshot import Snapshot


class NewSnapshot(Message):
    """A snapshot was published."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        super().__init__()

    def can_replace(self, message: Message) -> bool:
        """Return whether an older message of this kind may be left out."""
        return isinstance(message, NewSnapshot)
