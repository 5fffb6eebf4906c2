"""False alarms a week on each kind of traffic against the minutes until a shift is found, for every rule on the same streams."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial

import numpy as np
from scipy.stats import chi2

from benchmarks.alarms.rules import DEFAULTS, RULES, Bools
from benchmarks.alarms.streams import DAY, KINDS, WEEK, Floats, simulate
from benchmarks.table import Figure

RATE = 10.0
BUDGET = 1.0
WEEKS_A_RUN = 4
"""Of a run's weeks after its first one."""
STEP_AT = 3 * WEEK + 10
SIZES = (0.5, 1.0)
SLOW = 0.05
"""Standard deviations a day."""
STEPS, SLOPES = 4, 2
"""Runs."""

Setting = tuple[str, str]
"""Rule and setting."""


def figures(weeks: int, seed: int) -> list[Figure]:
    """Return a row for each kind of traffic, rule and setting: `weeks` weeks of no drift in runs of five, and four shifts of each size."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return [figure for kind in KINDS for figure in _of_kind(pool, kind, max(1, weeks // WEEKS_A_RUN), seed)]


def _of_kind(pool: Executor, kind: str, runs: int, seed: int) -> list[Figure]:
    quiet = list(pool.map(partial(quiet_run, kind), range(seed, seed + runs)))
    steps = [list(pool.map(partial(found_after, kind, size), range(seed + 100, seed + 100 + STEPS))) for size in SIZES]
    slopes = list(pool.map(partial(found_after, kind, None), range(seed + 200, seed + 200 + SLOPES)))
    found = []
    for rule, setting in quiet[0]:
        key = (rule, setting)
        first, later = np.mean([run[key][0] for run in quiet]), sum(run[key][1] for run in quiet)
        low, high = interval(later, runs * WEEKS_A_RUN)
        alarmed = np.mean([run[key][2] for run in quiet])
        measured = f"{later / (runs * WEEKS_A_RUN):.2f} a week ({low:.2f} to {high:.2f}), {alarmed:.1%} of the time, first week {first:.1f}"
        delays = [f"{size:g} σ after {_median([run[key] for run in each])}" for size, each in zip(SIZES, steps, strict=True)]
        told = ", ".join([*delays, _slow([run[key] for run in slopes])])
        default = DEFAULTS[rule] == setting
        sys.stderr.write(f"  {kind}, {rule}, {setting}{' (default)' if default else ''}: {measured}; {told}\n")
        budget = f"≤ {BUDGET:g} a week" if default else ""
        found.append(Figure(f"{kind}: {rule}, {setting}", measured, told, budget, low <= BUDGET if default else True))
    return found


def interval(events: int, weeks: float) -> tuple[float, float]:
    """Return the 95 % confidence interval of a rate by the number of events (Garwood 1936)."""
    low = chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
    return float(low / weeks), float(chi2.ppf(0.975, 2 * events + 2) / 2 / weeks)


def incidents(fires: Bools) -> int:
    """Return how often the console goes from no alarm to one: columns that move together are one incident."""
    some = np.asarray(fires.any(axis=0), bool)
    return int(np.count_nonzero(some[1:] & ~some[:-1])) + int(some[:1].any())


def quiet_run(kind: str, seed: int) -> dict[Setting, tuple[int, int, float]]:
    """Return the incidents of one run without drift, in its first week and after it, and the share of the time after it with an alarm."""
    stream = simulate(kind, 1 + WEEKS_A_RUN, RATE, seed)
    alarms = {(name, setting): fires for name, rule in RULES.items() for setting, fires in rule(stream, 0).items()}
    return {key: (incidents(fires[:, :WEEK]), *_after(fires[:, WEEK:])) for key, fires in alarms.items()}


def _after(fires: Bools) -> tuple[int, float]:
    return incidents(fires), float(fires.any(axis=0).mean())


def found_after(kind: str, size: float | None, seed: int) -> dict[Setting, float]:
    """Return the minutes from a step of `size` deviations (None: a slow drift begins) to the first alarm of column 0; else infinite."""
    shift, weeks = (_slope, 6) if size is None else (_step(size), 4)
    stream = simulate(kind, weeks, RATE, seed, shift)
    found = {}
    for name, rule in RULES.items():
        for setting, fires in rule(stream, STEP_AT).items():
            hits = np.flatnonzero(fires[0, STEP_AT:])
            found[name, setting] = float(hits[0] + 1) if len(hits) else np.inf
    return found


def _step(size: float) -> Callable[[Floats], Floats]:
    return lambda minutes: np.asarray((minutes >= STEP_AT) * size, np.float64)


def _slope(minutes: Floats) -> Floats:
    return np.asarray(np.maximum(minutes - STEP_AT, 0) / DAY * SLOW, np.float64)


def _slow(minutes: list[float]) -> str:
    worst = max(minutes) / DAY * SLOW
    return f"slow at {worst:.2f} σ" if worst < np.inf else "slow never"


def _median(minutes: list[float]) -> str:
    middle = float(np.median(minutes))
    return f"{middle:.0f} min" if middle < np.inf else "never"
