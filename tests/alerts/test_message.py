from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alerts.readings import Simulator, reading
from tuimon.alerts import Acknowledgement, as_alerts, message
from tuimon.config import RULES, Direction, Threshold
from tuimon.values.text import safe_text


def _fire(rule: str, value: float, *limits: float, **more: object) -> Simulator:
    run = Simulator()
    direction: Direction = "below" if rule == "accuracy" else "above"
    run.at(0, reading(value, Threshold(limits[0], limits[1] if len(limits) > 1 else None, 0.0, direction), rule=rule, **more))
    return run


@pytest.mark.parametrize(
    ("rule", "value", "limit", "more", "text"),
    [
        ("psi", 0.41, 0.2, {"window": "1h"}, "amount: PSI 0.41 over 0.20 in the last 1h"),
        ("psi", 0.2004, 0.2, {}, "amount: PSI 0.2004 over 0.2000 in the last 5m"),
        ("latency_p95_ms", 412.3, 400, {"column": None, "window": None}, "p95 latency 412 ms over 400 ms"),
        ("latency_p95_ms", 12.34, 9.5, {"column": None, "version": "v3"}, "v3: p95 latency 12.3 ms over 9.5 ms in the last 5m"),
        ("error_rate", 0.061, 0.05, {"column": None, "window": None}, "error rate 6.1 % over 5 %"),
        ("error_rate", 1.0, 0.0, {"column": None, "window": None}, "error rate 100 % over 0 %"),
        ("missing_rate", 0.25, 0.2, {"version": "v1"}, "amount (v1): missing 25 % over 20 % in the last 5m"),
        ("accuracy", 0.87, 0.9, {"column": None, "window": None}, "accuracy 0.87 below 0.90"),
        ("stale", 961, 900, {"column": None, "window": None}, "no new rows for 16m (limit 15m)"),
        ("stale", 931, 900, {"column": None, "window": None}, "no new rows for 15m 31s (limit 15m)"),
        ("stale", 91, 90, {"column": None, "window": None}, "no new rows for 1m 31s (limit 1m 30s)"),
        ("stale", 90_100, 86_400, {"column": None, "window": None}, "no new rows for 1d 1h (limit 1d)"),
        ("psi", 0.4, 0.2, {"column": "a\x1b[2J\u202eb", "window": None}, "a\\x1b[2J\\u202eb: PSI 0.40 over 0.20"),
    ],
)
def test_sentences(rule: str, value: float, limit: float, more: dict[str, object], text: str) -> None:
    run = _fire(rule, value, limit, **more)
    assert message(run.only) == text
    assert run.transitions[-1].message == text


@pytest.mark.parametrize(
    ("rule", "then", "text"),
    [
        ("psi", 0.05, "amount: PSI 0.05 no longer over 0.20 in the last 5m"),
        ("stale", 0.1, "amount: rows again, the newest 0s old (limit 0s)"),
    ],
)
def test_sentences_of_resolved_alerts(rule: str, then: float, text: str) -> None:
    run = _fire(rule, 0.4, 0.2)
    run.at(1, reading(then, Threshold(0.2), rule=rule))
    assert message(run.only) == text


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(RULES), st.floats(0, 1e300), st.floats(0, 1e15), st.text(max_size=6))
def test_a_sentence_is_short_safe_and_tells_value_from_limit(rule: str, value: float, limit: float, name: str) -> None:
    for state in _fire(rule, value, limit, column=name).states.values():
        text = message(state)
        assert text == safe_text(text)
        assert len(text) < 200


def test_alerts_are_sorted_worst_and_newest_first() -> None:
    run = Simulator()
    at_once, held = Threshold(0.1, 0.2), Threshold(0.1, 0.2, 600.0)
    first = [reading(0.3, at_once, column="old"), reading(0.15, at_once, column="warned"), reading(0.3, at_once, column="gone")]
    run.at(0, *first)
    later = [reading(0.0, at_once, column="gone"), reading(0.3, held, column="waiting"), reading(0.3, at_once, column="new")]
    run.at(1, *first[:2], *later)
    seen = run.transitions[0].state.key
    found = as_alerts({**run.states, seen: replace(run.states[seen], acknowledged=Acknowledgement("alice", 5.0))})
    assert [(alert.acknowledged_by, alert.acknowledged_at) for alert in found if alert.acknowledged] == [("alice", 5.0)]
    assert [(alert.column, alert.state, alert.severity, alert.acknowledged) for alert in found] == [
        ("new", "firing", "critical", False),
        ("old", "firing", "critical", True),
        ("warned", "firing", "warning", False),
        ("waiting", "pending", "critical", False),
        ("gone", "resolved", "critical", False),
    ]


def test_names_are_made_safe() -> None:
    run = _fire("psi", 1.0, 0.2, model="m\x07", version="v\u2066", column="c\x00")
    (alert,) = as_alerts(run.states)
    assert (alert.model, alert.version, alert.column) == ("m\\x07", "v\\u2066", "c\\x00")
    assert safe_text(alert.id) == alert.id
