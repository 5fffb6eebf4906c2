"""The null of G learned from a column's own past: how much it varies while nothing happens.

Rows of live traffic are not independent: days have a rhythm, batches hold like rows, neighbours resemble each other. So windows
differ by more than independent rows would, and by the more the larger they are. The mean of G is a + b·r with a its degrees of freedom
and r = n·m / (n + m) the rows that a comparison of n rows with m is worth; G over its mean is about chi-squared with d degrees of
freedom over d. Both b and d are learned from past windows, beginning from a prior that counts as K windows; p is the tail of
F(d, d·(H + K')), with H how many windows taught it and K' how far the prior is trusted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuimon.stats.layout import Layout
from tuimon.stats.likelihood import P_FLOOR, likelihood_ratio
from tuimon.stats.special import chdtrc, chdtri, fdtrc, fdtri

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST_WINDOWS = 4
"""Past windows below which a column counts as unknown."""


@dataclass(frozen=True)
class Prior:
    """What is taken for granted before a column's past is known."""

    windows: float
    """K: until more than these are known, they outweigh the column's own."""
    trust: float
    """K': windows that would have taught it."""
    growth: float
    """b: an hour, a batch or a day differs from the next by a PSI of about this."""
    freedom: float
    """d: a rhythm moves a column in one or two ways."""


UNRULY = Prior(windows=8.0, trust=30.0, growth=0.02, freedom=2.0)
"""About what a daily cycle, batches and neighbours that are alike do at most: chosen by simulated first weeks of such traffic."""
NO_PRIOR = Prior(0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Null:
    """What the past of each column says about G, float64[c] each."""

    growth: Floats
    """b: what each row adds to the mean of G; 0 for independent rows."""
    freedom: Floats
    """d: degrees of freedom of G over its mean."""
    windows: Floats
    """H: windows that this was learned from."""
    trust: Floats
    """K': windows that the prior was learned from, as it were."""

    @property
    def learned(self) -> Bools:
        """bool[c]: whether there were windows enough."""
        return np.asarray(self.windows >= LEAST_WINDOWS, bool)

    def p_value(self, g: Floats, dof: Floats, rows: Floats) -> Floats:
        """Return the chance of a G so large in a comparison worth r rows, float64[..., c], between 1e-12 and 1; NaN where G is.

        Never below what independent rows would give; and just that where nothing at all is known.
        """
        independent = np.where(dof > 0, chdtrc(np.maximum(dof, 1), g), 1.0)
        d = np.minimum(self.freedom, np.maximum(dof, 1))
        tail = fdtrc(d, d * np.maximum(self._known, 1), g / self._mean(dof, rows))
        return np.asarray(np.clip(np.where(self._known > 0, np.maximum(tail, independent), independent), P_FLOOR, 1.0))

    def needed(self, p: float, dof: Floats, rows: Floats) -> Floats:
        """Return the G that a comparison worth r rows must show for a p-value of `p`, float64[..., c]."""
        independent = chdtri(np.maximum(dof, 1), p)
        d = np.minimum(self.freedom, np.maximum(dof, 1))
        # The upper tail of F is the lower tail of its inverse: fdtri of 1 - p would lose a small p.
        ratio = 1 / fdtri(d * np.maximum(self._known, 1), d, p)
        return np.asarray(np.where(self._known > 0, np.maximum(ratio * self._mean(dof, rows), independent), independent))

    @property
    def _known(self) -> Floats:
        return self.windows + self.trust

    def _mean(self, dof: Floats, rows: Floats) -> Floats:
        return np.asarray(np.maximum(dof, 1) + self.growth * rows)


def worth(n: npt.ArrayLike, m: npt.ArrayLike) -> Floats:
    """Return the rows that a comparison of n with m rows is worth, n·m / (n + m), float64; 0 where either is 0."""
    now, then = np.asarray(n, np.float64), np.asarray(m, np.float64)
    return np.asarray(now * then / np.maximum(now + then, 1))


def learn(layout: Layout, windows: Floats, kept: Bools, prior: Prior = UNRULY) -> Null:
    """Return the null from past windows of group counts, float64[k, g], each compared with the sum of all others of its column.

    `kept`, bool[k, c], leaves windows of a column out. The spread around the column's own mean counts, not the distance from the baseline:
    a column that has always differed from its baseline by the same is no noise.
    """
    weighed = windows * kept[:, layout.owner]
    others = np.maximum(weighed.sum(axis=0) - weighed, 0.0)
    rows = worth(layout.sum(windows), layout.sum(others))
    return _fitted(likelihood_ratio(layout, windows, others), rows, kept & (rows > 0), prior)


def learn_from_neighbours(layout: Layout, windows: Floats, kept: Bools, prior: Prior = UNRULY) -> Null:
    """Return the same from each window compared with the one before it: a slow trend is then no noise.

    For windows longer than whatever binds rows together, since neighbours must not resemble each other more than others do.
    """
    before, after = windows[:-1], windows[1:]
    # Two windows differ by twice as much as one does from a sum of many.
    rows = 2 * worth(layout.sum(before), layout.sum(after))
    return _fitted(likelihood_ratio(layout, before, after), rows, kept[:-1] & kept[1:] & (rows > 0), prior)


def nothing_learned(columns: int) -> Null:
    """Return the null of rows that count as independent."""
    return Null(np.zeros(columns), np.ones(columns), np.zeros(columns), np.zeros(columns))


def taken_for_granted(columns: int, prior: Prior) -> Null:
    """Return the null of columns whose past is unknown."""
    growth, freedom, trust = (np.full(columns, value) for value in (prior.growth, prior.freedom, prior.trust))
    return Null(growth, freedom, np.zeros(columns), trust)


def _fitted(found: tuple[Floats, Floats, Floats], rows: Floats, used: Bools, prior: Prior) -> Null:
    """b from the ratio of sums, d from the spread of G over its mean by b without the window itself; the prior's windows are among them."""
    g, dof, _ = found
    used = used & (dof > 0)
    windows = used.sum(axis=0).astype(np.float64)
    excess, rows = np.where(used, g - dof, 0.0), np.where(used, rows, 0.0)
    prior_rows = prior.windows * rows.sum(axis=0) / np.maximum(windows, 1.0)
    all_excess, all_rows = excess.sum(axis=0) + prior.growth * prior_rows, rows.sum(axis=0) + prior_rows
    without = np.maximum((all_excess - excess) / np.maximum(all_rows - rows, 1.0), 0.0)
    ratio = np.where(used, g / (np.maximum(dof, 1) + without * rows), 1.0)
    variance = (((ratio - 1) ** 2).sum(axis=0) + prior.windows * 2 / prior.freedom) / np.maximum(windows + prior.windows, 1.0)
    growth = np.where(windows > 0, np.maximum(all_excess / np.maximum(all_rows, 1.0), 0.0), prior.growth)
    return Null(growth, np.clip(2 / np.maximum(variance, 1e-12), 1e-3, 1e6), windows, np.full(len(windows), prior.trust))
