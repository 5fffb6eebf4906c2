"""Which letters states and transitions leave behind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.alerts.telling.letters import START, receiver, state, transition
from tuimon.alerts import AlertState
from tuimon.alerts.telling import MOST_WAITING, TOO_OLD, Letter, Outbox

NOW = START + 5


def outbox(*receivers: Any) -> Outbox:
    return Outbox(receivers or (receiver(),), ())


def note(box: Outbox, *states: AlertState, now: float = NOW) -> tuple[Letter, ...]:
    box.note((), {item.key: item for item in states}, now)
    return box.waiting("ops")


def test_a_firing_is_told_once_and_its_end_once() -> None:
    box, fired = outbox(), state()
    (first,) = note(box, fired)
    assert (first.episode.severity, first.episode.ended) == ("warning", None)
    box.taken(first)
    assert note(box, replace(fired, value=0.19, last=START + 60)) == ()
    (last,) = note(box, replace(fired, phase="resolved", since=START + 90))
    assert (last.episode.ended, last.episode.number) == (START + 90, 1)
    box.taken(last)
    assert note(box, replace(fired, phase="resolved", since=START + 90)) == box.letters("ops") == ()


@pytest.mark.parametrize("changes", [{"phase": "pending"}, {"phase": "resolved"}, {"historic": True}])
def test_what_is_pending_over_or_from_old_logs_is_told_to_nobody(changes: dict[str, Any]) -> None:
    box, found = outbox(), state(**changes)
    box.note([transition("pending" if found.phase == "pending" else "firing", found)], {found.key: found}, NOW)
    assert box.waiting("ops") == ()


def test_the_end_of_what_was_told_is_told_even_from_old_logs() -> None:
    box, fired = outbox(), state()
    box.taken(note(box, fired)[0])
    assert note(box, replace(fired, phase="resolved", historic=True))[0].episode.ended is not None


def test_worse_is_an_update_and_easing_is_not() -> None:
    box, fired = outbox(), state()
    box.taken(note(box, fired)[0])
    (update,) = note(box, replace(fired, severity="critical", since=START + 500))
    assert (update.episode.severity, update.told, update.episode.began) == ("critical", "warning", START)
    box.taken(update)
    assert note(box, fired) == note(box, replace(fired, severity="critical")) == ()


def test_what_grew_worse_on_its_way_is_told_again() -> None:
    box, fired = outbox(), state()
    (sent,) = note(box, fired)
    note(box, replace(fired, severity="critical"))
    box.taken(sent)
    assert [item.episode.severity for item in box.waiting("ops")] == ["critical"]


def test_what_ended_before_it_was_told_is_told_once_as_ended() -> None:
    box, fired = outbox(), state()
    note(box, fired)
    (only,) = note(box, replace(fired, phase="resolved", since=START + 60))
    assert (only.episode.began, only.episode.ended, only.told) == (START, START + 60, None)


def test_what_began_and_ended_within_one_evaluation_is_told() -> None:
    box, fired = outbox(), state()
    over = replace(fired, phase="resolved", since=START + 60)
    again = replace(fired, phase="firing", since=START + 120, episode=2)
    box.note([transition("firing", fired), transition("resolved", over), transition("firing", again)], {again.key: again}, NOW)
    assert [(item.episode.number, item.episode.ended) for item in box.waiting("ops")] == [(1, START + 60), (2, None)]


def test_what_is_not_judged_any_more_has_ended() -> None:
    box, fired = outbox(), state()
    box.taken(note(box, fired)[0])
    assert note(box)[0].episode.ended == NOW


def test_another_command_may_have_evaluated_meanwhile() -> None:
    box, fired = outbox(), state()
    box.taken(note(box, fired)[0])
    assert [(item.episode.number, item.episode.ended) for item in note(box, replace(fired, episode=3))] == [(1, NOW), (3, None)]


def test_receivers_choose_by_severity_and_model() -> None:
    box = outbox(receiver(min_severity="critical"), receiver(name="team", models=("fraud*", "churn")), receiver("bell", "bell"))
    states = [state(), state(model="churn", severity="critical"), state(model="other", severity="critical")]
    note(box, *states)
    assert [item.episode.model for item in box.waiting("ops")] == ["churn", "other"]
    assert [item.episode.model for item in box.waiting("team")] == ["fraud", "churn"]
    assert box.waiting("bell") == ()


def test_what_was_refused_is_quiet_until_the_next_start() -> None:
    box, fired = outbox(), state()
    box.refused(note(box, fired)[0])
    assert note(box, replace(fired, severity="critical")) == ()
    again = Outbox((receiver(),), box.letters("ops"))
    assert len(note(again, fired)) == 1
    assert note(box, replace(fired, phase="resolved")) == box.letters("ops") == ()


def test_a_refused_update_leaves_the_end_to_be_told() -> None:
    box, fired = outbox(), state()
    box.taken(note(box, fired)[0])
    box.refused(note(box, replace(fired, severity="critical"))[0])
    assert box.waiting("ops") == ()
    assert len(note(box, replace(fired, phase="resolved"))) == 1


def test_letters_of_a_receiver_that_is_gone_go() -> None:
    box = outbox()
    note(box, state())
    left = Outbox((receiver(name="other"),), box.letters("ops"))
    assert left.letters("ops") == ()
    assert list(left.take_changes().values()) == [None]


def test_what_is_over_for_a_day_or_too_much_is_given_up_oldest_first() -> None:
    box = outbox()
    states = [state(column=f"c{number}") for number in range(MOST_WAITING + 2)]
    note(box, *states)
    assert [item.episode.column for item in box.expired(NOW)] == ["c0", "c1"]
    assert box.expired(NOW + 10 * TOO_OLD) == ()
    note(box, *(replace(item, phase="resolved") for item in states[:10]), *states[10:])
    assert box.expired(NOW + TOO_OLD) == ()
    assert [item.episode.column for item in box.expired(NOW + TOO_OLD + 1)] == [f"c{number}" for number in range(2, 10)]
    assert len(box.waiting("ops")) == MOST_WAITING - 8


def test_names_from_logs_are_safe() -> None:
    (made,) = note(outbox(), state(column="a\x1b[31m\n<b>", model="m\u202e\ud800"))
    assert made.episode.column == "a\\x1b[31m\\x0a<b>"
    assert made.episode.model == "m\\u202e\\ud800"
    assert "\x1b" not in made.episode.text
