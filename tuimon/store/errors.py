"""What can go wrong with the state directory, as sentences for the user."""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot be used; the text is one sentence that says why and what to do."""


class StoreLocked(StoreError):  # noqa: N818 - the public name says what happened
    """Another process has the store open; `pid` is None when its number is unknown."""

    def __init__(self, text: str, pid: int | None) -> None:
        super().__init__(text)
        self.pid = pid


class StoreUnwritable(StoreError):  # noqa: N818 - the public name says what happened
    """Nothing can be written: the disk is full, or the directory is read-only or closed to this user. What is committed stays.

    `reason` is the part that says why, without what to do.
    """

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(f"{reason}: {advice}")
        self.reason = reason


class StoreDamaged(StoreError):  # noqa: N818 - the public name says what happened
    """The bytes of the database or of its write-ahead log are not what was written."""


class StoreMemory(StoreError):  # noqa: N818 - the public name says what happened
    """One statement needed more than the memory limit; nothing was changed, and the store goes on."""


class StoreGone(StoreError):  # noqa: N818 - the public name says what happened
    """The database was removed or replaced while it was open."""
