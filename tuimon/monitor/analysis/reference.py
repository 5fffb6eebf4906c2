"""The reference as it is compared with: contents of its columns, what its own chunks vary by, and its main directions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np

from tuimon.monitor.analysis.blocks import Block, Key
from tuimon.monitor.analysis.chunks import Chunk, Cut, chunks
from tuimon.monitor.analysis.contents import Content, contents, whole
from tuimon.monitor.analysis.encoding import Encoder, encoder
from tuimon.monitor.analysis.origin import Origin
from tuimon.monitor.analysis.performance import METRICS, performance
from tuimon.stats.exact import Convention, Moments, Reconstruction, Values, fit, moments

MOST_CHUNKS = 50
"""Chunks that bounds are learned from at most, spread evenly over the reference."""
FEW_CHUNKS = 10
"""With fewer the reference is cut by rows instead, into this many."""

Measure = Callable[[Content, Content, Sequence[str]], Values]
"""(reference or a part of it, chunk, methods) -> values."""


@dataclass(frozen=True)
class Compared:
    """One column of the reference and how a chunk is measured against it."""

    key: Key
    content: Content
    measure: Measure

    def values(self, now: Content, methods: Sequence[str], left_out: Content | None = None) -> Values:
        """Return the values of a chunk against the reference, or against the reference without a part of it."""
        before = self.content if left_out is None else self.content.without(left_out)
        return self.measure(before, now, methods)


@dataclass(frozen=True)
class Directions:
    """The encoder and the main directions of the reference."""

    encoder: Encoder
    total: Moments
    fitted: Reconstruction

    def error(self, blocks: Sequence[Block], fitted: Reconstruction | None = None) -> float:
        """Return the mean distance of the rows from their reconstruction; NaN without rows."""
        found = [(fitted or self.fitted).errors(self.encoder.encode(block)) for block in blocks if block.rows]
        return float(np.concatenate(found).mean()) if found else float("nan")

    def without(self, blocks: Sequence[Block]) -> Reconstruction | None:
        """Return the directions of the reference without some of its rows."""
        return fit(reduce(lambda left, block: left - moments(self.encoder.encode(block), left.centre), blocks, self.total))


@dataclass
class History:
    """Values of the reference's own chunks: (name of the series, name of the number) -> (values, 1/n + 1/m of each)."""

    values: dict[tuple[object, str], list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    chunks: int = 0

    def add(self, series: object, name: str, value: float | None, inverse_rows: float) -> None:
        """Keep one value."""
        self.values[series, name].append((float("nan") if value is None else value, inverse_rows))


@dataclass(frozen=True)
class Reference:
    """Everything that chunks are compared with."""

    words: str
    rows: int
    columns: dict[Key, Compared]
    directions: Directions | None
    history: History


def reference_of(
    origin: Origin, keys: Sequence[Key], convention: Convention, methods: Sequence[str], cut: Cut, usual_rows: int
) -> Reference:
    """Return the reference of these columns: one pass for the columns, one for the directions, one over its chunks.

    `usual_rows` is how many rows a chunk of the analysis has, for references without times.
    """
    columns = _columns(origin, keys, convention)
    rows = max((one.content.rows for one in columns.values()), default=0)
    directions = _directions(origin, columns)
    history = History()
    if convention.learning != "none" and rows:
        held = _own_chunks(origin, convention, cut, usual_rows, rows)
        for chunk in held:
            _learn(history, chunk, columns, directions, convention, methods)
    return Reference(origin.words, rows, columns, directions, history)


def prepared(convention: Convention, blocks: Sequence[Block], keys: Sequence[Key]) -> list[Block]:
    """Return the rows that the convention compares."""
    return list(whole(blocks, keys)) if convention.whole_rows_only else list(blocks)


def _columns(origin: Origin, keys: Sequence[Key], convention: Convention) -> dict[Key, Compared]:
    found = {key: held for key, held in contents(origin.blocks(), keys).items() if held.n}
    if convention.whole_rows_only:
        found = {key: held for key, held in contents(whole(origin.blocks(), list(found)), list(found)).items() if held.n}
    return {key: Compared(key, held, _measure(key, convention, held)) for key, held in found.items()}


def _measure(key: Key, convention: Convention, held: Content) -> Measure:
    if key.kind == "numeric":
        numeric = convention.prepare_numeric(held.sample)
        return lambda before, now, methods: numeric(before.sample, now.sample, methods)
    category = convention.prepare_category(held.counts)
    return lambda before, now, methods: category(before.counts, now.counts, methods)


def _directions(origin: Origin, columns: dict[Key, Compared]) -> Directions | None:
    """None where every direction is kept, as with one feature: nothing could be reconstructed wrongly."""
    keys = [key for key in columns if key.role == "feature"]
    if not keys:
        return None
    made = encoder(keys, {key: columns[key].content for key in keys})
    total = Moments(0, made.fill, np.zeros(len(keys)), np.zeros((len(keys), len(keys))))
    for block in origin.blocks():
        if block.rows:
            total = total + moments(made.encode(block), made.fill)
    fitted = fit(total)
    return None if fitted is None or fitted.directions.shape[1] == len(keys) else Directions(made, total, fitted)


def _own_chunks(origin: Origin, convention: Convention, cut: Cut, usual_rows: int, rows: int) -> Iterator[Chunk]:
    """The chunks of the reference: cut as the analysis is where it has times, else by rows."""
    if convention.learning == "three_sigma":
        own = cut if cut.rows or origin.timed else Cut(rows=max(1, rows // FEW_CHUNKS))
        yield from chunks(origin.blocks(), own)
        return
    if origin.timed and cut.seconds:
        number = sum(1 for _ in chunks(origin.blocks(), cut))
        if number >= FEW_CHUNKS:
            yield from _spread(chunks(origin.blocks(), cut), number)
            return
    size = max(1, min(usual_rows, rows // FEW_CHUNKS), rows // MOST_CHUNKS)
    # The rows that are left over are no chunk: they would vary more than the others.
    yield from (chunk for chunk in chunks(origin.blocks(), Cut(rows=size)) if chunk.rows == size)


def _spread(all_chunks: Iterator[Chunk], number: int) -> Iterator[Chunk]:
    wanted = set(np.linspace(0, number - 1, min(number, MOST_CHUNKS)).round().astype(int).tolist())
    yield from (chunk for chunk in all_chunks if chunk.index in wanted)


def _learn(
    history: History,
    chunk: Chunk,
    columns: dict[Key, Compared],
    directions: Directions | None,
    convention: Convention,
    methods: Sequence[str],
) -> None:
    """Measure one chunk of the reference: against the rest of it, or by NannyML's rule against all of it."""
    alone = convention.learning == "prediction"
    history.chunks += 1
    blocks = prepared(convention, chunk.blocks, list(columns))
    held = contents(blocks, list(columns))
    for key, compared in columns.items():
        now = held[key]
        rest = compared.content.n - now.n if alone else compared.content.n
        inverse = 1 / now.n + 1 / rest if now.n and rest else float("nan")
        for name, value in compared.values(now, methods, now if alone else None).items():
            history.add(key, name, value, inverse)
        history.add(key, "missing_rate", now.missing / max(now.rows, 1), 1 / max(now.rows, 1))
    if directions is not None:
        fitted = directions.without(blocks) if alone else directions.fitted
        history.add("pca", "error", None if fitted is None else directions.error(blocks, fitted), 1 / max(chunk.rows, 1))
    scored = performance(chunk.blocks)
    if scored.labels:
        for name in METRICS:
            history.add("performance", name, getattr(scored, name), 1 / scored.labels)
