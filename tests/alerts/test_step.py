from __future__ import annotations

import math

import pytest

from tests.alerts.readings import LIMITS, Simulator, reading
from tuimon.alerts import KEEP_RESOLVED
from tuimon.config import Threshold

OK, WARN, CRIT = 0.05, 0.15, 0.25
NO_DATA, FEW, CHANCE = "no_data", "insufficient", "chance"
AT_ONCE = Threshold(0.1, 0.2)

# Each row: time, value or why there is none, the phase and severity afterwards, the transition.
TABLES: dict[str, list[tuple[float, float | str, str, str]]] = {
    "pending, firing, resolved": [
        (0, OK, "", ""),
        (10, WARN, "pending warning", "pending"),
        (69, WARN, "pending warning", ""),
        (70, WARN, "firing warning", "firing"),
        (80, WARN, "firing warning", ""),
        (90, OK, "resolved warning", "resolved"),
        (100, OK, "resolved warning", ""),
    ],
    "pending just vanishes": [(0, WARN, "pending warning", "pending"), (50, OK, "", ""), (60, WARN, "pending warning", "pending")],
    "the limit itself is not over it": [(0, 0.1, "", ""), (1, 0.2, "pending warning", "pending")],
    "critical from the start": [(0, CRIT, "pending critical", "pending"), (60, CRIT, "firing critical", "firing")],
    "critical has a clock of its own": [
        (0, WARN, "pending warning", "pending"),
        (40, CRIT, "pending critical", ""),
        (60, CRIT, "firing warning", "firing"),
        (99, CRIT, "firing warning", ""),
        (100, CRIT, "firing critical", "escalated"),
    ],
    "the critical clock starts again after a dip": [
        (0, CRIT, "pending critical", "pending"),
        (50, WARN, "pending warning", ""),
        (60, CRIT, "firing warning", "firing"),
        (119, CRIT, "firing warning", ""),
        (120, CRIT, "firing critical", "escalated"),
    ],
    "easing keeps it firing": [
        (0, CRIT, "pending critical", "pending"),
        (60, CRIT, "firing critical", "firing"),
        (61, WARN, "firing warning", "eased"),
        (62, CRIT, "firing warning", ""),
        (122, CRIT, "firing critical", "escalated"),
        (123, OK, "resolved critical", "resolved"),
    ],
    "no data never advances pending": [
        (0, WARN, "pending warning", "pending"),
        (30, WARN, "pending warning", ""),
        (200, NO_DATA, "pending warning", ""),
        (300, FEW, "pending warning", ""),
        (329, WARN, "pending warning", ""),
        (330, WARN, "firing warning", "firing"),
    ],
    "no data never resolves": [
        (0, CRIT, "pending critical", "pending"),
        (60, CRIT, "firing critical", "firing"),
        (70, NO_DATA, "firing critical", ""),
        (9e5, FEW, "firing critical", ""),
        (9e5 + 1, OK, "resolved critical", "resolved"),
    ],
    "chance is not an effect": [
        (0, CHANCE, "", ""),
        (1, CRIT, "pending critical", "pending"),
        (61, CRIT, "firing critical", "firing"),
        (62, CHANCE, "firing critical", ""),
        (63, OK, "resolved critical", "resolved"),
    ],
    "flapping faster than the hold never fires": [
        row for turn in range(20) for row in [(100 * turn, CRIT, "pending critical", "pending"), (100 * turn + 59.0, OK, "", "")]
    ],
    "a duplicate moves no clock": [
        (0, WARN, "pending warning", "pending"),
        (59, WARN, "pending warning", ""),
        (59, WARN, "pending warning", ""),
        (60, WARN, "firing warning", "firing"),
        (60, WARN, "firing warning", ""),
    ],
    "a clock that jumps back is waited for": [
        (100, WARN, "pending warning", "pending"),
        (0, OK, "pending warning", ""),
        (99, CRIT, "pending warning", ""),
        (160, WARN, "firing warning", "firing"),
        (150, OK, "firing warning", ""),
        (161, OK, "resolved warning", "resolved"),
    ],
    "NaN is no data": [(0, WARN, "pending warning", "pending"), (60, math.nan, "pending warning", ""), (61, OK, "", "")],
    "an infinite effect is one": [(0, math.inf, "pending critical", "pending"), (60, math.inf, "firing critical", "firing")],
}


@pytest.mark.parametrize("name", TABLES)
def test_transitions(name: str) -> None:
    run = Simulator()
    for at, said, expected, kind in TABLES[name]:
        if said in (NO_DATA, FEW):
            found = run.at(at, reading(None, state=said))
        elif said == CHANCE:
            found = run.at(at, reading(CRIT, evidence=False))
        else:
            assert isinstance(said, int | float)
            found = run.at(at, reading(said))
        states = [f"{state.phase} {state.severity}" for state in run.states.values()]
        assert (states, [entry.kind for entry in found]) == ([expected] if expected else [], [kind] if kind else []), at


def test_what_a_state_says() -> None:
    run = Simulator()
    run.at(10, reading(WARN))
    state = run.only
    assert (state.since, state.pending_since, state.last, state.value, state.threshold, state.episode) == (10, 10, 10, WARN, 0.1, 1)
    (fired,) = run.at(70, reading(0.17))
    assert fired.state is run.only
    assert (fired.at, run.only.since, run.only.value, run.only.threshold) == (70, 70, 0.17, 0.1)
    run.at(80, reading(0.3))
    assert (run.only.since, run.only.value, run.only.threshold) == (70, 0.3, 0.1)
    run.at(140, reading(0.3))
    assert (run.only.severity, run.only.threshold, run.only.since) == ("critical", 0.2, 70)
    run.at(150, reading(OK))
    assert (run.only.phase, run.only.since, run.only.value) == ("resolved", 150, OK)


def test_without_hold_it_fires_at_once() -> None:
    run = Simulator()
    assert [entry.kind for entry in run.at(5, reading(CRIT, AT_ONCE))] == ["firing"]
    assert run.only.severity == "critical"
    assert [entry.kind for entry in run.at(6, reading(OK, AT_ONCE))] == ["resolved"]
    assert [entry.kind for entry in run.at(7, reading(WARN, AT_ONCE))] == ["firing"]
    assert [entry.kind for entry in run.at(8, reading(CRIT, AT_ONCE))] == ["escalated"]


def test_firing_anew_is_another_episode() -> None:
    run = Simulator()
    for turn in range(3):
        run.at(turn * 10, reading(WARN, AT_ONCE))
        assert run.only.episode == turn + 1
        run.at(turn * 10 + 5, reading(OK, AT_ONCE))
        assert (run.only.phase, run.only.episode) == ("resolved", turn + 1)


def test_pending_that_vanishes_leaves_the_resolved_one_behind() -> None:
    run = Simulator()
    run.at(0, reading(WARN, AT_ONCE))
    run.at(10, reading(OK))
    run.at(20, reading(CRIT))
    assert (run.only.phase, run.only.episode) == ("pending", 2)
    assert run.at(30, reading(OK)) == ()
    assert (run.only.phase, run.only.episode, run.only.since, run.only.severity) == ("resolved", 1, 10, "warning")
    run.at(40, reading(CRIT, AT_ONCE))
    assert (run.only.phase, run.only.episode) == ("firing", 2)


@pytest.mark.parametrize("calm", [reading(OK), reading(None, state="no_data")])
def test_resolved_is_kept_for_a_day_of_event_time(calm: object) -> None:
    assert isinstance(calm, type(reading(OK)))
    run = Simulator()
    run.at(0, reading(WARN, AT_ONCE))
    run.at(10, reading(OK))
    run.at(9 + KEEP_RESOLVED, calm)
    assert run.only.phase == "resolved"
    run.at(10 + KEEP_RESOLVED, calm)
    assert run.states == {}


def test_after_that_day_counting_begins_anew() -> None:
    run = Simulator()
    run.at(0, reading(WARN, AT_ONCE))
    run.at(10, reading(OK))
    run.at(10 + KEEP_RESOLVED, reading(WARN, AT_ONCE))
    assert run.only.episode == 1


def test_old_logs_mark_what_they_change() -> None:
    run = Simulator()
    run.at(0, reading(WARN), historic=True)
    assert run.only.historic
    run.at(60, reading(WARN))
    assert (run.only.phase, run.only.historic) == ("firing", False)
    run.at(70, reading(OK), historic=True)
    assert run.only.historic


def test_direction_below() -> None:
    limits = Threshold(0.9, 0.85, 0.0, "below")
    run = Simulator()
    assert run.at(0, reading(0.9, limits, rule="accuracy")) == ()
    assert [entry.kind for entry in run.at(1, reading(0.89, limits, rule="accuracy"))] == ["firing"]
    assert [entry.kind for entry in run.at(2, reading(0.5, limits, rule="accuracy"))] == ["escalated"]
    assert [entry.kind for entry in run.at(3, reading(0.95, limits, rule="accuracy"))] == ["resolved"]


@pytest.mark.parametrize(("limits", "severity"), [(Threshold(0.1, None), "warning"), (Threshold(None, 0.1), "critical")])
def test_a_single_limit(limits: Threshold, severity: str) -> None:
    run = Simulator()
    run.at(0, reading(CRIT, limits))
    assert (run.only.phase, run.only.severity, run.only.threshold) == ("firing", severity, 0.1)


def test_limits_taken_away_resolve() -> None:
    run = Simulator()
    run.at(0, reading(CRIT, AT_ONCE))
    assert [entry.kind for entry in run.at(1, reading(CRIT, Threshold()))] == ["resolved"]


def test_stale_is_held_by_its_own_value_while_event_time_stands_still() -> None:
    limits = Threshold(300.0, 900.0, 60.0)

    def look(value: float) -> list[str]:
        return [entry.kind for entry in run.at(50, reading(value, limits, rule="stale", column=None, window=None))]

    run = Simulator()
    assert [look(value) for value in (299, 301, 359, 360, 901, 960, 1000, 2)] == [
        [],
        ["pending"],
        [],
        ["firing"],
        [],
        ["escalated"],
        [],
        ["resolved"],
    ]


def test_windows_of_a_series_are_one_alert_and_the_worst_counts() -> None:
    run = Simulator()
    run.at(0, reading(0.15, AT_ONCE), reading(0.19, AT_ONCE, window="1h"), reading(0.01, AT_ONCE, window="24h"))
    assert (run.only.window, run.only.value, run.only.severity) == ("1h", 0.19, "warning")
    run.at(1, reading(0.21, AT_ONCE), reading(0.19, AT_ONCE, window="1h"), reading(0.9, AT_ONCE, window="24h", evidence=False))
    assert (run.only.window, run.only.value, run.only.severity) == ("5m", 0.21, "critical")


def test_a_window_that_cannot_tell_keeps_the_alert() -> None:
    run = Simulator()
    run.at(0, reading(OK, AT_ONCE), reading(CRIT, AT_ONCE, window="1h"))
    few = reading(None, AT_ONCE, window="1h", state="insufficient")
    assert run.at(1, reading(OK, AT_ONCE), few) == ()
    assert run.at(2, reading(WARN, AT_ONCE), few) == ()
    assert (run.only.severity, run.only.window, run.only.value) == ("critical", "1h", CRIT)
    assert [entry.kind for entry in run.at(3, reading(WARN, AT_ONCE), reading(OK, AT_ONCE, window="1h"))] == ["eased"]
    assert [entry.kind for entry in run.at(4, reading(OK, AT_ONCE), few)] == ["resolved"]


def test_a_critical_window_that_cannot_tell_stops_the_critical_clock() -> None:
    def look(at: float, hour: float | None) -> list[str]:
        state = "insufficient" if hour is None else "ok"
        return [entry.kind for entry in run.at(at, reading(WARN), reading(hour, window="1h", state=state))]

    run = Simulator()
    kinds = [look(at, hour) for at, hour in [(0, CRIT), (30, CRIT), (200, None), (229, CRIT), (230, CRIT)]]
    assert kinds == [["pending"], [], ["firing"], [], ["escalated"]]


def test_a_resolved_alert_remembers_no_window() -> None:
    run = Simulator()
    run.at(0, reading(CRIT, AT_ONCE), reading(OK, AT_ONCE, window="1h"))
    run.at(1, reading(OK, AT_ONCE), reading(OK, AT_ONCE, window="1h"))
    few = reading(None, AT_ONCE, state="insufficient")
    run.at(2, few, reading(WARN, AT_ONCE, window="1h"))
    assert (run.only.window, run.only.value) == ("1h", WARN)
    assert [entry.kind for entry in run.at(3, few, reading(OK, AT_ONCE, window="1h"))] == ["resolved"]


def test_a_width_that_is_not_configured_any_more_is_forgotten() -> None:
    run = Simulator()
    run.at(0, reading(OK, AT_ONCE), reading(CRIT, AT_ONCE, window="1h"))
    assert [entry.kind for entry in run.at(1, reading(OK, AT_ONCE))] == ["resolved"]


def test_a_series_without_a_reading_counts_as_no_data() -> None:
    run = Simulator()
    run.at(0, reading(WARN), reading(WARN, column="age"))
    run.at(100, reading(WARN))
    run.at(110)
    run.at(169, reading(WARN), reading(WARN, column="age"))
    phases = {state.column: state.phase for state in run.states.values()}
    assert phases == {"amount": "firing", "age": "pending"}


def test_models_have_clocks_of_their_own() -> None:
    run = Simulator()
    run.at(1000, reading(WARN))
    before = run.only
    run.at(5, reading(WARN, model="churn"))
    run.at(9999, reading(OK, model="churn"))
    assert run.states == {before.key: before}


def test_rule_model_version_and_column_make_the_alert() -> None:
    run = Simulator()
    odd = ["", "a/b", "a", "b", "%", "*", "\x1b[2J", "é", "\ud800", "%25", "a b"]
    readings = [reading(CRIT, column=column, version=version) for column in [None, *odd] for version in [None, *odd]]
    run.at(0, *readings, reading(CRIT, rule="ks"), reading(CRIT, LIMITS))
    assert len(run.states) == (len(odd) + 1) ** 2 + 2
    assert all(key.isascii() and key.isprintable() for key in run.states)
