"""The p-value of G is what it says, as far out as alarms are decided: where chance alone comes once in a hundred million windows."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.tail import CASES, tail
from tuimon.stats.layout import Layout
from tuimon.stats.likelihood import likelihood_ratio

FEW = [name for name, (share, _, _) in CASES.items() if share.size <= 20]


@pytest.mark.parametrize("p", [1e-3, 1e-5, 1e-8])
@pytest.mark.parametrize("name", FEW)
def test_chance_takes_g_that_far_at_most_twice_as_often_as_stated(name: str, p: float) -> None:
    found = tail(*CASES[name], p, 60_000, 1)
    assert found.error < 0.5 * max(found.chance, 0.2 * p), "too few draws to say"
    assert found.ratio + 2 * found.error / p > 0.2
    assert found.ratio - 2 * found.error / p < 2


def test_the_weighted_draws_say_what_plain_draws_say() -> None:
    share, n, m = np.array([0.5, 0.3, 0.15, 0.05]), 120, 300
    rng = np.random.default_rng(0)
    plain = [rng.multinomial(rows, share, 200_000).astype(np.float64) for rows in (n, m)]
    p = likelihood_ratio(Layout([4]), *plain)[2][:, 0]
    for level in (0.05, 0.01, 1e-3):
        found, seen = tail(share, n, m, level, 100_000, 2), float(np.mean(p <= level))
        assert abs(found.chance - seen) < 4 * np.hypot(found.error, np.sqrt(seen / p.size))


def test_with_many_rows_the_tail_is_chi_squared() -> None:
    found = tail(np.full(5, 0.2), 1_000_000, 1_000_000, 1e-8, 60_000, 3)
    assert found.ratio == pytest.approx(1, abs=4 * found.error / 1e-8)
    assert found.error < 0.1e-8
