"""Which letters there are: written from the alert states, kept until their receivers know all of them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from tuimon.alerts.message import message
from tuimon.alerts.state import AlertState, Transition
from tuimon.alerts.telling.letter import RANK, Key, Letter, episode_of
from tuimon.config import Receiver

TOO_OLD = 86_400.0
"""Seconds of wall time after its end at which an episode that nobody was told of is given up; while it fires it is news."""
MOST_WAITING = 1_000
"""Letters of one receiver; the oldest beyond them are given up."""


class Outbox:
    """All letters; what changed since `take_changes` is to be kept together with the states that it came from.

    A letter is of one episode and always says the latest of it: what ended before it could be told is told once, as ended.
    """

    def __init__(self, receivers: Sequence[Receiver], letters: Iterable[Letter]) -> None:
        """Go on with stored letters. Those of receivers that are gone are dropped; what was given up is tried anew if it still fires."""
        self._receivers = {receiver.name: receiver for receiver in receivers if receiver.type != "bell"}
        self._letters: dict[Key, Letter] = {}
        self._changes: dict[Key, Letter | None] = {}
        for letter in sorted(letters, key=lambda letter: letter.order):
            self._letters[letter.key] = letter
            if letter.receiver not in self._receivers or letter.given_up:
                self._put(letter.key, None)
        self._next = max((letter.order for letter in self._letters.values()), default=0) + 1

    @property
    def receivers(self) -> tuple[Receiver, ...]:
        """Those that letters are written to."""
        return tuple(self._receivers.values())

    def letters(self, receiver: str) -> tuple[Letter, ...]:
        """Return all letters of one receiver, oldest first."""
        return tuple(letter for letter in self._letters.values() if letter.receiver == receiver)

    def waiting(self, receiver: str) -> tuple[Letter, ...]:
        """Return the letters that are still to be sent to one receiver, in order."""
        return tuple(letter for letter in self.letters(receiver) if letter.waiting)

    def take_changes(self) -> dict[Key, Letter | None]:
        """Return what changed since the last call; None is a letter that is gone."""
        changes, self._changes = self._changes, {}
        return changes

    def note(self, transitions: Sequence[Transition], states: Mapping[str, AlertState], now: float, silenced: Container[str] = ()) -> None:
        """Write what these transitions and states mean for the receivers; `now` is wall time.

        States alone would miss what began and ended within one evaluation, transitions alone what another command evaluated. Of alerts
        whose key is `silenced` only an end is told, to those who heard of the beginning; what fires after the silence is news then.
        """
        if not self._receivers:
            return
        transient = (item.state for item in transitions if item.kind != "pending")
        for state in (*transient, *(state for state in states.values() if state.phase == "firing")):
            if state.phase == "resolved" or state.key not in silenced:
                self._follow(state, now)
        for letter in tuple(self._letters.values()):
            found = states.get(letter.episode.alert)
            if letter.episode.ended is None and (found is None or found.episode != letter.episode.number or found.phase != "firing"):
                self._end(letter, found, now)

    def taken(self, sent: Letter) -> None:
        """Note that the receiver has taken a letter as it was when it was sent."""
        letter = self._letters.get(sent.key)
        if letter is None:
            return
        if sent.episode.ended is not None:
            self._put(letter.key, None)
        elif RANK[sent.episode.severity] > RANK[letter.told]:
            self._put(letter.key, replace(letter, told=sent.episode.severity, given_up=False))

    def refused(self, sent: Letter) -> None:
        """Note that a letter will never be taken. One who heard of the beginning still hears of the end."""
        letter = self._letters.get(sent.key)
        if letter is None:
            return
        if letter.told is not None and sent.episode.ended is None:
            self._put(letter.key, replace(letter, told=sent.episode.severity))
        else:
            self._put(letter.key, None if letter.episode.ended is not None else replace(letter, given_up=True))

    def expired(self, now: float) -> tuple[Letter, ...]:
        """Give up what has waited too long or is too much, and return it."""
        found: list[Letter] = []
        for name in self._receivers:
            waiting = self.waiting(name)
            surplus = max(0, len(waiting) - MOST_WAITING)
            found += [letter for place, letter in enumerate(waiting) if place < surplus or _too_old(letter, now)]
        for letter in found:
            self.refused(letter)
        return tuple(found)

    def _follow(self, state: AlertState, now: float) -> None:
        for receiver in self._receivers.values():
            letter = self._letters.get((receiver.name, state.key, state.episode))
            if state.phase == "resolved":
                if letter is not None and letter.episode.ended is None:
                    self._end(letter, state, now)
            elif letter is not None:
                self._worsen(letter, state, now)
            elif not state.historic and _wants(receiver, state):
                self._put_new(receiver, state, now)

    def _put_new(self, receiver: Receiver, state: AlertState, now: float) -> None:
        letter = Letter(receiver.name, self._next, episode_of(state), now)
        self._next += 1
        self._put(letter.key, letter)

    def _worsen(self, letter: Letter, state: AlertState, now: float) -> None:
        if letter.episode.ended is None and RANK[state.severity] > RANK[letter.episode.severity]:
            worse = replace(episode_of(state), began=letter.episode.began)
            self._put(letter.key, replace(letter, episode=worse, written=now))

    def _end(self, letter: Letter, state: AlertState | None, now: float) -> None:
        """End an episode; a state that is gone or already in another episode says only that this one is over."""
        if letter.given_up:
            self._put(letter.key, None)
            return
        episode = replace(letter.episode, ended=max(now, letter.episode.began))
        if state is not None and state.phase == "resolved" and state.episode == episode.number:
            episode = replace(episode, ended=max(state.since, episode.began), text=message(state), value=state.value)
        self._put(letter.key, replace(letter, episode=episode, written=now))

    def _put(self, key: Key, letter: Letter | None) -> None:
        self._changes[key] = letter
        if letter is None:
            self._letters.pop(key, None)
        else:
            self._letters[key] = letter


def _too_old(letter: Letter, now: float) -> bool:
    return letter.episode.ended is not None and now - letter.written > TOO_OLD


def _wants(receiver: Receiver, state: AlertState) -> bool:
    if RANK[state.severity] < RANK[receiver.min_severity]:
        return False
    return not receiver.models or any(state.model == name or fnmatchcase(state.model, name) for name in receiver.models)
