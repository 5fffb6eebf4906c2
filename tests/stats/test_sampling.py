"""What sampled rows stand for: against exact fractions, and against records of which a sample was drawn."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.stats import Estimate, estimates, excess_words

WEIGHTS = st.one_of(st.integers(1, 100_000).map(float), st.floats(1, 100_000), st.floats(0.00001, 1).map(lambda rate: 1 / rate))
ROWS = st.lists(st.tuples(WEIGHTS.map(lambda weight: min(weight, 100_000.0)), st.booleans()), max_size=60)


def estimated(rows: list[tuple[float, bool]]) -> tuple[Estimate, Estimate]:
    error = np.array([failed for _, failed in rows], bool)
    bins, counts = excess_words(np.array([weight for weight, _ in rows], np.float64), error)
    return estimates(len(rows), int(error.sum()), bins.ravel(), counts.ravel())


@given(ROWS)
def test_the_sums_are_those_of_exact_fractions(rows: list[tuple[float, bool]]) -> None:
    every, failed = estimated(rows)
    for found, own in ((every, rows), (failed, [row for row in rows if row[1]])):
        weights = [Fraction(weight) for weight, _ in own]
        assert found.count == pytest.approx(float(sum(weights)), rel=1e-12, abs=1e-6)
        assert found.variance == pytest.approx(float(sum(w * (w - 1) for w in weights)), rel=1e-12, abs=1e-5)


@given(ROWS)
def test_rows_never_say_more_about_a_share_than_as_many_of_one_rate(rows: list[tuple[float, bool]]) -> None:
    every, _ = estimated(rows)
    assert every.worth <= len(rows) * (1 + 1e-6)


@given(weight=WEIGHTS, count=st.integers(1, 50))
def test_rows_of_one_rate_are_worth_what_they_are(weight: float, count: int) -> None:
    every, _ = estimated([(min(weight, 100_000.0), False)] * count)
    assert every.worth == pytest.approx(count, rel=1e-5)


def test_the_interval_holds_the_number_of_records_in_19_of_20_samples() -> None:
    rng = np.random.default_rng(7)
    rates = rng.choice([1.0, 0.3, 0.05], 4_000)
    held = 0
    for _ in range(1_000):
        drawn = rates[rng.random(4_000) < rates]
        every, _ = estimated([(1 / rate, False) for rate in drawn])
        held += abs(every.count - 4_000) <= every.margin
    assert 930 <= held <= 968
