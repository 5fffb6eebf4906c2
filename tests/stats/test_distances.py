"""Distances agree with scipy and with published cases of other monitors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import contingency

from tuimon.stats.distances import GroupMethod, group_distance, group_shares, shares, without_zeros
from tuimon.stats.layout import Layout

METHODS: tuple[GroupMethod, ...] = ("psi", "js", "hellinger", "tv", "linf", "chi2")
counts = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=2, max_size=12).filter(
    lambda pairs: sum(pair[0] for pair in pairs) > 0 and sum(pair[1] for pair in pairs) > 0
)


def distance(method: GroupMethod, now: object, then: object) -> float:
    left, right = np.array(now, dtype=np.float64), np.array(then, dtype=np.float64)
    layout = Layout([left.size])
    return float(group_distance(method, layout, *group_shares(method, layout, left, right))[0])


@settings(max_examples=150, deadline=None)
@given(counts)
def test_values_are_those_of_the_textbook(pairs: list[tuple[int, int]]) -> None:
    now, then = np.array(pairs, dtype=np.float64).T
    p, q = now / now.sum(), then / then.sum()
    assert distance("js", now, then) == pytest.approx(jensenshannon(p, q, base=2), abs=1e-7)
    assert distance("hellinger", now, then) == pytest.approx(np.sqrt(max(1 - np.sum(np.sqrt(p * q)), 0)), abs=1e-7)
    assert distance("tv", now, then) == pytest.approx(np.maximum(p - q, 0).sum())
    assert distance("linf", now, then) == pytest.approx(np.abs(p - q).max())
    a, b = without_zeros(now, then)
    a, b = a[a > 0] / a.sum(), b[b > 0] / b.sum()
    assert distance("psi", now, then) == pytest.approx(np.sum((a - b) * np.log(a / b)), abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(counts)
def test_chi2_is_cramers_v_of_sides_of_equal_size(pairs: list[tuple[int, int]]) -> None:
    now, then = np.array([pair for pair in pairs if sum(pair)]).T
    value = distance("chi2", now, then)
    if now.size > 1:
        table = np.array([now * then.sum(), then * now.sum()])
        assert value == pytest.approx(contingency.association(table, method="cramer", correction=False), abs=1e-7)
    assert distance("chi2", 7 * now, then) == pytest.approx(value)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=60, deadline=None)
@given(pairs=counts)
def test_every_measure_is_symmetric_bounded_and_zero_for_equal_shares(method: GroupMethod, pairs: list[tuple[int, int]]) -> None:
    now, then = np.array(pairs).T
    value = distance(method, now, then)
    assert value == pytest.approx(distance(method, then, now), abs=1e-12)
    # JS and its like are roots: a rounding of 1e-16 in the sum is 1e-8 in the value.
    assert distance(method, now, now * 3 if method != "psi" else now) == pytest.approx(0, abs=1e-7)
    bound = 1 + 1e-12 if method != "psi" else np.log(2 * (now.sum() + 7)) + np.log(2 * (then.sum() + 7))
    assert 0 <= value <= bound


# Unit-test cases of Azure ML's categorical drift: baseline a to h of 100 each. JS base 2, Hellinger, L-infinity, PSI without filling.
AZURE = [
    ([97, 105, 99, 98, 101, 102, 97, 103], 0.011723, 0.009760, 0.005923, 0.000762),
    ([100, 110, 90, 100, 100, 100, 110, 100], 0.025199, 0.020981, 0.013889, 0.003523),
    ([10, 11, 9, 10, 10, 10, 11, 10], 0.025199, 0.020981, 0.013889, 0.003523),
    ([180, 80, 70, 170, 200, 10, 130, 100], 0.257323, 0.221279, 0.114362, 0.423294),
    ([100] * 7 + [1], 0.246003, 0.227815, 0.123573, 0.569077),
    ([100, 100, 100, 0, 0, 100, 100, 1], 0.460746, 0.440936, 0.125, None),
]


@pytest.mark.parametrize(("now", "js", "hellinger", "linf", "psi"), AZURE)
def test_published_cases(now: list[int], js: float, hellinger: float, linf: float, psi: float | None) -> None:
    then = [100] * 8
    assert distance("js", now, then) == pytest.approx(js, abs=1e-6)
    assert distance("hellinger", now, then) == pytest.approx(hellinger, abs=1e-6)
    assert distance("linf", now, then) == pytest.approx(linf, abs=1e-6)
    if psi is not None:
        assert distance("psi", now, then) == pytest.approx(psi, abs=1e-6)


def test_disjoint_sides_are_as_far_apart_as_can_be() -> None:
    for method in ("js", "hellinger", "tv", "chi2"):
        assert distance(method, [100, 100, 0, 0], [0, 0, 100, 100]) == pytest.approx(1)
    assert distance("js", [2, 3, 0], [3, 1, 4]) == pytest.approx(0.610231, abs=1e-6)
    assert distance("hellinger", [2, 3, 0], [3, 1, 4]) == pytest.approx(0.582100, abs=1e-6)
    # Four groups of 200 and half a row in 202: 2 ln 401 · 400 / 404... worked out by hand as Σ (p - q) ln(p / q).
    high, low = 100.5 / 202, 0.5 / 202
    assert distance("psi", [100, 100, 0, 0], [0, 0, 100, 100]) == pytest.approx(4 * (high - low) * np.log(high / low))


def test_a_column_without_rows_has_no_shares() -> None:
    assert np.isnan(shares(Layout([2, 1]), np.array([0.0, 0.0, 3.0]))).tolist() == [True, True, False]
