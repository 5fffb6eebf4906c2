"""Everything known at one moment, put together as one snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tuimon.config import Source
from tuimon.monitor.intake import Intake
from tuimon.monitor.panels import share_of
from tuimon.sources import FileState
from tuimon.store import Store
from tuimon.values.alert import Alert
from tuimon.values.chunk import Generation
from tuimon.values.snapshot import Engine, File, Ingest, Model, Snapshot, Status
from tuimon.values.text import safe_text

SHOWN_REJECTS = 50
SHOWN_EVENTS = 100
RANK = {"critical": 0, "warning": 1}


def snapshot(
    now: float,
    engine: Engine,
    store: Store,
    intake: Intake,
    models: Sequence[Model],
    alerts: Sequence[Alert],
    notices: Sequence[str],
    rates: Mapping[int, float],
    sources: Sequence[Source] = (),
) -> Snapshot:
    """Return the snapshot of this moment."""
    counted = totals(store, intake)
    sampled = {source.name: words for source in sources if (words := _sampled(source))}
    return Snapshot(
        at=now,
        status=status(models, alerts),
        engine=replace(engine, store_bytes=store.size_bytes(), backlog_bytes=counted.lag_bytes),
        ingest=counted,
        files=(*(_file(state, rates, sampled) for state in intake.files()), *(_lost(store, intake.files()) if counted.gaps else ())),
        rejects=store.rejects(SHOWN_REJECTS),
        models=worst_first(models, alerts),
        alerts=tuple(alerts),
        late=share_of(counted.late, counted.rows),
        future=share_of(counted.future, counted.rows),
        events=store.events(SHOWN_EVENTS),
        notices=tuple(notices),
    )


def totals(store: Store, intake: Intake) -> Ingest:
    """Return the books of all generations together, with what is still to be read."""
    return replace(store.totals(), files=intake.followed, lag_bytes=intake.lag_bytes())


def status(models: Sequence[Model], alerts: Sequence[Alert]) -> Status:
    """Return the worst severity that fires and is not silenced; unknown counts only if no model has data."""
    firing = {alert.severity for alert in alerts if alert.loud}
    if "critical" in firing:
        return "critical"
    if "warning" in firing:
        return "warning"
    return "ok" if any(model.window_state != "no_data" for model in models) else "unknown"


def worst_first(models: Sequence[Model], alerts: Sequence[Alert]) -> tuple[Model, ...]:
    """Return the models in the order of the screens."""
    return tuple(sorted(models, key=lambda model: (_worst(model, alerts), model.model)))


def _worst(model: Model, alerts: Sequence[Alert]) -> int:
    return min((RANK[alert.severity] for alert in alerts if alert.model == model.model and alert.loud), default=2)


def _lost(store: Store, listed: Sequence[FileState]) -> list[File]:
    """What is gone with bytes that nobody read stays on the list."""
    shown = {state.generation.number for state in listed if state.generation is not None}
    gone = [generation for generation in store.generations() if generation.gap and generation.number not in shown]
    return [_file(FileState(one.path, one.source, one, one.size, 0, True, ""), {}, {}) for one in gone]


def _sampled(source: Source) -> str:
    if source.fields.sample_rate is not None:
        return "sampled"
    return f"sampled {100 * source.sample_rate:.3g} %" if source.sample_rate < 1 else ""


def _file(state: FileState, rates: Mapping[int, float], sampled: Mapping[str, str]) -> File:
    """A file that is not read has no generation: only its name, its size and the reason are shown."""
    generation = state.generation
    known = generation or Generation(0, state.source, "", state.path, "jsonl")
    return File(
        path=safe_text(state.path),
        source=safe_text(state.source),
        container=known.container if generation else "",
        compression=known.compression,
        life=(known.life if generation else "ignored") if state.readable else "unreadable",
        size=state.size,
        position=known.position,
        lag_bytes=state.unread,
        lines=known.books.lines,
        rows=known.books.rows,
        rejected=known.books.rejected,
        gap=known.gap,
        rows_per_second=rates.get(known.number, 0.0),
        newest=known.newest / 1e6 if known.newest else None,
        note=safe_text(state.note),
        sampled=sampled.get(state.source, ""),
    )
