"""How often alarms are false and how soon they come, on simulated traffic: a short version of `python -m benchmarks --only alarms`."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from benchmarks.alarms.measure import RATE, incidents
from benchmarks.alarms.rules import DEFAULTS, Bools, tuimon
from benchmarks.alarms.streams import DAY, KINDS, simulate

DEFAULT = DEFAULTS["tuimon"]


def alarms(kind: str, days: float, seed: int, since: int = 0, size: float = 0.0) -> Bools:
    """When each column alarms; column 0 is `size` deviations off from minute `since` on."""
    stream = simulate(kind, days / 7, RATE, seed, lambda minutes: np.asarray((minutes >= since) * size, np.float64))
    return tuimon(stream, since)[DEFAULT]


@pytest.mark.parametrize("hours", [3, 30])
def test_half_a_deviation_in_one_of_twenty_columns_is_found_within_ten_minutes(hours: int) -> None:
    since = hours * 60
    fires = alarms("independent", (since + 30) / DAY, 71 + hours, since, 0.5)
    assert fires[0, since : since + 10].any()
    assert not fires[1:].any()


def test_a_deviation_is_found_even_in_the_first_hour() -> None:
    fires = alarms("independent", 1 / 16, 5, 45, 1.0)
    assert fires[0, 45:55].any()
    assert not fires[1:].any()


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_hours_of_traffic_are_quiet(kind: str) -> None:
    """While nothing is known of a column, neither batches nor the hour of the day nor neighbours that are alike are an alarm."""
    assert not alarms(kind, 1 / 8, 90).any()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_budget_holds_from_the_first_week_on(kind: str) -> None:
    found = sum(incidents(alarms(kind, 7, seed)) for seed in (301, 302))
    assert found <= poisson.ppf(0.9999, 2 * 1.0)
