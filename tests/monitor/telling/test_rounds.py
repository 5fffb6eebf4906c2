"""Rounds over any course of alerts, faults, restarts and crashes: everything is told at least once, in order, and nothing for ever."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alerts.telling.letters import START, letter, receiver, state, transition
from tuimon.alerts import AlertState, Transition
from tuimon.alerts.telling import TOO_OLD, Key, Letter, Outbox
from tuimon.config import Receiver
from tuimon.monitor.telling import Delivery, Job, Outcome, Rounds
from tuimon.monitor.telling.backoff import LONGEST_ASKED, LONGEST_PAUSE, Health
from tuimon.values.alert import Event, Severity

Fault = Literal["taken", "failed", "lost", "refused"]
TOLD: dict[tuple[Severity, bool], int] = {("warning", False): 1, ("critical", False): 2, ("warning", True): 3, ("critical", True): 3}


class Fake:
    """Does jobs as the next fault says: "lost" is taken by the receiver, and the answer is lost on the way."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        self.arrived: list[Letter] = []
        self.jobs: list[Job] = []
        self._done: list[Delivery] = []

    def hand(self, job: Job) -> None:
        self.jobs.append(job)
        fault: Fault = self.faults.pop(0) if self.faults else "taken"
        if fault in ("taken", "lost"):
            self.arrived += job.letters
        kind: Literal["taken", "refused", "failed"] = "failed" if fault == "lost" else fault
        self._done.append(Delivery(job.receiver, job.letters, Outcome(kind, "" if kind == "taken" else "503"), last=True))

    def deliveries(self) -> tuple[Delivery, ...]:
        done, self._done = self._done, []
        return tuple(done)


@dataclass
class World:
    """Alert states and a store that both survive; the outbox and the rounds do not."""

    receivers: tuple[Receiver, ...]
    faults: list[Fault]
    now: float = START
    states: dict[str, AlertState] = field(default_factory=dict)
    kept: dict[Key, Letter] = field(default_factory=dict)
    arrived: list[Letter] = field(default_factory=list)
    fired: dict[tuple[str, int], Severity] = field(default_factory=dict)
    """Every episode that fired, and the worst of it."""
    log: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begin with nothing but what is kept."""
        self.outbox = Outbox(self.receivers, self.kept.values())
        self.courier = Fake([])
        self.rounds = Rounds(self.courier)

    def keep(self) -> None:
        for key, found in self.outbox.take_changes().items():
            if found is None:
                self.kept.pop(key, None)
            else:
                self.kept[key] = found

    def judge(self, *changes: Transition) -> None:
        """One evaluation: the states and the letters about them are kept together."""
        for item in changes:
            self.states[item.state.key] = item.state
            if item.kind in ("firing", "escalated"):
                self.fired[item.state.key, item.state.episode] = item.state.severity
        self.outbox.note(changes, self.states, self.now)
        self.keep()

    def round(self, crash: bool = False) -> None:
        """One round after a second; a crash loses what it learnt, and what is on its way."""
        self.now += 1.0
        self.courier.faults, before = self.faults, len(self.courier.arrived)
        self.log += self.rounds.go(self.outbox, self.now)
        self.arrived += self.courier.arrived[before:]
        if crash:
            self.start()
        else:
            self.keep()

    def change(self, column: str, what: str) -> Transition | None:
        """What happens next to the alert of a column, None where nothing can."""
        found = self.states.get(state(column=column).key)
        if what == "fire" and (found is None or found.phase == "resolved"):
            return transition("firing", state(column=column, since=self.now, episode=1 if found is None else found.episode + 1))
        if found is None or found.phase == "resolved":
            return None
        if what == "worsen" and found.severity == "warning":
            return transition("escalated", replace(found, severity="critical"))
        if what == "ease" and found.severity == "critical":
            return transition("eased", replace(found, severity="warning"))
        return transition("resolved", replace(found, phase="resolved", since=self.now)) if what == "resolve" else None


STEPS = st.one_of(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["fire", "worsen", "ease", "resolve"])), min_size=1, max_size=4),
    st.sampled_from(["round", "round", "round", "restart", "crash"]),
)


def played(steps: Sequence[str | list[tuple[str, str]]], faults: Sequence[Fault]) -> World:
    """Play the steps, then let everything heal."""
    world = World((receiver(name="all"), receiver(name="pager", min_severity="critical")), list(faults))
    for step in steps:
        if isinstance(step, list):
            found: list[Transition] = []
            for column, what in step:
                change = world.change(column, what)
                if change is not None:
                    found.append(change)
                    world.states[change.state.key] = change.state
            world.judge(*found)
        elif step == "restart":
            world.start()
        else:
            world.round(crash=step == "crash")
    world.faults = []
    world.judge()
    for _ in range(4):
        world.now += LONGEST_PAUSE
        world.round()
    return world


def wanted(world: World, name: str) -> set[tuple[str, int]]:
    return {key for key, severity in world.fired.items() if name == "all" or severity == "critical"}


@settings(max_examples=300, deadline=None)
@given(st.lists(STEPS, max_size=25), st.lists(st.sampled_from(["taken", "failed", "lost"]), max_size=12))
def test_every_episode_is_told_at_least_once_and_in_order(steps: list[str | list[tuple[str, str]]], faults: list[Fault]) -> None:
    world = played(steps, faults)
    assert all(not found.waiting for found in world.kept.values())
    for name in ("all", "pager"):
        mine = [found.episode for found in world.arrived if found.receiver == name]
        assert {(found.alert, found.number) for found in mine} == wanted(world, name)
        for alert in {found.alert for found in mine}:
            order = [(found.number, TOLD[found.severity, found.ended is not None]) for found in mine if found.alert == alert]
            # A message that is sent again may hold what has been told; its last word is always the last.
            assert list(dict.fromkeys(order)) == sorted(set(order))
            assert order[-1] == max(order)
            for number, best in {number: max(pair[1] for pair in order if pair[0] == number) for number, _ in order}.items():
                now = world.states[alert]
                over = now.episode > number or now.phase == "resolved"
                assert best == (3 if over else TOLD[world.fired[alert, number], False])
    if not set(steps_of(steps)) & {"restart", "crash"} and "lost" not in faults:
        told = [(found.receiver, found.key, TOLD[found.episode.severity, found.episode.ended is not None]) for found in world.arrived]
        assert len(told) == len(set(told))


def steps_of(steps: Sequence[str | list[tuple[str, str]]]) -> list[str]:
    return [step for step in steps if isinstance(step, str)]


@settings(max_examples=100, deadline=None)
@given(st.lists(STEPS, max_size=25), st.lists(st.sampled_from(["taken", "failed", "refused"]), max_size=12))
def test_what_is_refused_is_not_sent_again_but_at_a_start(steps: list[str | list[tuple[str, str]]], faults: list[Fault]) -> None:
    world = played(steps, faults)
    assert all(not found.waiting for found in world.kept.values())
    told = [(found.key, TOLD[found.episode.severity, found.episode.ended is not None]) for found in world.arrived]
    assert set(steps_of(steps)) & {"restart", "crash"} or len(told) == len(set(told))
    for alert, number in world.fired:
        kept = [found for found in world.kept.values() if (found.episode.alert, found.episode.number) == (alert, number)]
        assert not kept or world.states[alert].phase == "firing"


def test_a_failing_receiver_is_tried_after_1_2_4_seconds_up_to_five_minutes() -> None:
    health, now, pauses = Health(), START, []
    for _ in range(12):
        health = health.after(Outcome("failed", "503"), now)
        pauses.append(health.due - now)
        assert not health.ready(health.due - 0.01)
        assert health.ready(health.due)
        now = health.due
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, *[LONGEST_PAUSE] * 3]
    assert health.after(Outcome("taken"), now) == Health()


@pytest.mark.parametrize(("asked", "pause"), [(0.0, 1.0), (40.0, 40.0), (1e9, LONGEST_ASKED)])
def test_it_may_ask_for_longer_within_reason(asked: float, pause: float) -> None:
    for now in (START, START + 0.1234567):
        found = Health().after(Outcome("failed", "429", asked), now)
        assert found.due == now + pause
        assert not found.ready(now)


def test_a_clock_that_was_put_back_delays_nothing() -> None:
    assert Health().after(Outcome("failed", "503"), START + 1e6).ready(START)


def test_the_screen_says_who_has_failed_for_a_minute() -> None:
    world = World((receiver(),), ["failed"] * 1000)
    world.judge(transition("firing", state()))
    while world.now < START + 60:
        world.round()
        assert world.rounds.notices(world.outbox, world.now) == ()
    world.now += 2
    assert world.rounds.notices(world.outbox, world.now) == ("notify ops: 503 since 09:46, 1 waiting",)
    assert len(world.courier.jobs) == 6
    world.faults = []
    while world.kept[next(iter(world.kept))].told is None:
        world.round()
    assert world.rounds.notices(world.outbox, world.now) == ()
    assert world.log == []


def test_a_refusal_is_logged_once_and_shown_at_once() -> None:
    world = World((receiver(),), ["refused"])
    world.judge(transition("firing", state()), transition("firing", state("age")))
    for _ in range(5):
        world.round()
    assert [event.text for event in world.log] == ["notify ops: 2 messages refused for good (503)"]
    assert (world.log[0].kind, world.log[0].severity) == ("notify", "warning")
    assert world.rounds.notices(world.outbox, world.now) == ("notify ops: 503 since 09:46, 0 waiting",)
    assert len(world.courier.jobs) == 1


def test_what_nobody_took_within_a_day_of_its_end_is_logged_once() -> None:
    world = World((receiver(),), ["failed"] * 10_000)
    world.judge(transition("firing", state()))
    world.round()
    world.now += TOO_OLD
    world.round()
    assert world.log == []
    world.judge(transition("resolved", state(phase="resolved")))
    world.now += TOO_OLD
    for _ in range(5):
        world.round()
    assert [event.text for event in world.log] == ["notify ops: 1 message given up, not taken in time"]


def test_alertmanager_is_reminded_every_minute_of_what_fires() -> None:
    world = World((receiver("alertmanager"),), [])
    world.judge(transition("firing", state()))
    for _ in range(181):
        world.round()
    times = [job.at - START for job in world.courier.jobs]
    assert times[0] == 1
    assert all(after - before <= 60 for before, after in itertools.pairwise(times))
    assert len(times) <= 5
    assert all(found.episode == letter(since=START).episode for found in world.arrived)
    change = world.change("amount", "resolve")
    assert change is not None
    world.judge(change)
    sent = len(world.arrived)
    for _ in range(181):
        world.round()
    assert [found.episode.ended is None for found in world.arrived[sent:]] == [False]


def test_alertmanager_is_told_of_everything_again_as_soon_as_it_answers() -> None:
    world = World((receiver("alertmanager"),), ["taken", "failed", "failed"])
    world.judge(transition("firing", state()))
    for _ in range(70):
        world.round()
    assert [job.at - START for job in world.courier.jobs] == [1, 61, 63, 66]


def test_one_receiver_that_never_answers_holds_up_no_other() -> None:
    class Stuck(Fake):
        def hand(self, job: Job) -> None:
            if job.receiver.name != "stuck":
                super().hand(job)

    world = World((receiver(name="stuck"), receiver(name="all")), [])
    world.courier = Stuck([])
    world.rounds = Rounds(world.courier)
    world.judge(transition("firing", state()))
    for _ in range(3):
        world.round()
    assert [found.receiver for found in world.arrived] == ["all"]
    assert world.rounds.notices(world.outbox, world.now) == ()


@pytest.mark.parametrize(("status", "alone"), [("400", True), ("403", False)])
def test_one_letter_that_is_refused_takes_no_other_along(status: str, alone: bool) -> None:
    """Alertmanager answers 400 for the whole message when one alert of it is not good."""
    columns = ("age", "amount", "city")

    class Picky(Fake):
        def hand(self, job: Job) -> None:
            refused = bad in {one.key for one in job.letters}
            self.arrived += () if refused else job.letters
            outcome = Outcome("refused", status) if refused else Outcome("taken")
            self.jobs.append(job)
            self._done.append(Delivery(job.receiver, job.letters, outcome, last=True))

    letters = [replace(letter(column=name, key=f"psi/fraud//{name}"), order=place) for place, name in enumerate(columns)]
    bad = letters[1].key
    courier, outbox = Picky([]), Outbox([receiver("alertmanager")], letters)
    rounds = Rounds(courier)
    told = [event.text for minute in range(6) for event in rounds.go(outbox, START + minute)]
    assert {one.key for one in courier.arrived} == ({letters[0].key, letters[2].key} if alone else set())
    assert [len(job.letters) for job in courier.jobs] == ([3, 1, 1, 1] if alone else [3])
    assert outbox.waiting("ops") == ()
    assert told == [f"notify ops: {'1 message' if alone else '3 messages'} refused for good ({status})"]
