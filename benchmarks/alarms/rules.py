"""The rules that are compared: when each would show an alarm, minute by minute and column by column."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from benchmarks.alarms.streams import COLUMNS, DAY, GROUPS, WEEK, Floats, Stream
from tuimon.stats import PastWindows, alarm_limit, worth
from tuimon.stats.distances import group_distance, group_shares
from tuimon.stats.layout import Layout
from tuimon.stats.likelihood import likelihood_ratio

Bools = npt.NDArray[np.bool_]

WIDTHS = (5, 60, DAY)
"""Minutes."""
HOLD = 5
EFFECT = 0.1
LEAST_ROWS = 200
TENTHS = Layout([10] * COLUMNS)
MIDDLES = ndtri((np.arange(GROUPS) + 0.5) / GROUPS)
STEP = 60
"""Minutes for which one null holds."""


def tuimon(stream: Stream) -> Bools:
    """PSI over 0.1 in one of three widths, with evidence by the column's own past, held for five minutes."""
    counts = _tenths(stream.counts)
    running = np.concatenate([np.zeros((COLUMNS, 1, 10), np.int64), np.cumsum(counts, axis=1, dtype=np.int64)], axis=1)
    before = _tenths(stream.baseline).reshape(-1)
    limits = alarm_limit(1.0, WEEK * 60.0, COLUMNS, [width * 60.0 for width in WIDTHS])
    fires = np.zeros((COLUMNS, counts.shape[1] + 1), bool)
    for width, limit in zip(WIDTHS, limits.tolist(), strict=True):
        fires |= _held(_one_width(running, before, width, limit))
    return fires[:, 1:]


def _one_width(running: npt.NDArray[np.int64], before: Floats, width: int, p_star: float) -> Bools:
    past = PastWindows(TENTHS, before, width * 60, p_star)
    found = np.zeros(running.shape[:2], bool)
    for begin in range(width, running.shape[1], STEP):
        at = np.arange(begin, min(begin + STEP, running.shape[1]))
        _learn(past, running, begin)
        now = _windows(running, at, width)
        rows = TENTHS.sum(now)
        g, dof, _ = likelihood_ratio(TENTHS, now, before)
        p = past.null(begin * 60).p_value(g, dof, worth(rows, TENTHS.sum(before)))
        effect = group_distance("psi", TENTHS, *group_shares("psi", TENTHS, now, before))
        found[:, at] = ((p <= p_star) & (effect > EFFECT) & (rows >= LEAST_ROWS)).T
    return found


def _learn(past: PastWindows, running: npt.NDArray[np.int64], minute: int) -> None:
    width, at = past.width // 60, minute * 60
    since = max(0, at - past.memory)
    step = past.step(at - since)
    past.keep(since, step)
    known = past.ends[-1] if past.ends else since + past.width - 1
    ends = range((known // step + 1) * step, at + 1, step)
    for place in range(0, len(ends), 12):
        some = list(ends[place : place + 12])
        past.add(some, _windows(running, np.array(some) // 60, width))


def _windows(running: npt.NDArray[np.int64], at: npt.NDArray[np.int64], width: int) -> Floats:
    found = running[:, at] - running[:, at - width]
    return np.ascontiguousarray(found.transpose(1, 0, 2).reshape(len(at), -1).astype(np.float64))


def _held(condition: Bools) -> Bools:
    held = condition.copy()
    for back in range(1, HOLD + 1):
        held[:, back:] &= condition[:, :-back]
    return held


def _tenths(counts: npt.NDArray[np.generic]) -> Floats:
    return np.asarray(counts.reshape(*counts.shape[:-1], 10, GROUPS // 10).sum(axis=-1), np.float64)


def fixed_psi(stream: Stream) -> Bools:
    """PSI over 0.1 in an hour's chunk."""
    hours, before = _hours(stream)
    return _by_minute(group_distance("psi", _LAYOUT, *group_shares("psi", _LAYOUT, hours, before)) > EFFECT)


def evidently(stream: Stream) -> Bools:
    """Its default for numbers and a large reference: Wasserstein over the reference's deviation, 0.1 or more, in an hour's chunk."""
    hours, before = _hours(stream)
    below = [np.cumsum(_shares(counts).reshape(-1, COLUMNS, GROUPS), axis=2) for counts in (hours, before[np.newaxis])]
    gap = np.abs(below[0] - below[1])[:, :, :-1] * np.diff(MIDDLES)
    return _by_minute(gap.sum(axis=2) >= 0.1)


def nannyml(stream: Stream) -> Bools:
    """Its default: Jensen-Shannon distance of an hour's chunk over mean + 3 deviations of the first week's chunks."""
    hours, before = _hours(stream)
    distance = group_distance("js", _LAYOUT, *group_shares("js", _LAYOUT, hours, before))
    first = distance[: WEEK // 60]
    return _by_minute(distance > first.mean(axis=0) + 3 * first.std(axis=0))


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


RULES = {"tuimon": tuimon, "PSI > 0.1": fixed_psi, "Evidently": evidently, "NannyML": nannyml}
