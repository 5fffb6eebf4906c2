"""How often chance alone takes the likelihood ratio G beyond the limit of a p-value, down to 1e-8, by importance sampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri, gammaln, xlogy

from benchmarks.table import Figure
from tuimon.stats.layout import Layout
from tuimon.stats.likelihood import likelihood_ratio

Floats = npt.NDArray[np.float64]
LEVELS = (1e-2, 1e-4, 1e-6, 1e-8)
_AT_ONCE = 100_000


def _falling(groups: int, ratio: float) -> Floats:
    share = ratio ** np.arange(groups)
    return np.asarray(share / share.sum(), dtype=np.float64)


CASES: dict[str, tuple[Floats, int, int]] = {
    "10 equal groups, 300 rows against 50,000": (np.full(10, 0.1), 300, 50_000),
    "10 equal groups, 3,000 against 50,000": (np.full(10, 0.1), 3_000, 50_000),
    "10 equal groups, 200 against 200": (np.full(10, 0.1), 200, 200),
    "10 equal groups, 50 against 50": (np.full(10, 0.1), 50, 50),
    "2 equal groups, 200 against 2,000": (np.full(2, 0.5), 200, 2_000),
    "20 equal groups, 110 against 50,000": (np.full(20, 0.05), 110, 50_000),
    "48 equal groups, 250 against 50,000": (np.full(48, 1 / 48), 250, 50_000),
    "20 falling groups, 300 against 50,000": (_falling(20, 0.8), 300, 50_000),
    "12 falling groups, 1,000 against 1,000": (_falling(12, 0.6), 1_000, 1_000),
    "90 % and five of 2 %, 300 against 50,000": (np.array([0.9, *[0.02] * 5]), 300, 50_000),
    "10 equal groups and one of 0.1 %, 300 against 50,000": (np.append(np.full(10, 0.0999), 0.001), 300, 50_000),
    "99 % and 1 %, 300 against 50,000": (np.array([0.99, 0.01]), 300, 50_000),
}
"""Name -> shares, rows now, rows before."""


@dataclass(frozen=True)
class Tail:
    """At one p-value: the true chance of such a p-value or a smaller one, and the standard error of this estimate."""

    p: float
    chance: float
    error: float

    @property
    def ratio(self) -> float:
        """How many times as often as stated; above 1 the p-value promises too much."""
        return self.chance / self.p


def figures(draws: int, seed: int) -> list[Figure]:
    """Return a row for each case: the true chance over the stated one at each p-value."""
    return [_figure(name, [tail(*case, p, draws, seed) for p in LEVELS]) for name, case in CASES.items()]


def _figure(name: str, found: list[Tail]) -> Figure:
    measured = "  ".join(f"{one.ratio:.2f} ± {one.error / one.p:.2f}" for one in found)
    return Figure(name, measured, "p = 0.01, 1e-4, 1e-6, 1e-8", "≤ 2 x", all(one.ratio - 2 * one.error / one.p <= 2 for one in found))


def tail(share: Floats, n: int, m: int, p: float, draws: int, seed: int) -> Tail:
    """Return the true chance of a p-value of G up to `p` for n rows now and m before, both of the shares float64[g].

    Exponential tilts in all directions at once: both samples are drawn from multinomials whose shares are tilted by a Dirichlet
    distribution about the true ones, wide enough that G is about the limit. Their mixture is the Dirichlet-multinomial distribution,
    so each draw has an exact weight (likelihood under the true shares over likelihood under the mixture).
    """
    rng = np.random.default_rng(seed)
    layout = Layout([share.size])
    wider = max(1.5, float(chdtri(share.size - 1, p)) / (share.size - 1))
    part = (1 / n) / (1 / n + 1 / m)
    weights = []
    for start in range(0, draws, _AT_ONCE):
        size = min(_AT_ONCE, draws - start)
        now, first = _tilted(rng, share, n, 1 + (wider - 1) * part, size)
        then, second = _tilted(rng, share, m, 1 + (wider - 1) * (1 - part), size)
        found = likelihood_ratio(layout, now, then)[2][:, 0]
        weights.append(np.where(found <= p, np.exp(first + second), 0.0))
    every = np.concatenate(weights)
    return Tail(p, float(every.mean()), float(every.std() / np.sqrt(draws)))


def _tilted(rng: np.random.Generator, share: Floats, rows: int, wider: float, size: int) -> tuple[Floats, Floats]:
    """Counts float64[size, g] whose variance is `wider` times that of chance, and the logarithm of their weights, float64[size]."""
    if wider - 1 < 0.01:
        return rng.multinomial(rows, share, size).astype(np.float64), np.zeros(size)
    sharpness = (rows - wider) / (wider - 1)
    alpha = sharpness * share
    counts = rng.multinomial(rows, rng.dirichlet(alpha, size)).astype(np.float64)
    mixture = gammaln(sharpness) - gammaln(rows + sharpness) + np.sum(gammaln(counts + alpha) - gammaln(alpha), axis=1)
    return counts, np.sum(xlogy(counts, share), axis=1) - mixture
