"""Kinds of numeric columns, most of them awkward: each draws rows of a size and a change of a strength from -1 to 1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, int, float], Floats]


@dataclass(frozen=True)
class Family:
    """How rows are drawn at a strength of change (0: none), and the first rows of all where they are unlike those that follow."""

    draw: Draw
    first: Draw | None = None

    @property
    def begins_otherwise(self) -> bool:
        """Whether a grid that is made from the first rows says little of those that follow: nothing is promised for it."""
        return self.first is not None

    def first_rows(self, rng: np.random.Generator, rows: int) -> Floats:
        """Return rows from the very beginning of the stream, float64[rows]."""
        return (self.first or self.draw)(rng, rows, 0.0)


def _normal(mean: float, deviation: float) -> Draw:
    return lambda rng, rows, t: rng.normal(mean + t * deviation, deviation * np.exp(t / 4), rows)


def _lognormal(mean: float, sigma: float) -> Draw:
    return lambda rng, rows, t: rng.lognormal(mean + t * sigma / 2, sigma, rows)


def _mixed(share: float, first: Draw, second: Draw, moves: float = 0.0) -> Draw:
    """Rows of `first` with the share + t · moves, else of `second`."""
    return lambda rng, rows, t: np.where(rng.random(rows) < share + t * moves, first(rng, rows, t), second(rng, rows, t))


def _always(value: float) -> Draw:
    return lambda _, rows, __: np.full(rows, value)


def _clusters(rng: np.random.Generator, rows: int, t: float) -> Floats:
    place = rng.random(rows) < 0.5 - 0.2 * t
    return np.where(place, rng.normal(1e-5 * t, 1e-5, rows), rng.normal(1e6, 1e-5 * (2 + t), rows))


def _constant(rng: np.random.Generator, rows: int, t: float) -> Floats:
    return np.where(rng.random(rows) < abs(t), 7.0 + np.sign(t), 7.0)


def _both_signs(rng: np.random.Generator, rows: int, t: float) -> Floats:
    return np.where(rng.random(rows) < 0.4 + 0.2 * t, -1.0, 1.0) * rng.lognormal(0, 2, rows)


def _unit(rng: np.random.Generator, rows: int, t: float) -> Floats:
    """Milliseconds; at any strength but 0 a part of the rows, or all, have become seconds or microseconds."""
    values = rng.lognormal(4, 0.5, rows)
    return np.where(rng.random(rows) < abs(t) ** 0.25, values * 1_000.0 ** -np.sign(t), values)


FAMILIES: dict[str, Family] = {
    "normal": Family(_normal(0, 1)),
    "skewed": Family(lambda rng, rows, t: rng.gamma(1.5, np.exp(t / 2), rows)),
    "heavy-tailed (lognormal, sigma 3)": Family(_lognormal(0, 3)),
    "heavy on both sides (Cauchy)": Family(lambda rng, rows, t: rng.standard_cauchy(rows) * np.exp(t / 2) + t / 2),
    "whole numbers": Family(lambda rng, rows, t: rng.poisson(4 * np.exp(t / 3), rows).astype(np.float64)),
    "many whole numbers": Family(lambda rng, rows, t: rng.poisson(400 * np.exp(t / 20), rows).astype(np.float64)),
    "constant": Family(_constant),
    "nine of ten zero": Family(_mixed(0.9, _always(0.0), lambda rng, rows, t: rng.exponential(np.exp(t / 2), rows), 0.08)),
    "zeros become tiny values": Family(
        _mixed(0.9, lambda rng, rows, t: rng.exponential(1e-9, rows) * (rng.random(rows) < abs(t)), _normal(1, 1))
    ),
    "far from zero (1e9)": Family(_normal(1e9, 1)),
    "tiny (1e-12)": Family(_normal(3e-12, 1e-12)),
    "both signs": Family(_both_signs),
    "two far clusters": Family(_clusters),
    "two narrow modes": Family(_mixed(0.5, _normal(0, 1e-4), _normal(1e3, 1e-4), 0.2)),
    "sentinel -999999": Family(_mixed(0.1, _always(-999_999.0), _normal(50, 10), 0.09)),
    "scores near 0": Family(lambda rng, rows, t: rng.beta(0.05 * np.exp(t / 2), 5, rows)),
    "uniform": Family(lambda rng, rows, t: rng.random(rows) ** np.exp(t / 3)),
    "zeros while warming up": Family(_mixed(0.1, _always(0.0), _normal(100, 5), 0.09), first=_always(0.0)),
    "milliseconds become others": Family(_unit),
    "first in seconds, then in milliseconds": Family(_lognormal(4, 0.5), first=lambda rng, rows, _: rng.lognormal(4, 0.5, rows) / 1_000),
    "first in milliseconds, then in seconds": Family(_lognormal(-3, 0.5), first=lambda rng, rows, _: rng.lognormal(4, 0.5, rows)),
}
"""Name -> family."""
