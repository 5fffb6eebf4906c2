"""False alarms a week on each kind of traffic, and the minutes until a shift is found, for every rule on the same streams."""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from scipy.stats import chi2

from benchmarks.alarms.rules import RULES, Bools
from benchmarks.alarms.streams import DAY, KINDS, WEEK, Floats, simulate
from benchmarks.table import Figure

RATE = 10.0
BUDGET = 1.0
STEP_AT = 3 * WEEK + 10
SIZES = (0.5, 1.0)
SLOW = 0.05
"""Standard deviations a day."""


def figures(weeks: int, seed: int) -> list[Figure]:
    """Return a row for each kind of traffic and rule: `weeks` weeks of no drift in runs of five, and four shifts of each size."""
    found = []
    for kind in KINDS:
        alarms = _false_alarms(kind, max(1, weeks // 4), seed)
        delays = _delays(kind, seed)
        for rule in RULES:
            first, later = alarms[rule]
            low, high = interval(later, 4 * max(1, weeks // 4))
            measured = f"{later / (4 * max(1, weeks // 4)):.2f} a week ({low:.2f} to {high:.2f}), first week {first:.1f}"
            sys.stderr.write(f"  {kind}, {rule}: {measured}; {delays[rule]}\n")
            found.append(Figure(f"{kind}: {rule}", measured, delays[rule], f"≤ {BUDGET:g} a week", low <= BUDGET))
    return found


def interval(events: int, weeks: float) -> tuple[float, float]:
    """Return the 95 % confidence interval of a rate by the number of events (Garwood 1936)."""
    low = chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
    return float(low / weeks), float(chi2.ppf(0.975, 2 * events + 2) / 2 / weeks)


def incidents(fires: Bools) -> int:
    """Return how often the console goes from no alarm to one: columns that move together are one incident."""
    some = np.asarray(fires.any(axis=0), bool)
    return int(np.count_nonzero(some[1:] & ~some[:-1])) + int(some[0])


def _false_alarms(kind: str, runs: int, seed: int) -> dict[str, tuple[float, int]]:
    """Incidents in the first week, as the mean of all runs, and in the four after it, as their sum."""
    first, later = dict.fromkeys(RULES, 0), dict.fromkeys(RULES, 0)
    for run in range(runs):
        stream = simulate(kind, 5, RATE, seed + run)
        for name, rule in RULES.items():
            fires = rule(stream)
            first[name] += incidents(fires[:, :WEEK])
            later[name] += incidents(fires[:, WEEK:])
    return {name: (first[name] / runs, later[name]) for name in RULES}


def _delays(kind: str, seed: int) -> dict[str, str]:
    """Minutes until column 0 shows an alarm after a step, and the size that a slow drift has by then; the median of four runs."""
    told: dict[str, list[str]] = {name: [] for name in RULES}
    for size in SIZES:
        hits = [_found(kind, seed + 100 + run, _step(size), 4) for run in range(4)]
        for name in RULES:
            told[name].append(f"{size:g} σ after {_median([hit[name] for hit in hits])}")
    hits = [_found(kind, seed + 200 + run, _slope, 6) for run in range(2)]
    for name in RULES:
        sizes = [hit[name] / DAY * SLOW for hit in hits]
        told[name].append(f"slow at {max(sizes):.2f} σ" if max(sizes) < np.inf else "slow never")
    return {name: ", ".join(parts) for name, parts in told.items()}


def _step(size: float) -> Callable[[Floats], Floats]:
    return lambda minutes: np.asarray((minutes >= STEP_AT) * size, np.float64)


def _slope(minutes: Floats) -> Floats:
    return np.asarray(np.maximum(minutes - STEP_AT, 0) / DAY * SLOW, np.float64)


def _found(kind: str, seed: int, shift: Callable[[Floats], Floats], weeks: int) -> dict[str, float]:
    """Minutes from the shift to the first alarm of column 0 by rule; infinite without one."""
    stream = simulate(kind, weeks, RATE, seed, shift)
    found = {}
    for name, rule in RULES.items():
        hits = np.flatnonzero(rule(stream)[0, STEP_AT:])
        found[name] = float(hits[0] + 1) if len(hits) else np.inf
    return found


def _median(minutes: list[float]) -> str:
    middle = float(np.median(minutes))
    return f"{middle:.0f} min" if middle < np.inf else "never"
