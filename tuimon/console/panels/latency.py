"""Latency of one model: percentiles over time, histogram, versions, facts."""

from __future__ import annotations

from tuimon.console import formatting
from tuimon.console.board import Board
from tuimon.console.charset import Charset
from tuimon.console.draw.chart import Chart, Curve, draw_chart
from tuimon.console.draw.columns import columns
from tuimon.console.draw.grid import Sort, head_line, row_line, widths
from tuimon.console.draw.heat import draw_heat
from tuimon.console.lines import EMPTY, Line, beside, text
from tuimon.console.panels.picture import Picture, lines_of, message
from tuimon.console.rows.latency import COLUMNS, latency_rows
from tuimon.values.snapshot import Latency, Model

Bins = tuple[tuple[float, float, int], ...]


def percentiles(board: Board, model: Model | None, chars: Charset) -> Picture:
    """Return p50, p95 and p99 a minute, with the thresholds that alerts know."""
    if model is None:
        return message("Latency", "no data yet")
    series = model.series
    curves = (Curve(series.p99, "high", "9"), Curve(series.p95, "middle", "5"), Curve(series.p50, "low", "0"))
    limits = board.limits(model, "latency_p95_ms")
    chart = Chart(curves, series.start, series.step, limits, formatting.bare_ms)
    mark = "⣀" if chars.braille else ""
    legend: Line = (
        (f"{mark or '0'} p50 {formatting.bare_ms(model.latency.p50)}  ", "low"),
        (f"{mark or '5'} p95 {formatting.bare_ms(model.latency.p95)}  ", "middle"),
        (f"{mark or '9'} p99 {formatting.bare_ms(model.latency.p99)}", "high"),
    )
    title = f"Latency ms · {model.model}" if board.many else "Latency ms"
    return Picture(text(title, "title"), lambda w, h: draw_chart(chart, (w, h), chars), legend)


def heat_map(board: Board, model: Model | None, chars: Charset) -> Picture:
    """Return how many rows took how long over time; limits of p95 colour the label of their line."""
    heat = model.series.heat if model is not None else None
    if model is None or heat is None:
        return message("Latency", "no latency in this time")
    series, limits = model.series, board.limits(model, "latency_p95_ms")
    end = series.start + series.step * len(heat.rows)
    title = f"Latency ms · {model.model}" if board.many else "Latency ms"
    legend: Line = (("few ", "dim"), (chars.heat, "middle"), (" many rows", "dim"))
    return Picture(text(title, "title"), lambda w, h: draw_heat(heat, (series.start, end), limits, (w, h), chars), legend)


def histogram(model: Model | None, chars: Charset) -> Picture:
    """Return the window's latency histogram: columns where it is high enough, else rows of one line."""
    if model is None or not any(n for _, _, n in model.latency_bins):
        return message("Histogram", "no latency in this window")
    bins = model.latency_bins
    total = sum(n for _, _, n in bins)

    def draw(width: int, height: int) -> list[Line]:
        each = max(1, min(6, width // len(bins)))
        shares = tuple(n / total for _, _, n in bins for _ in range(each))
        picture = columns(shares, (each * len(bins), height - 1), chars, "now")
        return [*picture, text(_edges(bins, each, width), "dim")]

    return Picture(
        text(f"Histogram · {model.window}", "title"), draw, text(f"{formatting.count(total)} row{'' if total == 1 else 's'}, ms", "dim")
    )


def _edges(bins: Bins, each: int, width: int) -> str:
    out = ""
    for i, (low, _, _) in enumerate(bins):
        words = formatting.bare_ms(low)
        at = i * each
        if at >= len(out) + (1 if out else 0) and at + len(words) <= width:
            out = out.ljust(at) + words
    return out


def versions(board: Board, chars: Charset) -> Picture:
    """Return the table by model and version as a picture."""
    rows = latency_rows(board, chars)

    def draw(width: int, height: int) -> list[Line]:
        sizes = widths(COLUMNS, width)
        head = head_line(COLUMNS, sizes, Sort(), chars)
        return [head, *(row_line(row, COLUMNS, sizes, False, chars) for row in rows[: height - 1])]

    return Picture(text("By model and version", "title"), draw)


def facts(model: Model) -> Picture:
    """Return the window's percentiles and each version beside them."""
    whole = _numbers("all versions", model.latency)
    parts = [_numbers(v.version, v.latency) for v in model.versions[:3]] if len(model.versions) > 1 else []

    def draw(width: int, height: int) -> list[Line]:
        lines: list[Line] = whole
        for at, part in enumerate(parts):
            if (at + 2) * 22 <= width:
                lines = beside(lines, part, 22 * (at + 1) - 2)
        return lines[:height]

    return Picture(text(f"Latency in {model.window}", "title"), draw)


def _numbers(name: str, latency: Latency) -> list[Line]:
    found = [
        ("p50", latency.p50),
        ("p90", latency.p90),
        ("p95", latency.p95),
        ("p99", latency.p99),
        ("max", latency.max),
        ("mean", latency.mean),
    ]
    rows: list[Line] = [((f"{n:<6}", "label"), (f"{formatting.milliseconds(v):>10}", "bright")) for n, v in found]
    return [text(name[:20], "accent"), *rows, (("rows  ", "label"), (f"{formatting.count(latency.rows):>10}", "bright"))]


def error_chart(board: Board, model: Model, chars: Charset) -> Picture:
    """Return the error rate a minute."""
    limits = board.limits(model, "error_rate")
    chart = Chart((Curve(model.series.error_rate, "high", "*"),), model.series.start, model.series.step, limits, formatting.percent)
    return Picture(text("Error rate", "title"), lambda w, h: draw_chart(chart, (w, h), chars))


def traffic_chart(model: Model, chars: Charset) -> Picture:
    """Return rows per second a minute."""
    chart = Chart((Curve(model.series.rows_per_second, "middle", "*"),), model.series.start, model.series.step, (), formatting.rate)
    said = formatting.sampled(model.sampling)
    return Picture(text("Rows per second", "title"), lambda w, h: draw_chart(chart, (w, h), chars), text(said, "text") if said else EMPTY)


def version_facts(model: Model) -> Picture:
    """Return traffic and errors of each version."""
    head: Line = ((f"{'version':<14}{'rows/s':>8}{'rows':>8}{'errors':>9}", "label"),)
    lines: list[Line] = [
        (
            (f"{v.version[:13]:<14}", "text"),
            (f"{formatting.records(v.rows_per_second, v.sampling):>8}{formatting.count(v.rows):>8}", "bright"),
            (f"{formatting.percent(v.error_rate):>9}", "bright"),
        )
        for v in model.versions
    ]
    return lines_of("By version", [head, *lines])
