"""What a threshold would have come to, in lines: its history drawn against it, how often it fires, what saving writes."""

from __future__ import annotations

from collections.abc import Sequence

from tuimon.console import formatting
from tuimon.console.charset import Charset
from tuimon.console.draw.chart import Chart, Curve, draw_chart
from tuimon.console.lines import Line, crop, text
from tuimon.console.panels.picture import wrapped
from tuimon.console.rows.alerts import rule_words
from tuimon.values.trial import Count, Trial

LEAST_CHART = 4
MOST_LINES = 3
"""Lines of the file that are shown; a change of one limit has two."""


def head(trial: Trial) -> Line:
    """Return the present value, and which limits hold and where they come from."""
    held = " / ".join("none" if limit is None else rule_words(trial.rule, limit) for limit in trial.present)
    now = rule_words(trial.rule, trial.value)
    return (("now ", "label"), (now, _level(trial)), ("   limits ", "label"), (held, "text"), (f" from {trial.source}", "dim"))


def _level(trial: Trial) -> str:
    warning, critical = trial.proposed
    sign = 1 if trial.direction == "above" else -1
    for limit, role in ((critical, "critical"), (warning, "warning")):
        if trial.value is not None and limit is not None and sign * trial.value > sign * limit:
            return role
    return "ok" if trial.value is not None else "dim"


def picture(trial: Trial, size: tuple[int, int], chars: Charset) -> list[Line]:
    """Return the last hours with the proposed limits, or a sentence where there is nothing to draw."""
    height = size[1]
    if height < LEAST_CHART or trial.since is None:
        words = "stored history says nothing of this rule" if trial.done == 1.0 and trial.since is None else ""
        return [text(words, "dim")][:height]
    limits = [(limit, role) for limit, role in zip(trial.proposed, ("limit", "limit2"), strict=True) if limit is not None]
    label = formatting.effect if trial.rule in ("psi", "js") else lambda value: rule_words(trial.rule, value)
    chart = Chart((Curve(trial.values, "middle", "*"),), trial.start, trial.step, tuple(limits), label)
    return draw_chart(chart, size, chars)


def verdict(trial: Trial, width: int) -> list[Line]:
    """Return how often it would have fired, and over which history."""
    if trial.since is None:
        return []
    counting = f"   {100 * trial.done:.0f} % counted" if trial.done < 1.0 else ""
    now = (("would have fired ", "label"), (_times(trial.after), "bright"), (f" {_history(trial)}", "dim"), (counting, "accent"))
    before = (("at the present limits ", "label"), (_times(trial.before), "text"))
    return [crop(now, width), crop(before, width)]


def changes(trial: Trial) -> list[Line]:
    """Return what saving writes, or why it cannot be saved."""
    if trial.saved:
        return [*_diff(trial), text("saved; it holds from the next refresh on", "ok")]
    if trial.problem:
        return [*_diff(trial), text(trial.problem, "warning")]
    return _diff(trial)


def _diff(trial: Trial) -> list[Line]:
    shown = [line for line in trial.lines if line.strip("+- ")]
    return [text(line, "ok" if line.startswith("+") else "dim") for line in shown[-MOST_LINES:]]


def _times(count: Count) -> str:
    if not count.episodes:
        return "never"
    times = "once" if count.episodes == 1 else f"{count.episodes:,} times"
    return f"{times}, {formatting.duration(count.seconds)} in all"


def _history(trial: Trial) -> str:
    span = formatting.duration((trial.until or 0.0) - (trial.since or 0.0))
    if trial.minutes_from is None:
        return f"in {span}, seen by the hour"
    if trial.since is not None and trial.minutes_from > trial.since:
        return f"in {span}, the last {formatting.duration((trial.until or 0.0) - trial.minutes_from)} by the minute"
    return f"in {span} of stored history"


def wrapped_changes(trial: Trial, width: int, height: int) -> Sequence[Line]:
    """Return `changes` in at most so many lines; a problem that is too long for one goes on in the next."""
    lines: list[Line] = []
    for line in changes(trial):
        words, role = line[0]
        lines += wrapped(words, width, role) if role == "warning" else [crop(line, width)]
    return lines[-height:] if height > 0 else []
