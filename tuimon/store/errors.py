"""What can go wrong with the state directory, as sentences for the user."""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot be used; the text is one sentence that says why and what to do."""


class StoreLocked(StoreError):  # noqa: N818 - the public name says what happened
    """Another process has the store open; `pid` is None when its number is unknown."""

    def __init__(self, text: str, pid: int | None) -> None:
        super().__init__(text)
        self.pid = pid
