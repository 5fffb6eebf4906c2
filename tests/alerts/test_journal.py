"""The journal: whatever happened to alerts, their states can be made from its lines again."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.readings import reading
from tuimon.alerts import AlertState, Entry, Matcher, Silence, Transition, decoded, encoded, replayed, step
from tuimon.config import Threshold

MINUTE = 60.0
values = st.sampled_from([0.0, 0.5, 1.5, 2.5])
"""Below both limits, below them, over the warning, over the critical one."""


NUMBERED = '{"seq":%d,"written":1.0,"event":"firing","message":""}'


def entered(seq: int, found: Transition) -> Entry:
    return Entry(seq, 1e9 + seq, found.kind, found.message, state=found.state)


def summary(state: AlertState) -> tuple[object, ...]:
    return state.phase, state.severity, state.episode, state.since


@given(st.lists(st.tuples(values, values), max_size=40), st.integers(1, 3))
def test_states_made_from_the_journal_are_those_of_the_last_transition(looks: list[tuple[float, float]], hold: int) -> None:
    states: dict[str, AlertState] = {}
    last: dict[str, AlertState] = {}
    lines: list[str] = []
    for minute, pair in enumerate(looks):
        both = [reading(value, Threshold(1.0, 2.0, hold * MINUTE), column=name) for name, value in zip("ab", pair, strict=True)]
        states, found = step(states, both, minute * MINUTE, historic=False)
        lines += [encoded(entered(len(lines) + place, item)) for place, item in enumerate(found, 1)]
        last |= {item.state.key: item.state for item in found}
        again = replayed({}, {}, [entry for line in lines if (entry := decoded(line)) is not None])
        assert again.states == last
        assert {key for key, state in states.items() if state.phase != "pending"} <= set(again.states)
        for key, known in again.states.items():
            assert known.phase == "pending" or summary(known) == summary(states[key])


@given(st.text(), st.text(), st.one_of(st.none(), st.text()))
def test_a_line_is_ascii_and_comes_back(column: str, note: str, by: str | None) -> None:
    column, note = (text.encode("utf-8", "replace").decode() for text in (column, note))
    state = next(iter(step({}, [reading(3.0, column=column)], 60.0, historic=False)[0].values()))
    silence = Silence(3, Matcher(rule="psi", column=column), 1.0, 2.0, "alice", note)
    entry = Entry(
        7, 1_700_000_000.25, "firing", "words", None if by is None else by.encode("utf-8", "replace").decode(), note, state, silence
    )
    line = encoded(entry)
    assert line.isascii()
    assert line.isprintable()
    assert decoded(line) == entry


def test_what_is_no_line_is_none() -> None:
    assert [
        decoded(line) for line in ("", "x", "{}", "[]", '{"seq": "1"}', b"\xff\x00", "[" * 100_000, NUMBERED % 0, NUMBERED % 10**18)
    ] == [None] * 9


def test_an_older_line_without_newer_fields_is_read() -> None:
    state = next(iter(step({}, [reading(3.0)], 60.0, historic=False)[0].values()))
    line = encoded(Entry(1, 2.0, "firing", "m", state=state)).replace('"data":"ok",', "").replace('"note":"",', "")
    assert decoded(line) == Entry(1, 2.0, "firing", "m", state=state)


def test_what_was_dropped_or_ended_long_ago_is_not_made_again() -> None:
    fired = next(iter(step({}, [reading(3.0)], 60.0, historic=False)[0].values()))
    old = replace(fired, key="old", phase="resolved", since=60.0, last=60.0)
    late = replace(fired, key="late", last=2 * 86_400.0)
    entries = [Entry(1, 1.0, "firing", "", state=fired), Entry(2, 2.0, "dropped", "", state=fired)]
    entries += [Entry(3, 3.0, "resolved", "", state=old), Entry(4, 4.0, "firing", "", state=late)]
    assert set(replayed({}, {}, entries).states) == {"late"}


def test_silences_come_back_and_end() -> None:
    first, second = Silence(1, Matcher(model="m"), 1.0, 9.0, "alice"), Silence(2, Matcher(), 1.0, 9.0, "bob")
    entries = [
        Entry(1, 1.0, "silenced", "", silence=first),
        Entry(2, 2.0, "silenced", "", silence=second),
        Entry(3, 3.0, "unsilenced", "", silence=first),
    ]
    assert replayed({}, {}, entries).silences == {2: second}
