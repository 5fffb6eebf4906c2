"""The loop of an analysis: the reference first, then one chunk of stored rows after the other."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

import numpy as np

from tuimon.config import Settings
from tuimon.monitor.analysis.blocks import Block, Key, of_page
from tuimon.monitor.analysis.chunks import Cut, chunks, usual_cut
from tuimon.monitor.analysis.judging import Judge
from tuimon.monitor.analysis.limits import Limits, chance_of
from tuimon.monitor.analysis.naming import labels_of
from tuimon.monitor.analysis.origin import origin_of, stored_span
from tuimon.monitor.analysis.performance import METRICS
from tuimon.monitor.analysis.reference import History, Reference, reference_of
from tuimon.monitor.analysis.request import AnalysisError, Request
from tuimon.monitor.analysis.results import ChunkResult, Header, Stored
from tuimon.monitor.columns import role_of
from tuimon.stats.exact import NAMES, Convention, convention_of
from tuimon.store import ColumnFacts, Store
from tuimon.values.text import rfc3339, safe_text

LEAST_SECONDS = 1.0
JUST = 1e-6
"""Seconds: the resolution of stored times."""


class Analysis:
    """One analysis of one model: `header` says what it is, `chunks` makes it. Memory holds the reference and one chunk."""

    def __init__(self, store: Store, settings: Settings, request: Request) -> None:
        """Read the reference and learn bounds from it. Raises AnalysisError and UnusableBaselineError."""
        self._store, self._settings = store, settings
        self._model = _model(store, request)
        self._convention = _convention(request, settings)
        self._methods = _methods(self._convention, request)
        columns = [column for column in store.columns(self._model) if column.role in ("feature", "prediction", "score")]
        self._facts = _chosen(columns, request)
        labels = labels_of(list(self._facts))
        self._span = _span(store, self._model, request)
        self._held = int(store.minutes(self._model, *self._span)[1].sum())
        self._cut = _cut(request, self._span[1] - self._span[0], self._held, settings.windows.min_rows)
        self._origin = origin_of(settings, store, request, self._model, self._read)
        reference = self._reference()
        chance = chance_of(settings.drift, self._chunk_seconds(), _series(labels))
        least = settings.windows.min_rows if self._convention.learning == "prediction" else 1
        limits = Limits(self._convention, reference.history if reference else History(), chance, least)
        self._judge = Judge(settings, self._model, self._convention, self._methods, labels, reference, limits)
        self.header = self._header(reference, tuple(labels.values()))

    def chunks(self) -> Iterator[ChunkResult]:
        """Yield the result of each chunk, oldest first; rows of the reference are left out."""
        for chunk in chunks(self._analysed(), self._cut):
            yield self._judge.judge(chunk)

    def _read(self, start: float, end: float) -> Iterator[Block]:
        own = [(key, facts) for key, facts in self._facts.items()]
        for page in self._store.pages(self._model, start, end, [facts.number for facts in self._facts.values()]):
            yield of_page(page, own)

    def _analysed(self) -> Iterator[Block]:
        for block in self._read(*self._span):
            left = block if self._origin is None else block.where(~self._origin.inside(block))
            if left.rows:
                yield left

    def _reference(self) -> Reference | None:
        if self._origin is None:
            return None
        found = reference_of(self._origin, list(self._facts), self._convention, self._methods, self._cut, self._usual_rows())
        if not found.rows:
            raise AnalysisError(f"the reference ({found.words}) has no rows: name another stretch with --reference FROM..TO")
        return found

    def _usual_rows(self) -> int:
        """How many rows a chunk has: as many as were asked for, or the median of the stretches of time."""
        if self._cut.rows:
            return self._cut.rows
        begins, held = self._store.minutes(self._model, *self._span)
        if not len(begins):
            return 1
        stretch = np.unique(begins // round((self._cut.seconds or 60.0) * 1e6), return_inverse=True)[1]
        return max(1, int(np.median(np.bincount(stretch, weights=held))))

    def _chunk_seconds(self) -> float:
        if self._cut.seconds:
            return self._cut.seconds
        return (self._span[1] - self._span[0]) * min(1.0, (self._cut.rows or 1) / max(self._held, 1))

    def _header(self, reference: Reference | None, columns: tuple[str, ...]) -> Header:
        stored = stored_span(self._store, self._model)
        return Header(
            model=safe_text(self._model),
            convention=self._convention.name,
            methods=self._methods,
            stored=Stored(*stored),
            start=max(self._span[0], stored[0]),
            end=min(self._span[1], stored[1]),
            chunk_seconds=self._cut.seconds,
            chunk_rows=self._cut.rows,
            reference=reference.words if reference else "none",
            reference_rows=reference.rows if reference else 0,
            reference_chunks=reference.history.chunks if reference else 0,
            columns=columns,
        )


def _series(columns: Iterable[Key]) -> int:
    """How many numbers of a chunk may alarm: drift, missing and unseen shares of each column, performance, reconstruction error."""
    return sum(3 if key.kind == "category" else 2 for key in columns) + len(METRICS) + 1


def _model(store: Store, request: Request) -> str:
    names = [facts.name for facts in store.models() if store.row_span(facts.name) is not None]
    if request.model is not None:
        if request.model in names:
            return request.model
        raise AnalysisError(f"no rows of a model '{safe_text(request.model)}' are stored{_nearest(request.model, names)}")
    if len(names) == 1:
        return names[0]
    if not names:
        raise AnalysisError("no rows are stored: read the logs with `tuimon ingest` first, with [store] keep_rows above 0")
    shown = ", ".join(safe_text(name) for name in names[:10])
    raise AnalysisError(f"{len(names)} models have stored rows: name one with --model ({shown}{', …' if len(names) > 10 else ''})")


def _convention(request: Request, settings: Settings) -> Convention:
    if request.convention not in NAMES:
        raise AnalysisError(f"--convention {safe_text(request.convention)}: choose one of {', '.join(NAMES)}")
    return convention_of(request.convention, settings.drift.bins)


def _methods(convention: Convention, request: Request) -> tuple[str, ...]:
    known = tuple(dict.fromkeys((*convention.numeric, *convention.category)))
    for name in request.methods:
        if name not in known:
            raise AnalysisError(f"--methods {safe_text(name)}: the convention {convention.name} has {', '.join(known)}")
    return request.methods or known


def _chosen(columns: Sequence[ColumnFacts], request: Request) -> dict[Key, ColumnFacts]:
    by_key = {Key(role_of(column), column.name, column.kind): column for column in columns}
    if not request.columns:
        return by_key
    for pattern in request.columns:
        if not any(_fits(pattern, key.name) for key in by_key):
            raise AnalysisError(f"--columns {safe_text(pattern)}: there is no such column{_nearest(pattern, [key.name for key in by_key])}")
    return {key: column for key, column in by_key.items() if any(_fits(pattern, key.name) for pattern in request.columns)}


def _fits(pattern: str, name: str) -> bool:
    return pattern == name or fnmatchcase(name, pattern)


def _nearest(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f"; did you mean '{safe_text(near[0])}'?" if near else ""


def _span(store: Store, model: str, request: Request) -> tuple[float, float]:
    """The stretch to analyse, in seconds, its end not included."""
    stored = stored_span(store, model)
    start = stored[0] if request.start is None else request.start
    end = stored[1] + JUST if request.end is None else request.end
    if start >= end or start > stored[1] or end <= stored[0]:
        raise AnalysisError(
            f"no stored rows lie in that range: those of {safe_text(model)} go from {rfc3339(stored[0])} to {rfc3339(stored[1])}"
        )
    return start, end


def _cut(request: Request, seconds: float, rows: int, least: int) -> Cut:
    if request.chunk_rows is not None:
        if request.chunk_rows < 1:
            raise AnalysisError("--chunk-rows must be at least 1")
        return Cut(rows=request.chunk_rows)
    if request.chunk_seconds is None:
        return usual_cut(seconds, rows, least)
    if request.chunk_seconds < LEAST_SECONDS:
        raise AnalysisError("--chunk must be at least 1s")
    return Cut(request.chunk_seconds)
