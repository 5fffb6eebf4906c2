"""Which alerts a silence is about, and for how long."""

from __future__ import annotations

import pytest

from tests.alerts.readings import Simulator, reading
from tuimon.alerts import Matcher, Silence, as_alerts, muted


def states(column: str = "amount") -> Simulator:
    run = Simulator()
    run.at(0.0, reading(0.3, column=column))
    return run


@pytest.mark.parametrize(
    ("matcher", "meant"),
    [
        (Matcher(), True),
        (Matcher(rule="psi"), True),
        (Matcher(rule="p*", model="fra?d", column="am*"), True),
        (Matcher(model="fraud", column="age"), False),
        (Matcher(version="v1"), False),
        (Matcher(key="psi/fraud//amount"), True),
        (Matcher(key="psi/fraud//age"), False),
    ],
)
def test_every_part_that_is_given_must_match(matcher: Matcher, meant: bool) -> None:
    run = states()
    silence = Silence(1, matcher, 0.0, 10.0, "alice")
    assert muted(run.states, [silence], 5.0) == ({"psi/fraud//amount": silence} if meant else {})


@pytest.mark.parametrize("name", ["amount[0]", "a*b", "x\x1b[31m"])
def test_a_name_is_meant_as_it_is_and_as_screens_show_it(name: str) -> None:
    run = states(column=name)
    shown = as_alerts(run.states)[0].column
    for column in (name, shown):
        assert muted(run.states, [Silence(1, Matcher(column=column), 0.0, 10.0, "alice")], 5.0)


def test_it_holds_until_its_end_and_the_longest_counts() -> None:
    run = states()
    short, long = Silence(1, Matcher(), 0.0, 10.0, "alice"), Silence(2, Matcher(rule="psi"), 0.0, 20.0, "bob")
    key = next(iter(run.states))
    assert [muted(run.states, [long, short], at).get(key) for at in (5.0, 10.0, 19.9, 20.0)] == [long, long, long, None]
