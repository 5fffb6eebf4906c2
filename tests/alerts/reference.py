"""The alert rules by definition: every answer is worked out anew from the whole history of one series. Slow and plain."""

from __future__ import annotations

from collections.abc import Sequence

from tuimon.alerts import Reading

History = Sequence[tuple[float, tuple[Reading, ...]]]
Shown = tuple[list[tuple[str, str, float, int]], list[str]]

DAY = 86400.0
_NEVER = (0.0, 0, 0)
"""Time, severity and number of the last episode before the first."""


def _says(entry: Reading) -> int | None:
    """0 below, 1 warning, 2 critical; None when it cannot tell."""
    if entry.state != "ok" or entry.value is None:
        return None
    sign = -1 if entry.threshold.direction == "below" else 1
    over = [bound is not None and sign * entry.value > sign * bound for bound in (entry.threshold.warning, entry.threshold.critical)]
    if any(over) and not entry.evidence:
        return None
    return 2 if over[1] else 1 if over[0] else 0


def _proven(history: History, i: int) -> int:
    return max((_says(entry) or 0 for entry in history[i][1]), default=0)


def _believed(history: History, i: int) -> int:
    """The highest level over windows, each as it was when it could last tell, unless it was left out meanwhile."""
    best = 0
    for window in {entry.window for _, readings in history[: i + 1] for entry in readings}:
        for j in range(i, -1, -1):
            readings = history[j][1]
            if not readings:
                continue
            mine = [entry for entry in readings if entry.window == window]
            if not mine:
                break
            level = _says(mine[0])
            if level is not None:
                best = max(best, level)
                break
    return best


def _holds(history: History, i: int) -> bool:
    """Whether a window was between the clear level and its limits when it could last tell, unless it was left out meanwhile."""
    for window in {entry.window for _, readings in history[: i + 1] for entry in readings}:
        for _, readings in reversed(history[: i + 1]):
            mine = [entry for entry in readings if entry.window == window]
            if (readings and not mine) or (mine and _says(mine[0]) is not None):
                if mine and _says(mine[0]) == 0 and _between(mine[0]):
                    return True
                break
    return False


def _between(entry: Reading) -> bool:
    sign, clear = -1 if entry.threshold.direction == "below" else 1, entry.threshold.clear
    return clear is not None and entry.value is not None and sign * entry.value > sign * clear


def _calm_enough(history: History, i: int) -> bool:
    """Whether the evaluations since the last that was over its limits proved calm for as long as they must."""
    over = max(k for k in range(i + 1) if _kind(history, k) == "over")
    clear = [k for k in range(over + 1, i + 1) if _kind(history, k) == "below" and not _holds(history, k)]
    quiet = sum(history[k][0] - history[k - 1][0] for k in clear[1:])
    return bool(clear) and clear[-1] == i and quiet >= history[i][1][0].threshold.keep_firing


def _kind(history: History, i: int) -> str:
    if _proven(history, i):
        return "over"
    able = any(_says(entry) is not None for entry in history[i][1])
    return "below" if able and not _believed(history, i) else "unknown"


def _held(history: History, start: int, i: int, least: int) -> float:
    """Time in evaluations that were proven at `least`, each counting from the evaluation before it."""
    return sum(history[k][0] - history[k - 1][0] for k in range(start + 1, i + 1) if _proven(history, k) >= least)


def _critical_start(history: History, start: int, i: int) -> int | None:
    """Where the run of critical that is still going began."""
    found = None
    for k in range(i, start - 1, -1):
        kind = _kind(history, k)
        if kind == "below" or (kind == "over" and _believed(history, k) < 2):
            break
        if _proven(history, k) == 2:
            found = k
    return found


def _due(history: History, start: int, i: int) -> int:
    limits = history[i][1][0].threshold
    critical = _critical_start(history, start, i)
    if critical is not None and _held(history, critical, i, 2) >= limits.hold:
        return 2
    return 1 if limits.warning is not None and _held(history, start, i, 1) >= limits.hold else 0


def expected(history: History) -> Shown:
    """Return (phase, severity, since, episode) of the one state, if any, and the kinds of transition of the last evaluation."""
    start, fired, fired_at, severity, shown = -1, False, 0.0, 0, 0
    ended = _NEVER
    kinds: list[str] = []
    for i, (at, _) in enumerate(history):
        kind, kinds = _kind(history, i), []
        if start < 0:
            ended = _aged(ended, at)
        if start < 0 and kind == "over":
            start, fired, shown, kinds = i, False, 1, ["pending"]
        if start >= 0 and kind == "below" and (not fired or _calm_enough(history, i)):
            start = -1
            if fired:
                ended, kinds = (at, severity, ended[2] + 1), ["resolved"]
            ended = _aged(ended, at)
        if start >= 0 and kind == "over":
            due = _due(history, start, i)
            if not fired and due:
                fired, fired_at, severity, kinds = True, at, due, ["firing"]
            elif fired and severity == 1 and due == 2 and _proven(history, i) == 2:
                severity, kinds = 2, ["escalated"]
            elif fired and severity == 2 and _believed(history, i) == 1:
                severity, kinds = 1, ["eased"]
            if _proven(history, i) == _believed(history, i):
                shown = _proven(history, i)
    names = ["", "warning", "critical"]
    if start >= 0:
        phase = ("firing", names[severity], fired_at) if fired else ("pending", names[shown], history[start][0])
        return [(*phase, ended[2] + 1)], kinds
    return ([("resolved", names[ended[1]], ended[0], ended[2])] if ended[2] else []), kinds


def _aged(ended: tuple[float, int, int], at: float) -> tuple[float, int, int]:
    return _NEVER if at - ended[0] >= DAY else ended
