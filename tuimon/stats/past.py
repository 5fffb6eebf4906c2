"""Past windows of a model's columns in order, and which of them say what is normal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tuimon.stats.distances import psi
from tuimon.stats.layout import Layout
from tuimon.stats.likelihood import likelihood_ratio
from tuimon.stats.null import LEAST_WINDOWS, NO_PRIOR, UNRULY, Null, Prior, learn, learn_from_neighbours, taken_for_granted, worth

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

HOUR = 3_600
DAY = 86_400
MEMORY = 14 * DAY
"""Seconds of the past that are learned from, more only for long windows."""
LONG = 12 * HOUR
"""Windows of this width or more are compared with their neighbours: nothing binds rows together for so long."""
LONG_MEMORY = 42
"""Windows that are looked back for long ones."""
LONG_REST = 7
"""Long windows before the present that nothing is learned from, where others are there: a slow drift must not become normal on its way."""
MOST = 400
"""Past windows at most; of a longer stretch every second, fourth, … one."""
TOGETHER = 12
"""Steps whose windows are judged by the same past, a quarter of a day of them at most."""
EFFECT = 0.1
"""PSI over which a window that its past does not explain is no part of what is normal."""


class PastWindows:
    """Windows of one width that have no row in common, oldest first, as counts of groups."""

    def __init__(self, layout: Layout, baseline: Floats, width: int, p_star: float) -> None:
        """Begin with none; `baseline` float64[g], `width` in seconds, `p_star` the p-value that would be evidence for an alarm."""
        self.layout, self._baseline, self.width, self._p_star = layout, baseline, width, p_star
        self._step = width
        self.ends: list[int] = []
        self._counts: Floats = np.empty((0, layout.total))
        self._odd: Bools = np.empty((0, layout.columns), bool)

    @property
    def memory(self) -> int:
        """Seconds that are looked back."""
        return max(MEMORY, LONG_MEMORY * self.width)

    @property
    def rest(self) -> int:
        """Seconds before the present from which nothing is learned: an alarm must come before what it is about counts as normal."""
        return max(HOUR, self.width)

    def step(self, span: int) -> int:
        """Return the seconds from one window to the next for a past of `span` seconds: it only ever doubles, so old windows can stay."""
        step = self.width
        while span // step > MOST:
            step *= 2
        return step

    def add(self, ends: Sequence[int], counts: Floats) -> None:
        """Take in windows, float64[k, g], that end at these seconds, after all that are there; they are judged by those before them.

        Which past judges a window follows from the clock: windows that are read at once and one by one are judged alike.
        """
        spell = max(HOUR, min(TOGETHER * self._step, 6 * HOUR))
        times = np.asarray(ends, np.int64)
        for begin in np.unique((times - 1) // spell):
            mine = (times - 1) // spell == begin
            odd = self._judged(counts[mine], int(begin) * spell)
            self.ends += times[mine].tolist()
            self._counts, self._odd = np.concatenate([self._counts, counts[mine]]), np.concatenate([self._odd, odd])

    def keep(self, since: int, step: int) -> None:
        """Forget windows that begin before `since`, and those that a wider step leaves out."""
        self._step = step
        kept = [place for place, end in enumerate(self.ends) if end % step == 0 and end - self.width >= since]
        if len(kept) < len(self.ends):
            self.ends = [self.ends[place] for place in kept]
            self._counts, self._odd = self._counts[kept], self._odd[kept]

    def null(self, at: int, begun: Floats | None = None) -> Null:
        """Return what the windows teach that were over some time before `at`.

        A column whose trouble has `begun`, float64[c] in seconds, learns from what was over some time before that.
        Until there is enough to learn from, columns are taken to vary as unruly ones do.
        """
        return self._learned(at, begun, UNRULY)

    def _learned(self, at: int, begun: Floats | None, prior: Prior) -> Null:
        # Where trouble begins or ends, half of a window is trouble.
        odd = self._odd.copy()
        odd[:-1] |= self._odd[1:]
        odd[1:] |= self._odd[:-1]
        kept = self._over(np.full(self.layout.columns, float(at))) & ~odd
        if begun is not None:
            kept &= self._over(begun)
        if not kept.any():
            return taken_for_granted(self.layout.columns, prior)
        return (learn_from_neighbours if self.width >= LONG else learn)(self.layout, self._counts, kept, prior)

    def _over(self, at: Floats) -> Bools:
        """Return which windows were over some time before each column's moment, bool[k, c]."""
        ends = np.array(self.ends, np.float64)[:, np.newaxis]
        over = ends <= at - self.rest
        if self.width < LONG:
            return over
        rested = ends <= at - LONG_REST * self.width
        return np.where(rested.sum(axis=0) > LEAST_WINDOWS, rested, over)

    def _judged(self, counts: Floats, at: int) -> Bools:
        """Return which windows differ from the baseline by more than their past explains, bool[k, c]; none while there is no past.

        Nothing is taken for granted here: what is left out for nothing teaches nothing, but trouble that is not left out becomes normal.
        """
        null = self._learned(at, None, NO_PRIOR)
        g, dof, _ = likelihood_ratio(self.layout, counts, self._baseline)
        p = null.p_value(g, dof, worth(self.layout.sum(counts), self.layout.sum(self._baseline)))
        with np.errstate(invalid="ignore"):
            return np.asarray((p <= self._p_star) & (psi(self.layout, counts, self._baseline) > EFFECT) & null.learned, bool)
