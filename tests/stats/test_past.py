"""Which past windows count as normal."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tuimon.stats import PastWindows, worth
from tuimon.stats.layout import Layout
from tuimon.stats.likelihood import likelihood_ratio
from tuimon.stats.null import UNRULY

TENTHS = np.full(10, 0.1)
SHIFTED = np.array([0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11, 0.13, 0.14, 0.17])
MINUTES = 300
HOUR = 3_600


def past(width: int = MINUTES) -> PastWindows:
    return PastWindows(Layout([10]), 50_000 * TENTHS, width, 1e-6)


def fill(windows: PastWindows, shares: np.ndarray, count: int, seed: int = 1, rows: int = 6_000) -> None:
    """Add windows one after the other."""
    rng = np.random.default_rng(seed)
    begin = windows.ends[-1] if windows.ends else 0
    for end in range(begin + windows.width, begin + (count + 1) * windows.width, windows.width):
        windows.add([end], rng.multinomial(rows, shares, 1).astype(float))


def taken_for_granted(windows: float) -> float:
    """The growth of a column that is told nothing by so many windows."""
    return 1.0001 * UNRULY.growth * UNRULY.windows / (windows + UNRULY.windows)


def p_of(windows: PastWindows, shares: np.ndarray, at: int) -> float:
    """The p-value of a window of exactly these shares."""
    g, dof, _ = likelihood_ratio(windows.layout, 6_000 * shares[np.newaxis], 50_000 * TENTHS)
    return float(windows.null(at).p_value(g, dof, worth(6_000, 50_000))[0, 0])


def test_trouble_does_not_become_normal_however_long_it_lasts() -> None:
    windows = past()
    fill(windows, TENTHS, 24)
    fill(windows, SHIFTED, 120, seed=2)
    assert p_of(windows, SHIFTED, windows.ends[-1]) <= 1e-6


def test_what_happened_in_the_last_hour_is_not_yet_normal() -> None:
    windows, calm = past(), past()
    fill(windows, TENTHS, 24)
    fill(calm, TENTHS, 24)
    # Too little of an effect to be left out by itself.
    fill(windows, TENTHS + (SHIFTED - TENTHS) / 4, 12, seed=3)
    assert windows.null(windows.ends[-1]).growth == calm.null(calm.ends[-1] + HOUR).growth
    assert windows.null(windows.ends[-1] + HOUR).growth > 0


def test_both_sides_of_trouble_are_left_out_with_it() -> None:
    windows = past()
    fill(windows, TENTHS, 24)
    fill(windows, (TENTHS + SHIFTED) / 2, 1, seed=4)
    fill(windows, SHIFTED, 3, seed=5)
    fill(windows, (TENTHS + SHIFTED) / 2, 1, seed=6)
    fill(windows, TENTHS, 24, seed=7)
    null = windows.null(windows.ends[-1] + HOUR)
    assert null.windows[0] == 48
    assert null.growth[0] <= taken_for_granted(48)


def test_a_slow_drift_of_days_does_not_become_normal_on_its_way() -> None:
    day = 24 * HOUR
    windows, slope = past(day), SHIFTED - TENTHS
    fill(windows, TENTHS, 20, rows=800_000)
    for step in range(1, 8):
        fill(windows, TENTHS + slope * step / 7, 1, seed=step, rows=800_000)
    null = windows.null(windows.ends[-1])
    assert null.growth[0] <= taken_for_granted(null.windows[0])
    assert p_of(windows, SHIFTED, windows.ends[-1]) <= 1e-6


def test_the_step_only_doubles_and_the_past_stays_small() -> None:
    windows = past()
    steps = [windows.step(span) for span in range(0, windows.memory + 1, HOUR)]
    assert all(later in (step, 2 * step) for step, later in pairwise(steps))
    assert max(span // windows.step(span) for span in range(0, windows.memory + 1, HOUR)) <= 400


@pytest.mark.parametrize("pieces", [1, 5, 40])
def test_windows_read_at_once_or_one_by_one_teach_the_same(pieces: int) -> None:
    rng = np.random.default_rng(11)
    counts = rng.multinomial(6_000, TENTHS, 80).astype(float)
    counts[40:50] = rng.multinomial(6_000, SHIFTED, 10)
    whole, parts = past(), past()
    whole.add([(place + 1) * MINUTES for place in range(80)], counts)
    for part in np.array_split(np.arange(80), pieces):
        parts.add([(int(place) + 1) * MINUTES for place in part], counts[part])
    for name in ("growth", "freedom", "windows"):
        assert getattr(whole.null(90 * MINUTES), name) == getattr(parts.null(90 * MINUTES), name)
    assert whole.null(90 * MINUTES).windows == 66


def test_what_fires_is_held_against_what_was_learned_before_it_began() -> None:
    windows, slope = past(), SHIFTED - TENTHS
    fill(windows, TENTHS, 24)
    begun = float(windows.ends[-1] + HOUR)
    for step in range(1, 121):
        fill(windows, TENTHS + slope * step / 120, 1, seed=step)
    at = windows.ends[-1]
    assert windows.null(at, np.array([begun])) == windows.null(int(begun))
    assert windows.null(at).growth[0] > 2 * windows.null(at, np.array([begun])).growth[0]


def test_what_began_before_anything_was_learned_stays_unknown() -> None:
    windows = past()
    fill(windows, TENTHS, 48)
    at = windows.ends[-1]
    assert not windows.null(at, np.array([2.0 * MINUTES])).learned[0]
    assert windows.null(at) == windows.null(at, np.array([np.inf]))
