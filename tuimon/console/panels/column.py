"""One column against its baseline: evidence, distribution, distances, quality, trend."""

from __future__ import annotations

from tuimon.console import formatting
from tuimon.console.board import Board, Subject, drift_alerts
from tuimon.console.charset import Charset
from tuimon.console.choices import compared_words
from tuimon.console.draw.bars import group_bars
from tuimon.console.draw.chart import Chart, Curve, draw_chart
from tuimon.console.draw.shape import draw_shape
from tuimon.console.lines import EMPTY, Line, flow, text
from tuimon.console.panels.picture import Picture, message
from tuimon.console.status import WORDS, glyph, of_drift
from tuimon.values.snapshot import Drift, Measure, Model, Quality
from tuimon.values.text import cell_width, fit

NAMES = {
    "psi": "PSI",
    "js": "Jensen-Shannon distance, base 2",
    "hellinger": "Hellinger",
    "ks": "KS",
    "wasserstein": "Wasserstein",
    "chi2": "chi-squared",
    "linf": "L-infinity",
}
NOT_THERE = "the baseline has no such column: there is nothing to compare it with"
HOW_TO = 'no baseline yet: say what "normal" is in the config, [baseline] source = "reference.parquet" or first = "10000 rows"'


MOST_VALUE = 20
"""Cells that the value of a constant column may take."""


def evidence_parts(drift: Drift, chars: Charset) -> list[Line]:
    """Return the one line that says it all, in parts: effect, limit, chance, window and rows, how often by chance."""
    name = NAMES.get(drift.method, drift.method).split(" ")[0]
    look = drift.severity or "bright"
    return [
        ((f"{name} ", "label"), (formatting.effect(drift.value), look)),
        (("limit ", "label"), (formatting.limit(drift.warning), "text")),
        ((f"chance {chars.at_most} ", "label"), (formatting.effect(drift.p99), "text")),
        ((f"{drift.window}, {drift.rows:,} rows", "text"),),
        (("by chance: ", "label"), (formatting.by_chance(drift.false_alarms_per_week), "text")),
    ]


def evidence(board: Board, subject: Subject, drift: Drift, chars: Charset) -> Picture:
    """Return the status in words and the evidence line."""
    usual = board.drift(subject) or drift
    status = of_drift(usual, drift_alerts(board, subject, usual))
    words: Line = ((glyph(status, chars), status), (" " + WORDS[status], status if status != "ok" else "text"))
    if status == "none" and drift.change:
        words = ((glyph(status, chars), status), (" no verdict", "text"))
    model = board.models[subject.model]
    if model.aside:
        words = (*words, (" against its baseline", "text"))
    if drift.learning:
        words = (*words, ("  rows assumed independent" if model.aside else "  own past not yet known", "dim"))
    base: Line = text(compared_words(model)) if model.aside is None else EMPTY
    was = f", was {formatting.number(drift.baseline_mean)}" if drift.baseline_mean is not None else ""
    mean: Line = (("mean ", "label"), (formatting.number(drift.mean) + was, "text")) if drift.mean is not None else EMPTY
    advice = text(model.window_advice, "dim") if drift.verdict == "insufficient" and model.window_advice else EMPTY
    last = [part for part in (words, _change(drift) or mean, advice or base) if part]

    def draw(width: int, height: int) -> list[Line]:
        lines = flow(evidence_parts(drift, chars), width)
        lines += flow(last, width, "   ")
        return lines[:height]

    kind = "numeric" if drift.kind == "numeric" else "category"
    return Picture(text(f"{drift.column}", "title"), draw, text(f"{drift.role} · {kind} · {subject.model}", "dim"))


def _change(drift: Drift) -> Line:
    """What has become of the column since its baseline: the value of a constant one is its mean."""
    change = drift.change
    if change is None:
        return EMPTY
    if change.since is not None:
        words = ", first value " if change.kind == "new" else ", last value "
        return ((change.kind, "bright"), (words, "label"), (formatting.date(change.since), "text"))
    value = change.value or ""
    shown = value if cell_width(value) <= MOST_VALUE else fit(value, MOST_VALUE)
    return ((f"{change.kind} ", "label"), (shown, "bright"))


def distribution(drift: Drift | None, chars: Charset, name: str = "", tall_shape: bool = False) -> Picture:
    """Return the groups as bars, with the shape below or instead where there is room for it."""
    if drift is None:
        return message(name or "Distribution", "select a column to see its distribution against the baseline")
    if drift.verdict == "no_baseline":
        return message(drift.column, NOT_THERE if drift.change else HOW_TO)
    if not drift.detail and len(drift.shape.edges) < 2:
        words = "no rows in this window" if drift.rows == 0 else f"{drift.rows:,} rows in {drift.window}: too few for a distribution"
        return message(drift.column, words)

    def draw(width: int, height: int) -> list[Line]:
        bars = group_bars(drift.detail, (width, height), chars) if drift.detail else []
        room = height - len(bars) - 1
        if len(drift.shape.edges) > 1 and room >= 5:
            return [*bars, EMPTY, *draw_shape(drift.shape, (width, min(room, 13 if tall_shape else 9)), chars)]
        return bars

    legend: Line = (
        (f"{chars.full} now ", "now"),
        (f"{chars.full} more ", "more"),
        (f"{chars.shade} less than baseline", "base"),
    )
    return Picture(text(f"{drift.column}", "title"), draw, legend)


SHORT = {
    "psi": ("PSI", "natural log"),
    "js": ("JS", "base 2"),
    "hellinger": ("Hellinger", "0 to 1"),
    "tv": ("TV", "0 to 1"),
    "linf": ("L-inf", "one group"),
    "chi2": ("chi2", "Cramer's V"),
    "ks": ("KS", "largest gap"),
    "wasserstein": ("Wasserst.", "in its unit"),
    "wasserstein_normalised": ("W / sd", "in deviations"),
}
"""Method -> its name and its convention in a few cells."""
WORDS_FROM = 46
"""Cells from which on there is room for the convention of a measure in words."""


def distances(drift: Drift, quality: Quality | None) -> Picture:
    """Return all measures beside what chance alone gives, then evidence and the quality of the column.

    Where there is no room for all, those measures go first that say what the others do.
    """
    facts = [
        (1, _fact("p of G", formatting.chance(drift.p_value), f"limit {formatting.chance(drift.p_star)}")),
        (6, _fact("rows", formatting.count(drift.rows), f"baseline {formatting.count(drift.baseline_rows)}")),
        *_quality_rows(quality),
        (7, _fact("G", formatting.number(drift.g), "likelihood ratio")),
        (6, _fact("evidence", formatting.effect(drift.least), "from this PSI on")),
    ]
    return Picture(text("Distances", "title"), lambda width, height: _most_needed([*_measures(drift, width), *facts], height))


Ranked = tuple[int, Line]
"""A line, and in what order it goes where room is short: the highest first."""


def _most_needed(lines: list[Ranked], height: int) -> list[Line]:
    kept = sorted(sorted(range(len(lines)), key=lambda place: lines[place][0])[:height])
    return [lines[place][1] for place in kept]


def _measures(drift: Drift, width: int) -> list[Ranked]:
    """The measures as a table; a number's chi-squared only where it is what alerts."""
    groups = f"{drift.groups} group" + ("" if drift.groups == 1 else "s")
    shown = [one for one in drift.measures if drift.kind == "category" or one.method != "chi2" or drift.method == "chi2"]
    head: Line = ((f"{groups:<10}{'now':>7}{'chance':>7}{'99 %':>7}", "dim"),)
    rank = {"psi": 3, "js": 3, "ks": 3, "wasserstein": 4, "wasserstein_normalised": 4} | {drift.method: 0}
    parts = [(rank.get(one.method, 5), _measure(one, _words(one.method, drift) if width >= WORDS_FROM else "")) for one in shown]
    return [(0, head), *parts] if shown else []


def _measure(one: Measure, words: str) -> Line:
    value, chance = (formatting.number, formatting.brief) if one.method == "wasserstein" else (formatting.effect, formatting.effect)
    name = SHORT.get(one.method, (one.method, ""))[0]
    rest = (f"{chance(one.expected):>7}{chance(one.p99):>7}", "text"), (f"  {words}" if words else "", "dim")
    return ((f"{name:<10}", "label"), (f"{value(one.value):>7}", "bright"), *rest)


def _words(method: str, drift: Drift) -> str:
    if method == "ks" and drift.ks_error is not None:
        return f"±{formatting.brief(drift.ks_error)} grid"
    return SHORT.get(method, ("", ""))[1]


def _fact(name: str, value: str, words: str) -> Line:
    return ((f"{name:<12}", "label"), (f"{value:>7}", "bright"), (f"  {words}", "dim"))


def _quality_rows(quality: Quality | None) -> list[Ranked]:
    if quality is None:
        return []
    found = [
        ("missing", quality.missing_rate, quality.missing_interval),
        ("invalid", quality.invalid_rate, quality.invalid_interval),
        ("unseen", quality.unseen_rate, quality.unseen_interval),
        ("off range", quality.out_of_range_rate, quality.out_of_range_interval),
    ]
    return [
        (1 if name == "missing" else 2 if rate else 8, _fact(name, formatting.percent(rate), formatting.between(interval)))
        for name, rate, interval in found
        if rate is not None
    ]


def _last(drift: Drift) -> str:
    span = drift.trend_step * len(drift.trend)
    return "the last hour" if span in (0, 3_600) else f"the last {formatting.span(span)}"


def trend(drift: Drift, model: Model, chars: Charset) -> Picture:
    """Return the value over time with its limits."""
    limits = [(value, role) for value, role in ((drift.warning, "limit"), (drift.critical, "limit2")) if value is not None]
    end, step = drift.trend_end or model.window_end or model.last or 0.0, drift.trend_step
    chart = Chart((Curve(drift.trend, "middle", "*"),), end - step * max(0, len(drift.trend) - 1), step, tuple(limits), formatting.effect)
    name = NAMES.get(drift.method, drift.method).split(" ")[0]
    words = "  ".join(
        f"{word} {formatting.limit(v)}" for word, v in (("warning", drift.warning), ("critical", drift.critical)) if v is not None
    )
    return Picture(text(f"{name} over {_last(drift)}", "title"), lambda w, h: draw_chart(chart, (w, h), chars), text(words, "dim"))
