from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alerts.readings import Simulator, reading
from tests.alerts.reference import expected
from tuimon.alerts import AlertState, Reading, as_alerts, step
from tuimon.config import Threshold

LIMITS = st.sampled_from(
    [
        Threshold(0.1, 0.2, 60.0),
        Threshold(0.1, 0.2, 0.0),
        Threshold(None, 0.2, 60.0),
        Threshold(0.1, None, 30.0),
        Threshold(0.9, 0.8, 60.0, "below"),
        Threshold(0.1, 0.2, 0.0, keep_firing=60.0),
        Threshold(0.1, 0.2, 60.0, keep_firing=100.0, clear=0.04),
        Threshold(0.1, 0.2, 0.0, clear=0.04),
        Threshold(None, 0.2, 30.0, keep_firing=60.0, clear=0.1),
        Threshold(0.9, 0.8, 0.0, "below", 30.0, 0.94),
    ]
)


@dataclass(frozen=True)
class Evaluation:
    """What the rules are told at one time."""

    at: float
    readings: tuple[Reading, ...]


@st.composite
def _evaluations(draw: st.DrawFn) -> list[Evaluation]:
    limits = draw(LIMITS)
    values = st.sampled_from([0.02, 0.05, 0.15, 0.25, 0.25, 0.85, 0.92, 0.95, None])
    states = st.sampled_from(["ok", "ok", "ok", "no_data", "insufficient"])

    def window(name: str) -> st.SearchStrategy[Reading]:
        proof = st.sampled_from([True, True, True, False])
        return st.builds(lambda v, s, e: reading(v, limits, window=name, state=s, evidence=e), values, states, proof)

    told = st.one_of(st.tuples(window("5m")), st.tuples(window("5m"), window("1h")), st.tuples(window("5m"), window("1h")), st.just(()))
    found, at = [], 1000.0
    for gap, readings in draw(st.lists(st.tuples(st.sampled_from([0.0, 10.0, 30.0, 60.0, 60.0, 90_000.0]), told), max_size=25)):
        at += gap
        found.append(Evaluation(at, readings))
    return found


EVALUATIONS = _evaluations()


@settings(deadline=None, max_examples=120)
@given(EVALUATIONS)
def test_every_state_follows_from_the_whole_history(evaluations: list[Evaluation]) -> None:
    run = Simulator()
    for count, evaluation in enumerate(evaluations, 1):
        kinds = [entry.kind for entry in run.at(evaluation.at, *evaluation.readings)]
        states = [(state.phase, state.severity, state.since, state.episode) for state in run.states.values()]
        assert (states, kinds) == expected([(entry.at, entry.readings) for entry in evaluations[:count]])


@settings(deadline=None, max_examples=120)
@given(EVALUATIONS)
def test_states_are_the_same_after_a_restart_at_any_moment(evaluations: list[Evaluation]) -> None:
    states: dict[str, AlertState] = {}
    for entry in evaluations:
        states, _ = step(states, entry.readings, entry.at, False)
        assert msgspec.json.decode(msgspec.json.encode(states), type=dict[str, AlertState]) == states


@settings(deadline=None, max_examples=120)
@given(EVALUATIONS, st.floats(0, 5000))
def test_a_repeated_or_late_evaluation_changes_nothing(evaluations: list[Evaluation], late: float) -> None:
    states: dict[str, AlertState] = {}
    for entry, other in pairwise([*evaluations, *evaluations[:1]]):
        states, _ = step(states, entry.readings, entry.at, False)
        assert step(states, entry.readings, entry.at, False) == (states, ())
        if states and other.readings:
            assert step(states, other.readings, entry.at - 1 - late, False) == (states, ())


@settings(deadline=None, max_examples=100)
@given(st.lists(EVALUATIONS, min_size=2, max_size=3))
def test_series_do_not_disturb_each_other(histories: list[list[Evaluation]]) -> None:
    together = Simulator()
    alone = [Simulator() for _ in histories]
    filler = reading(0.0, Threshold(), column="filler")
    for turn in range(min(map(len, histories))):
        named = [tuple(_named(entry, i) for entry in history[turn].readings) for i, history in enumerate(histories)]
        at = 1000.0 + 40 * turn
        together.at(at, filler, *(entry for readings in named for entry in readings))
        for run, readings in zip(alone, named, strict=True):
            run.at(at, filler, *readings)
        assert together.states == {key: state for run in alone for key, state in run.states.items()}


def _named(entry: Reading, number: int) -> Reading:
    return Reading(**{name: getattr(entry, name) for name in entry.__dataclass_fields__} | {"column": f"c{number}"})


@settings(deadline=None, max_examples=100)
@given(EVALUATIONS)
def test_every_state_can_be_shown(evaluations: list[Evaluation]) -> None:
    run = Simulator()
    for entry in evaluations:
        run.at(entry.at, *entry.readings)
        for alert in as_alerts(run.states):
            assert alert.message.startswith("amount: PSI ")
            assert alert.id in run.states
