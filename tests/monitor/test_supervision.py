"""What fails is begun again, ever more slowly, and told once."""

from __future__ import annotations

from tuimon.monitor.supervision import PAUSES, STEADY, Supervision, sentence
from tuimon.store import StoreUnwritable


class Attempt:
    """A session that fails by a plan of its maker."""

    def __init__(self) -> None:
        self.abandoned = 0

    def abandon(self) -> None:
        """Count, and fail as a broken store may."""
        self.abandoned += 1
        raise OSError("cannot even be let go of")


class World:
    """Time, sessions and what was told, all of it written down."""

    def __init__(self, plan: list[Exception | float | None]) -> None:
        self.plan, self.made = plan, [Attempt()]
        self.now = 1_000.0
        self.waited: list[float] = []
        self.told: list[tuple[str, bool]] = []
        self.over: list[str] = []
        self.supervision = Supervision(self.begin, self, self.wait, clock=lambda: self.now)
        self.left = self.supervision.run(self.made[0], self.work, lambda: not self.plan)

    def begin(self) -> Attempt:
        self.made.append(Attempt())
        return self.made[-1]

    def work(self, attempt: Attempt) -> None:
        """Take the next items of the plan: an error happens, None is a good round, a number is time that passes."""
        assert attempt is self.made[-1]
        while self.plan:
            item = self.plan.pop(0)
            if isinstance(item, Exception):
                raise item
            if item is None:
                self.supervision.succeeded()
            else:
                self.now += item

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds

    def failed(self, text: str, first: bool) -> None:
        self.told.append((text, first))

    def recovered(self, text: str) -> None:
        self.over.append(text)


FULL = StoreUnwritable("The disk is full", "make room")


def test_a_failing_session_is_abandoned_and_another_one_begun_ever_more_slowly() -> None:
    world = World([FULL] * 8)
    assert world.waited == [*PAUSES, *[PAUSES[-1]] * 3]
    assert [attempt.abandoned for attempt in world.made] == [1] * 8
    assert world.left is None


def test_a_failure_is_new_once_and_over_once() -> None:
    world = World([FULL, FULL, ValueError("odd"), FULL, None, None, FULL, None])
    text = "The disk is full: make room"
    assert [first for _, first in world.told] == [True, False, True, False, False]
    assert world.over == [text, sentence(ValueError("odd"))]
    assert world.left is world.made[-1]


def test_after_a_steady_time_a_failure_is_a_first_one_again() -> None:
    world = World([FULL, FULL, None, 2 * STEADY, FULL, None])
    assert world.waited == [PAUSES[0], PAUSES[1], PAUSES[0]]
    assert [first for _, first in world.told] == [True, False, True]
    assert len(world.over) == 2


def test_a_session_that_cannot_be_opened_is_tried_again() -> None:
    class Closed(World):
        def begin(self) -> Attempt:
            if self.plan.pop(0):
                raise FULL
            return super().begin()

    world = Closed([FULL, FULL, FULL, None, None])
    assert world.waited == list(PAUSES[:3])
    assert world.left is world.made[-1]


def test_errors_with_a_number_that_changes_do_not_fill_the_log() -> None:
    world = World([RuntimeError(f"attempt {number}") for number in range(50)])
    assert sum(first for _, first in world.told) == 20


def test_sentences_are_safe_and_say_what_they_know() -> None:
    assert sentence(FULL) == "The disk is full: make room"
    told = sentence(RuntimeError("the disk \x1b[31m is\non fire"))
    assert "RuntimeError: the disk" in told
    assert "on fire" in told
    assert told.isprintable()
    assert len(sentence(RuntimeError("x" * 9_000))) < 700
    assert "KeyError" in sentence(KeyError())
