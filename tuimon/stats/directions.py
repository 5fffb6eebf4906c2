"""How well the baseline's main directions describe a window, from sums alone: the live form of the PCA reconstruction error.

Not part of what `tuimon.stats` exports: it stands on `tuimon.stats.exact`, which reading logs has no need of.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tuimon.stats.exact.reconstruction import Moments, fit
from tuimon.stats.joint import Axes, Floats, Joint
from tuimon.stats.special import stdtrit

CONSTANT = 1e-12
"""A variance below this part of the mean square about the centre is what rounding leaves of a constant."""
BEYOND = 0.00135
"""The share of windows above a bound, and that below one: those of three standard deviations."""
FEW_WINDOWS = 12
"""Past windows below which nothing is said of their spread."""
_MAD = 1.4826
"""From the median absolute deviation to the standard deviation of a normal distribution."""
_MAD_WORTH = 0.37
"""The part of the values that would have told the deviation as well (Rousseeuw, Croux 1993)."""


@dataclass(frozen=True)
class Directions:
    """The main directions of a baseline."""

    names: tuple[str, ...]
    mean: Floats
    """float64[d], also of values that are missing."""
    deviation: Floats
    """float64[d]"""
    kept: Floats
    """float64[d, k]"""
    expected: float
    """The baseline's own error."""
    variance: float
    """Of a row's squared error, if rows were independent and normal."""
    rows: int

    def error(self, window: Joint, axes: Axes) -> float:
        """Return the root mean square of the rows' distances from their projection, standardised; NaN without rows."""
        return math.sqrt(max(float(np.trace(self._residual(window, axes))), 0.0)) if window.n else math.nan

    def deviation_by_chance(self, n: int) -> float:
        """Return the standard deviation of the error of n rows, if they were independent and normal."""
        return math.sqrt(self.variance * (1 / n + 1 / self.rows)) / (2 * self.expected) if n and self.expected else math.nan

    def _residual(self, window: Joint, axes: Axes) -> Floats:
        """The covariance about the baseline's mean of what the directions leave, float64[d, d]."""
        at = {name: place for place, name in enumerate(axes.names)}
        places = np.array([at.get(name, -1) for name in self.names], np.intp)
        centre = (self.mean - axes.loc[places]) / axes.scale[places]
        unit = axes.scale[places] / self.deviation
        squares = window.widened(len(axes.names)).picked(places).about(centre) * np.outer(unit, unit) / window.n
        rest = np.eye(len(self.names)) - self.kept @ self.kept.T
        return np.asarray(rest @ squares @ rest)


def directions(baseline: Joint, axes: Axes) -> Directions | None:
    """Return the directions that hold more than 65 % of the baseline's variance, its missing values being its means (NannyML's rule).

    None where all directions are kept, or there is no variance: then nothing could be reconstructed wrongly.
    """
    baseline = baseline.widened(len(axes.names))
    used = np.flatnonzero(baseline.n - np.diag(baseline.missing) > 0)
    own, loc, scale = baseline.picked(used), axes.loc[used], axes.scale[used]
    if own.n < 2 or len(used) < 2:
        return None
    squares = own.about(own.mean)
    constant = np.diag(squares) <= CONSTANT * np.diag(own.products)
    squares = np.where(np.logical_or.outer(constant, constant), 0.0, squares) * np.outer(scale, scale)
    fitted = fit(Moments(own.n, np.zeros(len(used)), np.zeros(len(used)), squares))
    if fitted is None or fitted.directions.shape[1] == len(used):
        return None
    names = tuple(axes.names[place] for place in used)
    found = Directions(names, loc + scale * own.mean, fitted.deviation, fitted.directions, 0.0, 0.0, own.n)
    left = found._residual(own, Axes(names, loc, scale))
    expected = math.sqrt(max(float(np.trace(left)), 0.0))
    return Directions(names, found.mean, found.deviation, found.kept, expected, 2 * float(np.sum(left**2)), own.n)


def margin(past: Floats, by_chance: float) -> float | None:
    """Return how far an error may be from what is expected: 997 of 1,000 windows are not further. None with fewer than 12 past windows.

    `past` are errors of past windows, `by_chance` the least standard deviation there can be. The spread of the past is taken around its own
    median and by the median absolute deviation, so that up to half of the windows may be unlike the others (Hahn 1969 for the factor).
    """
    if len(past) < FEW_WINDOWS:
        return None
    deviation = _MAD * float(np.median(np.abs(past - np.median(past))))
    factor = -float(stdtrit(max(_MAD_WORTH * (len(past) - 1), 1.0), BEYOND)) * math.sqrt(1 + 1 / len(past))
    return max(factor * deviation, 3.0 * by_chance)
