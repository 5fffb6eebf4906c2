"""An acknowledgement is of one episode at one severity: whatever is news after it ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.readings import Simulator, reading
from tuimon.alerts import Acknowledgement, AlertState, Transition, TransitionKind, acknowledge, unacknowledged
from tuimon.config import Threshold
from tuimon.values.alert import Severity

ALICE, BOB = Acknowledgement("alice", 7.0), Acknowledgement("bob", 8.0)


def fired(value: float = 0.15) -> AlertState:
    run = Simulator()
    run.at(0, reading(value, Threshold(0.1, 0.2)))
    (state,) = run.states.values()
    assert state.phase == "firing"
    return state


def test_the_first_who_acknowledges_stays_and_anybody_may_take_it_back() -> None:
    state = acknowledge(fired(), 1, "warning", ALICE)
    assert state == replace(fired(), acknowledged=ALICE)
    assert acknowledge(state, 1, "warning", BOB) is None
    assert acknowledge(state, 1, "warning", None) == fired()
    assert acknowledge(fired(), 1, "warning", None) is None


@pytest.mark.parametrize(
    ("value", "episode", "seen", "taken"),
    [
        (0.15, 1, "warning", True),
        (0.15, 1, "critical", True),
        (0.3, 1, "critical", True),
        (0.3, 1, "warning", False),
        (0.15, 2, "warning", False),
    ],
)
def test_what_changed_since_it_was_seen_is_not_acknowledged(value: float, episode: int, seen: Severity, taken: bool) -> None:
    assert (acknowledge(fired(value), episode, seen, ALICE) is not None) == taken


def test_only_what_fires_can_be_acknowledged() -> None:
    assert acknowledge(None, 1, "warning", ALICE) is None
    assert acknowledge(replace(fired(), phase="pending"), 1, "warning", ALICE) is None
    assert acknowledge(replace(fired(), phase="resolved"), 1, "warning", ALICE) is None


@pytest.mark.parametrize("kind", get_args(TransitionKind))
def test_news_of_an_alert_ends_its_acknowledgement(kind: TransitionKind) -> None:
    state = replace(fired(), acknowledged=ALICE)
    other = replace(state, key="other")
    after = unacknowledged({state.key: state, "other": other}, [Transition(1.0, kind, state, "")])
    assert (after[state.key].acknowledged is None) == (kind in ("firing", "escalated", "resolved"))
    assert after["other"] == other


def _stepped(run: Simulator, at: float, value: float) -> tuple[dict[str, AlertState], Sequence[Transition]]:
    changed = run.at(at, reading(value, Threshold(0.1, 0.2)))
    return run.states, changed


@given(st.lists(st.sampled_from([0.05, 0.15, 0.3]), max_size=30), st.data())
def test_an_acknowledgement_lasts_as_long_as_the_episode_does_not_grow_worse(values: list[float], data: st.DataObject) -> None:
    """Against what a person would note by hand: the episode and the highest severity since it was last seen."""
    run, noted = Simulator(), None
    for at, value in enumerate(values):
        before = dict(run.states)
        run.states = unacknowledged(*_stepped(run, at, value))
        for key, state in run.states.items():
            old = before.get(key)
            worse = old is not None and (old.severity, state.severity) == ("warning", "critical")
            if state.phase != "firing" or old is None or old.phase != "firing" or worse:
                noted = None
            assert state.acknowledged == noted
            if data.draw(st.booleans()):
                changed = acknowledge(state, state.episode, state.severity, ALICE)
                if changed is not None:
                    run.states[key], noted = changed, ALICE
