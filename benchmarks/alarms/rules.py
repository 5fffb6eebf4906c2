"""The rules that are compared: when each would show an alarm, minute by minute and column by column, at several settings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from benchmarks.alarms.streams import COLUMNS, DAY, GROUPS, WEEK, Floats, Stream
from tuimon.stats import PastWindows, alarm_limit, worth
from tuimon.stats.distances import group_distance, group_shares
from tuimon.stats.layout import Layout
from tuimon.stats.likelihood import likelihood_ratio

Bools = npt.NDArray[np.bool_]
Alarms = dict[str, Bools]
"""By setting: bool[columns, minutes]."""

WIDTHS = (5, 60, DAY)
"""Minutes."""
HOLD = 5
EFFECT = 0.1
LEAST_ROWS = 200
BUDGETS = (0.1, 1.0, 10.0, 100.0)
"""False alarms a week."""
DEFAULT_BUDGET = 1.0
TENTHS = Layout([10] * COLUMNS)
MIDDLES = ndtri((np.arange(GROUPS) + 0.5) / GROUPS)
STEP = 60
"""Minutes for which one null holds."""


@dataclass(frozen=True)
class _Width:
    """One width of window: float64[columns, minutes] each."""

    p: Floats
    effect: Floats
    rows: Floats


def tuimon(stream: Stream, since: int) -> Alarms:
    """PSI over 0.1 in one of three widths, with evidence by the column's own past, held for five minutes, until it is below again.

    Minutes before `since` are learned from and not judged.
    """
    counts = _tenths(stream.counts)
    running = np.concatenate([np.zeros((COLUMNS, 1, 10), np.int64), np.cumsum(counts, axis=1, dtype=np.int64)], axis=1)
    before = _tenths(stream.baseline).reshape(-1)
    fires = {budget: np.zeros((COLUMNS, counts.shape[1] + 1), bool) for budget in BUDGETS}
    for place, width in enumerate(WIDTHS):
        found = _one_width(running, before, width, _limits(DEFAULT_BUDGET)[place], since)
        for budget, fired in fires.items():
            fired |= _fired(found, _limits(budget)[place])
    return {f"{budget:g} a week": fired[:, 1:] for budget, fired in fires.items()}


def _limits(budget: float) -> list[float]:
    limits: list[float] = alarm_limit(budget, WEEK * 60.0, COLUMNS, [width * 60.0 for width in WIDTHS]).tolist()
    return limits


def _one_width(running: npt.NDArray[np.int64], before: Floats, width: int, p_star: float, since: int) -> _Width:
    past = PastWindows(TENTHS, before, width * 60, p_star)
    found = _Width(np.ones(running.shape[:2]), np.zeros(running.shape[:2]), np.zeros(running.shape[:2]))
    for begin in range(max(width, since), running.shape[1], STEP):
        at = np.arange(begin, min(begin + STEP, running.shape[1]))
        _learn(past, running, begin)
        now = _windows(running, at, width)
        rows = TENTHS.sum(now)
        g, dof, _ = likelihood_ratio(TENTHS, now, before)
        found.p[:, at] = past.null(begin * 60).p_value(g, dof, worth(rows, TENTHS.sum(before))).T
        found.effect[:, at] = group_distance("psi", TENTHS, *group_shares("psi", TENTHS, now, before)).T
        found.rows[:, at] = rows.T
    return found


def _learn(past: PastWindows, running: npt.NDArray[np.int64], minute: int) -> None:
    width, at = past.width // 60, minute * 60
    since = max(0, at - past.memory)
    step = past.step(at - since)
    past.keep(since, step)
    known = past.ends[-1] if past.ends else since + past.width - 1
    ends = range((known // step + 1) * step, at + 1, step)
    if ends:
        past.add(ends, _windows(running, np.array(ends) // 60, width))


def _windows(running: npt.NDArray[np.int64], at: npt.NDArray[np.int64], width: int) -> Floats:
    found = running[:, at] - running[:, at - width]
    return np.ascontiguousarray(found.transpose(1, 0, 2).reshape(len(at), -1).astype(np.float64))


def _fired(width: _Width, p_star: float) -> Bools:
    """From where the condition has held for long enough until the effect is below its limit: losing the evidence ends nothing."""
    over = (width.effect > EFFECT) & (width.rows >= LEAST_ROWS)
    minutes = np.arange(over.shape[1])
    begun = np.maximum.accumulate(np.where(_held(over & (width.p <= p_star)), minutes, -1), axis=1)
    ended = np.maximum.accumulate(np.where(over, -1, minutes), axis=1)
    return np.asarray(begun > ended, bool)


def _held(condition: Bools) -> Bools:
    held = condition.copy()
    for back in range(1, HOLD + 1):
        held[:, back:] &= condition[:, :-back]
    return held


def _tenths(counts: npt.NDArray[np.generic]) -> Floats:
    return np.asarray(counts.reshape(*counts.shape[:-1], 10, GROUPS // 10).sum(axis=-1), np.float64)


def fixed_psi(stream: Stream, _since: int) -> Alarms:
    """PSI over a fixed limit in an hour's chunk."""
    hours, before = _hours(stream)
    found = group_distance("psi", _LAYOUT, *group_shares("psi", _LAYOUT, hours, before))
    return {f"PSI > {limit:g}": _by_minute(found > limit) for limit in (0.05, 0.1, 0.2, 0.3)}


def evidently(stream: Stream, _since: int) -> Alarms:
    """Its default for numbers and a large reference: Wasserstein over the reference's deviation, 0.1 or more, in an hour's chunk."""
    hours, before = _hours(stream)
    below = [np.cumsum(_shares(counts).reshape(-1, COLUMNS, GROUPS), axis=2) for counts in (hours, before[np.newaxis])]
    gap = np.abs(below[0] - below[1])[:, :, :-1] * np.diff(MIDDLES)
    return {f"≥ {limit:g}": _by_minute(gap.sum(axis=2) >= limit) for limit in (0.05, 0.1, 0.2, 0.3)}


def nannyml(stream: Stream, _since: int) -> Alarms:
    """Its default: Jensen-Shannon distance of an hour's chunk over mean + 3 deviations of the first week's chunks."""
    hours, before = _hours(stream)
    distance = group_distance("js", _LAYOUT, *group_shares("js", _LAYOUT, hours, before))
    first = distance[: WEEK // 60]
    return {f"mean + {k}σ": _by_minute(distance > first.mean(axis=0) + k * first.std(axis=0)) for k in (2, 3, 4, 6)}


_LAYOUT = Layout([GROUPS] * COLUMNS)


def _hours(stream: Stream) -> tuple[Floats, Floats]:
    counts = stream.counts
    hours = counts.reshape(COLUMNS, -1, 60, GROUPS).sum(axis=2, dtype=np.float64)
    return np.ascontiguousarray(hours.transpose(1, 0, 2).reshape(hours.shape[1], -1)), stream.baseline.reshape(-1)


def _shares(counts: Floats) -> Floats:
    return counts / np.maximum(_LAYOUT.sum(counts), 1)[:, _LAYOUT.owner]


def _by_minute(chunks: Bools) -> Bools:
    """A chunk is judged when it is over, and stands until the next one is."""
    minutes = np.repeat(chunks, 60, axis=0).T
    late = np.zeros_like(minutes)
    late[:, 59:] = minutes[:, : minutes.shape[1] - 59]
    return np.asarray(late, bool)


RULES = {"tuimon": tuimon, "fixed PSI": fixed_psi, "Evidently": evidently, "NannyML": nannyml}
DEFAULTS = {"tuimon": "1 a week", "fixed PSI": "PSI > 0.1", "Evidently": "≥ 0.1", "NannyML": "mean + 3σ"}
"""The setting of each rule that one gets without a setting."""
