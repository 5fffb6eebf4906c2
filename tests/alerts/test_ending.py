"""How an alert ends: `keep_firing_for` and the clear level, which make one episode of what flaps."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alerts.readings import Simulator, reading
from tuimon.alerts import AlertState, Reading, message, step
from tuimon.config import Threshold

CLEAR, BAND, WARN, CRIT = 0.05, 0.09, 0.15, 0.25
LIMITS = Threshold(0.1, 0.2, 0.0, keep_firing=60.0, clear=0.08)
Row = tuple[float, float | None, str, str]

TABLES: dict[str, list[Row]] = {
    "it goes on firing, then ends": [
        (0, WARN, "firing warning", "firing"),
        (10, CLEAR, "firing warning", ""),
        (69, CLEAR, "firing warning", ""),
        (70, CLEAR, "resolved warning", "resolved"),
    ],
    "over again within it: the clock starts anew, the episode does not": [
        (0, WARN, "firing warning", "firing"),
        (10, CLEAR, "firing warning", ""),
        (60, WARN, "firing warning", ""),
        (70, CLEAR, "firing warning", ""),
        (129, CLEAR, "firing warning", ""),
        (130, CLEAR, "resolved warning", "resolved"),
    ],
    "no data stops the clock": [
        (0, WARN, "firing warning", "firing"),
        (10, CLEAR, "firing warning", ""),
        (40, CLEAR, "firing warning", ""),
        (900, None, "firing warning", ""),
        (929, CLEAR, "firing warning", ""),
        (930, CLEAR, "resolved warning", "resolved"),
    ],
    "between clear and warning nothing ends, and the clock stands": [
        (0, WARN, "firing warning", "firing"),
        (10, BAND, "firing warning", ""),
        (9000, BAND, "firing warning", ""),
        (9010, CLEAR, "firing warning", ""),
        (9040, CLEAR, "firing warning", ""),
        (9500, BAND, "firing warning", ""),
        (9529, CLEAR, "firing warning", ""),
        (9530, CLEAR, "resolved warning", "resolved"),
    ],
    "between clear and warning nothing begins": [(0, BAND, "", ""), (900, BAND, "", "")],
    "the clear level itself is clear": [
        (0, WARN, "firing warning", "firing"),
        (1, 0.08, "firing warning", ""),
        (61, 0.08, "resolved warning", "resolved"),
    ],
    "a critical one stays critical until a value says otherwise": [
        (0, CRIT, "firing critical", "firing"),
        (10, CLEAR, "firing critical", ""),
        (20, CRIT, "firing critical", ""),
        (30, CLEAR, "firing critical", ""),
        (40, WARN, "firing warning", "eased"),
        (50, CRIT, "firing critical", "escalated"),
    ],
    "a clock that jumps ahead has gone by, one that jumps back is waited for": [
        (0, WARN, "firing warning", "firing"),
        (10, CLEAR, "firing warning", ""),
        (5, CRIT, "firing warning", ""),
        (90_000, CLEAR, "resolved warning", "resolved"),
    ],
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("mirrored", [False, True])
def test_transitions(name: str, mirrored: bool) -> None:
    run = Simulator()
    for at, value, expected, kind in TABLES[name]:
        found = run.at(at, _mirror(value) if mirrored else reading(value, LIMITS, state="no_data" if value is None else "ok"))
        states = [f"{state.phase} {state.severity}" for state in run.states.values()]
        assert (states, [entry.kind for entry in found]) == ([expected] if expected else [], [kind] if kind else []), at
        assert all(state.episode == 1 for state in run.states.values())


def _mirror(value: float | None) -> Reading:
    """The same the other way round: 1 - value, direction "below"."""
    limits = Threshold(0.9, 0.8, 0.0, "below", 60.0, 0.92)
    mirrored = None if value is None else round(1 - value, 6)
    return reading(mirrored, limits, state="no_data" if value is None else "ok")


def test_a_pending_one_that_falls_below_its_limit_vanishes_also_above_the_clear_level() -> None:
    """Otherwise a clear level would make alerts fire that without it do not: `for` asks for unbroken time."""
    run = Simulator()
    limits = replace(LIMITS, hold=60.0)
    run.at(0, reading(WARN, limits))
    run.at(59, reading(BAND, limits))
    assert run.states == {}


def test_escalation_after_a_calm_stretch_asks_for_the_whole_hold_anew() -> None:
    run = Simulator()
    limits = replace(LIMITS, hold=30.0)
    values = [(0, WARN), (30, WARN), (40, CRIT), (60, CLEAR), (65, CRIT), (94, CRIT), (95, CRIT)]
    kinds = [[entry.kind for entry in run.at(at, reading(value, limits))] for at, value in values]
    assert kinds == [["pending"], ["firing"], [], [], [], [], ["escalated"]]
    assert run.only.episode == 1


def test_a_window_above_the_clear_level_that_cannot_tell_any_more_keeps_the_alert() -> None:
    run = Simulator()
    limits = replace(LIMITS, keep_firing=0.0)
    few = reading(None, limits, window="1h", state="insufficient")
    run.at(0, reading(WARN, limits), reading(BAND, limits, window="1h"))
    assert run.at(1, reading(CLEAR, limits), few) == ()
    assert run.at(2, reading(None, limits, state="no_data"), few) == ()
    assert run.at(3, reading(CLEAR, limits), few) == ()
    assert [entry.kind for entry in run.at(4, reading(CLEAR, limits), reading(CLEAR, limits, window="1h"))] == ["resolved"]


def test_windows_that_can_tell_by_turns_are_all_remembered() -> None:
    run = Simulator()
    limits = replace(LIMITS, keep_firing=0.0)

    def look(at: float, narrow: float | None, wide: float | None) -> list[str]:
        pairs = (("5m", narrow), ("1h", wide))
        told = [reading(value, limits, window=name, state="insufficient" if value is None else "ok") for name, value in pairs]
        return [entry.kind for entry in run.at(at, *told)]

    looks = [(WARN, CLEAR), (None, BAND), (CLEAR, None), (None, CLEAR)]
    assert [look(at, *values) for at, values in enumerate(looks)] == [["firing"], [], [], ["resolved"]]


def test_limits_taken_away_end_it_whatever_the_clear_level() -> None:
    run = Simulator()
    run.at(0, reading(WARN, LIMITS))
    assert [entry.kind for entry in run.at(1, reading(WARN, Threshold(clear=0.01)))] == ["resolved"]


def test_a_limit_lowered_past_a_general_clear_level_still_ends() -> None:
    run = Simulator()
    limits = Threshold(0.1, None, clear=0.5)
    run.at(0, reading(WARN, limits))
    assert [entry.kind for entry in run.at(1, reading(CLEAR, limits))] == ["resolved"]


@pytest.mark.parametrize(
    ("value", "words"), [(WARN, "PSI 0.15 over 0.10"), (BAND, "PSI 0.09 no longer over 0.10"), (CLEAR, "PSI 0.05 no longer over 0.10")]
)
def test_the_sentence_never_says_that_a_value_is_over_a_limit_that_it_is_under(value: float, words: str) -> None:
    run = Simulator()
    run.at(0, reading(WARN, LIMITS))
    run.at(10, reading(value, LIMITS))
    assert run.only.phase == "firing"
    assert words in message(run.only)


SPANS = [0.0, 10.0, 30.0, 70.0]
"""Holds and times to go on firing; evaluations are 10 s apart."""


@pytest.mark.parametrize(("hold", "keep"), list(product(SPANS, SPANS)))
@pytest.mark.parametrize("low", [CLEAR, BAND])
def test_flapping_at_every_period_against_every_hold(hold: float, keep: float, low: float) -> None:
    limits = Threshold(0.1, None, hold, keep_firing=keep, clear=0.08)
    for high_looks, low_looks in product(range(1, 10), range(1, 10)):
        run = Simulator()
        looks = ([WARN] * high_looks + [low] * low_looks) * 5 + [WARN]
        for turn, value in enumerate(looks):
            run.at(10.0 * turn, reading(value, limits))
        kinds = [entry.kind for entry in run.transitions]
        fires = 10.0 * (high_looks - 1) >= hold
        ends = low == CLEAR and 10.0 * (low_looks - 1) >= keep
        lone = 1 if ends and not hold else 0
        assert kinds.count("firing") == (5 + lone if fires and ends else 1 if fires else 0)
        assert kinds.count("resolved") == (5 if fires and ends else 0)


def _model(looks: list[float], hold: int, keep: int, clear: float) -> list[str]:
    """The phase after each look, one second apart: "-" none, p, f, r."""
    over, calm, phase, found = -1, -1, "-", ""
    before = "-"
    for value in looks:
        if value > 0.1:
            over, calm = over + 1, -1
            before = phase if phase in "-r" else before
            phase = "f" if phase == "f" or over >= hold else "p"
        elif phase == "f":
            calm += value <= clear
            over, phase = -1, "r" if value <= clear and calm >= keep else "f"
        else:
            over, phase = -1, before if phase == "p" else phase
        found += phase
    return list(found)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from([CLEAR, BAND, WARN]), max_size=40), st.integers(0, 4), st.integers(0, 4), st.sampled_from([0.08, 0.1]))
def test_any_run_of_values_against_a_plain_model_with_a_restart_at_every_step(
    looks: list[float], hold: int, keep: int, clear: float
) -> None:
    limits = Threshold(0.1, None, float(hold), keep_firing=float(keep), clear=clear)
    kept, states, phases = Simulator(), b"{}", []
    for at, value in enumerate(looks):
        kept.at(at, reading(value, limits))
        loaded = msgspec.json.decode(states, type=dict[str, AlertState])
        after, _ = step(loaded, [reading(value, limits)], at, False)
        assert after == kept.states
        assert not after or step(after, [reading(WARN + CLEAR - value, limits)], at - 1, False) == (after, ())
        assert step(after, [reading(value, limits)], at, False) == (after, ())
        states = msgspec.json.encode(after)
        phases.append(next((state.phase[0] for state in after.values()), "-"))
    assert phases == _model(looks, hold, keep, clear)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from([CLEAR, BAND, WARN, CRIT, None]), max_size=40), st.integers(0, 4))
def test_a_clear_level_and_time_to_go_on_never_add_an_episode(looks: list[float | None], hold: int) -> None:
    plain, calmer = Simulator(), Simulator()
    for at, value in enumerate(looks):
        for run, limits in ((plain, Threshold(0.1, 0.2, float(hold))), (calmer, replace(LIMITS, hold=float(hold), keep_firing=3.0))):
            run.at(at, reading(value, limits, state="no_data" if value is None else "ok"))
        assert _firings(calmer) <= _firings(plain)


def _firings(run: Simulator) -> int:
    return sum(entry.kind == "firing" for entry in run.transitions)


def test_states_stored_before_there_was_a_clear_level_are_read() -> None:
    run = Simulator()
    run.at(0, reading(CRIT, LIMITS))
    text = msgspec.to_builtins(run.states)
    for stored in text.values():
        del stored["calm_since"], stored["held"]
    assert msgspec.convert(text, dict[str, AlertState]) == run.states
