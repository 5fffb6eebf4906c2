"""The four tiles of the Overview: traffic, latency, errors, drift."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from tuimon.console import formatting
from tuimon.console.board import Board, Subject, drift_alerts
from tuimon.console.charset import Charset
from tuimon.console.draw.columns import columns
from tuimon.console.lines import EMPTY, Line, pieces, text
from tuimon.console.panels.picture import Picture
from tuimon.console.status import Status, glyph, of_alerts, of_drift, rank, worst
from tuimon.values.snapshot import Drift, Model, Sampling


def tiles(board: Board, chars: Charset) -> tuple[Picture, Picture, Picture, Picture]:
    """Return traffic, latency, errors and drift."""
    return traffic(board, chars), latency(board, chars), errors(board, chars), drift(board, chars)


def _tile(
    title: str, status: Status, parts: list[Line], series: tuple[float | None, ...], top: float | None, chars: Charset, whose: str = ""
) -> Picture:
    mark: Line = () if status in ("ok", "none") else ((glyph(status, chars).strip() + " ", status),)

    def draw(width: int, height: int) -> list[Line]:
        head = (*mark, *pieces(parts, width - len(mark) * 3))
        return [head, *columns(series, (width, height - 1), chars, top=top)] if height > 1 else [head]

    return Picture(text(title, "title"), draw, text(whose, "dim") if whose else EMPTY)


def traffic(board: Board, chars: Charset) -> Picture:
    """Return the rows per second of all models together."""
    models = board.snapshot.models
    known = [m.rows_per_second for m in models if m.rows_per_second is not None]
    series = _total([m.series.rows_per_second for m in models])
    values = [v for v in series if v is not None]
    sampled = any_sampled(models)
    parts: list[Line] = [((formatting.records(sum(known), sampled) if known else "-", "bright"), (" rows/s", "dim"))]
    if sampled is not None:
        kinds = {formatting.sampled(model.sampling) for model in models}
        parts.append(text(kinds.pop() if len(kinds) == 1 else "sampled", "text"))
    if values:
        parts.append((("max ", "dim"), (formatting.rate(max(values)), "text")))
        parts.append((("avg ", "dim"), (formatting.rate(sum(values) / len(values)), "text")))
    return _tile("Traffic", "ok", parts, series, None, chars)


def any_sampled(models: Iterable[Model]) -> Sampling | None:
    """Return the sampling of the model with the lowest rate, None where no log is a sample."""
    return min((model.sampling for model in models if model.sampling is not None), key=lambda one: one.lowest, default=None)


def _total(series: list[tuple[float | None, ...]]) -> tuple[float | None, ...]:
    backwards = zip_longest(*(reversed(s) for s in series))
    sums = [sum(known) if (known := [v for v in at if v is not None]) else None for at in backwards]
    return tuple(reversed(sums))


def latency(board: Board, chars: Charset) -> Picture:
    """Return p95 and p99 of the model whose latency is worst."""
    model = _worst(board, "latency")
    if model is None:
        return _tile("Latency ms", "none", [text("no data", "none")], (), None, chars)
    status = of_alerts(board.alerts(Subject("latency", model.model))) or "ok"
    look = status if status in ("critical", "warning") else "bright"
    parts: list[Line] = [
        (("p95 ", "dim"), (formatting.bare_ms(model.latency.p95), look)),
        (("p99 ", "dim"), (formatting.bare_ms(model.latency.p99), "text")),
        (("p50 ", "dim"), (formatting.bare_ms(model.latency.p50), "text")),
    ]
    return _tile("Latency ms", status, parts, model.series.p95, None, chars, model.model if board.many else "")


def errors(board: Board, chars: Charset) -> Picture:
    """Return the error rate over all models, with the worst model's series."""
    model = _worst(board, "errors")
    if model is None:
        return _tile("Errors", "none", [text("no data", "none")], (), None, chars)
    alerts = board.alerts(Subject("errors", model.model))
    status = of_alerts(alerts) or "ok"
    limit = board.limit(alerts, model, "error_rate")
    look = status if status in ("critical", "warning") else "bright"
    parts: list[Line] = [text(formatting.percent(model.error_rate), look)]
    if limit is not None:
        parts.append((("limit ", "dim"), (formatting.limit(limit * 100), "text")))
    values = [v for v in model.series.error_rate if v is not None]
    if values:
        parts.append((("max ", "dim"), (formatting.bare_percent(max(values)), "text")))
    top = max([limit or 0.01, *values])
    return _tile("Errors", status, parts, model.series.error_rate, top, chars, model.model if board.many else "")


def _worst(board: Board, kind: str) -> Model | None:
    subjects = {"latency": "latency", "errors": "errors"}
    models = [m for m in board.snapshot.models if (m.latency.rows if kind == "latency" else m.error_rate is not None)]
    if not models:
        return None
    if subjects[kind] == "latency":
        return min(models, key=lambda m: (rank(of_alerts(board.alerts(Subject("latency", m.model))) or "ok"), -(m.latency.p95 or 0.0)))
    return min(models, key=lambda m: (rank(of_alerts(board.alerts(Subject("errors", m.model))) or "ok"), -(m.error_rate or 0.0)))


def drift(board: Board, chars: Charset) -> Picture:
    """Return how many columns have drifted, with the trend of the worst one."""
    found = [(of_drift(d, drift_alerts(board, Subject("column", m.model, d.column))), d) for m in board.snapshot.models for d in m.drift]
    judged = [(status, d) for status, d in found if status != "none"]
    if not judged:
        words = "no columns" if not found else "no baseline" if all(d.verdict == "no_baseline" for _, d in found) else "too few rows"
        return _tile("Drift", "none", [text(words, "none")], (), None, chars)
    over = [d for status, d in judged if status in ("critical", "warning")]
    status = worst([status for status, _ in judged])
    top = max((d for s, d in judged if s == status), key=_over)
    shown: Status = status if status in ("critical", "warning", "pending", "watch") else "ok"
    look = status if status in ("critical", "warning") else "bright"
    parts: list[Line] = [
        ((f"{len(over)}", look), (f" of {len(judged)} drift", "dim")),
        ((f"{top.column} ", "dim"), (formatting.effect(top.value), "text")),
    ]
    values = [v for v in top.trend if v is not None]
    return _tile("Drift", shown, parts, top.trend, max([top.critical or top.warning or 0.0, *values]), chars)


def _over(d: Drift) -> float:
    return (d.value or 0.0) / (d.warning or 1.0)
