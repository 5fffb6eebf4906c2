"""The interval of a share agrees with scipy's, and holds the true share as often as it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from tuimon.stats import share_interval


@given(st.integers(1, 10**9).flatmap(lambda rows: st.tuples(st.integers(0, rows), st.just(rows))))
def test_it_is_wilsons(counted: tuple[int, int]) -> None:
    part, rows = counted
    found = share_interval(part, rows)
    exact = scipy_stats.binomtest(part, rows).proportion_ci(0.95, "wilson")
    assert found == pytest.approx((exact.low, exact.high), rel=1e-6, abs=1e-12)


def test_nothing_is_said_of_no_rows() -> None:
    assert share_interval(0, 0) is None


@pytest.mark.parametrize("share", [0.002, 0.05, 0.5])
def test_it_holds_the_true_share_in_about_95_of_100_cases(share: float) -> None:
    hits = np.random.default_rng(5).binomial(2_000, share, 4_000)
    ends = [share_interval(int(part), 2_000) for part in hits]
    held = np.mean([end is not None and end[0] <= share <= end[1] for end in ends])
    assert 0.92 <= held <= 0.975
