"""Each round takes in what became of letters and hands out those that are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from tuimon.alerts.telling import Key, Letter, Outbox
from tuimon.alerts.telling.alertmanager import REPEAT
from tuimon.config import Receiver
from tuimon.monitor.telling.backoff import Health
from tuimon.monitor.telling.job import Delivery, Job
from tuimon.values.alert import Event

OF_CONTENT = ("400", "413", "422")
"""Answers that speak of what was sent, and not of the address or who sent it."""


class Carrier(Protocol):
    """What does jobs: a courier."""

    def hand(self, job: Job) -> None:
        """Have a job done; returns at once."""

    def deliveries(self) -> Sequence[Delivery]:
        """Return what became of letters since the last call."""


class Rounds:
    """Outlives sessions: what is on its way and how long a receiver has failed does not depend on the store."""

    def __init__(self, courier: Carrier) -> None:
        self._courier = courier
        self._health: dict[str, Health] = {}
        self._away: set[str] = set()
        """Receivers with a job on its way: there is one at a time, which keeps the order."""
        self._alone: dict[str, set[Key]] = {}
        """Letters of what a receiver refused as a whole: each is sent by itself, since one of them may be all that is wrong."""
        self._repeated: dict[str, float] = {}
        """When Alertmanager was last told of everything that fires: it forgets what is not repeated."""

    def forgive(self) -> None:
        """Try every receiver at once: the settings have changed."""
        self._health.clear()
        self._alone.clear()
        self._repeated.clear()

    def go(self, outbox: Outbox, now: float) -> tuple[Event, ...]:
        """Do one round and return what is to be logged. The outbox must be the stored one: only what is kept may be sent."""
        events = list(self.settle(outbox, now))
        old = outbox.expired(now)
        events += [_told_once(name, f"{many} given up, not taken in time", now) for name, many in _count(old)]
        for receiver in outbox.receivers:
            self._hand(receiver, outbox, now)
        return tuple(events)

    def settle(self, outbox: Outbox, now: float) -> tuple[Event, ...]:
        """Only take in what became of letters, and return what is to be logged."""
        return tuple(event for delivery in self._courier.deliveries() for event in self._take(delivery, outbox, now))

    def notices(self, outbox: Outbox, now: float) -> tuple[str, ...]:
        """Return one sentence for each receiver that has failed for a while."""
        found = ((receiver.name, self._health.get(receiver.name, Health())) for receiver in outbox.receivers)
        return tuple(_sentence(name, health, len(outbox.waiting(name)), now) for name, health in found if health.bad(now))

    def _take(self, delivery: Delivery, outbox: Outbox, now: float) -> list[Event]:
        name, outcome = delivery.receiver.name, delivery.outcome
        if delivery.last:
            self._away.discard(name)
        if name not in {receiver.name for receiver in outbox.receivers}:
            return []
        self._health[name] = self._health.get(name, Health()).after(outcome, now)
        if outcome.kind == "failed":
            self._repeated.pop(name, None)
            return []
        alone = self._alone.setdefault(name, set())
        if outcome.kind == "refused" and outcome.reason in OF_CONTENT and len(delivery.letters) > 1:
            alone.update(letter.key for letter in delivery.letters)
            return []
        note = outbox.taken if outcome.kind == "taken" else outbox.refused
        for letter in delivery.letters:
            note(letter)
            alone.discard(letter.key)
        if outcome.kind == "refused":
            return [_told_once(name, f"{_many(len(delivery.letters))} refused for good ({outcome.reason})", now)]
        return [_told_once(name, outcome.reason, now)] if outcome.reason else []

    def _hand(self, receiver: Receiver, outbox: Outbox, now: float) -> None:
        if receiver.name in self._away or not self._health.get(receiver.name, Health()).ready(now):
            return
        letters = outbox.waiting(receiver.name)
        if receiver.type == "alertmanager" and abs(now - self._repeated.get(receiver.name, 0.0)) >= REPEAT:
            letters += tuple(letter for letter in outbox.letters(receiver.name) if letter.told and not letter.waiting)
            self._repeated[receiver.name] = now
        apart = [letter for letter in letters if letter.key in self._alone.get(receiver.name, ())]
        if apart:
            letters = tuple(apart[:1])
        if letters:
            self._away.add(receiver.name)
            self._courier.hand(Job(receiver, letters, now))


def _sentence(name: str, health: Health, waiting: int, now: float) -> str:
    begun = datetime.fromtimestamp(health.since or now, UTC)
    at = begun.strftime("%H:%M" if now - begun.timestamp() < 86_400 else "%Y-%m-%d %H:%M")
    return f"notify {name}: {health.reason} since {at}, {waiting} waiting"


def _count(letters: Sequence[Letter]) -> list[tuple[str, str]]:
    names = [letter.receiver for letter in letters]
    return [(name, _many(names.count(name))) for name in dict.fromkeys(names)]


def _many(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _told_once(name: str, what: str, now: float) -> Event:
    return Event(now, "notify", "warning", f"notify {name}: {what}")
