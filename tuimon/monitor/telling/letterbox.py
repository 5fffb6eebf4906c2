"""Letters between the outbox and the store."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tuimon.alerts.telling import Key, Letter, Outbox
from tuimon.config import Receiver
from tuimon.store import Store
from tuimon.values.alert import Event


def opened(store: Store, receivers: Sequence[Receiver]) -> Outbox:
    """Return the outbox with what is stored of it."""
    return Outbox(receivers, [msgspec.json.decode(text, type=Letter) for text in store.load_letters()])


def changes(outbox: Outbox) -> dict[Key, str | None]:
    """Return what is to be stored since the last call."""
    return {key: None if letter is None else msgspec.json.encode(letter).decode() for key, letter in outbox.take_changes().items()}


def save(store: Store, outbox: Outbox, events: Sequence[Event]) -> None:
    """Keep what became of letters, if anything did."""
    found = changes(outbox)
    if found or events:
        store.save_letters(found, events)
