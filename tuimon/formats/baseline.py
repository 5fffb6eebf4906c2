"""A whole file as records, for a baseline."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from tuimon import config
from tuimon.formats import layout as layouts
from tuimon.formats.containers import FORMATS, sniff
from tuimon.formats.decoder import LayoutError
from tuimon.formats.engine import Engine
from tuimon.formats.features import extend
from tuimon.formats.intake import take_in
from tuimon.formats.layout import Layout
from tuimon.formats.parquet import Rows, count_rows
from tuimon.formats.privacy import Privacy
from tuimon.formats.reader import Reader
from tuimon.formats.where import Where, laid_together
from tuimon.values.batch import Records
from tuimon.values.chunk import Chunk, Container, Generation

CHUNK = 16_000_000
ROWS = 16_384
_HEAD = 65_536
_FAR = 2**62
_NONE = np.zeros(1, np.int64)
"""One chunk of no generation, without a time of its own."""


def read_baseline(path: Path, source: config.Source, layout: str | None, secret: bytes) -> tuple[Records, ...]:
    """Return all records of a JSON lines, CSV or Parquet file (gzip allowed), times not needed.

    One entry for each model and stretch of file, in file order; the model is "" for lines that name none. The file is looked at on its
    own, since a training table seldom has the shape of the log; `layout`, the source's own as JSON text, gives features of the same name
    the same kind. Raises OSError when the file cannot be read, and LayoutError when it is no table of records.
    """
    unnamed = replace(source, name="", where=())
    known = layouts.decode(layout) if layout is not None else None
    privacy = Privacy.of(source, secret)
    engine, parquet = Engine(), Rows()
    reader = Reader(engine, unnamed, privacy)
    own: Layout | None = None
    found: list[Records] = []
    try:
        for chunk in _chunks(path):
            lines = take_in(engine, chunk.generation.container, chunk, privacy, parquet).lines
            if own is None and len(lines):
                own = _alike(extend(Layout(), lines.records(), unnamed, privacy), known, source.name)
            run, chunks, numbers = laid_together([lines])
            decoded = reader.decode(run, own, Where(chunks, numbers, _NONE, _NONE, _NONE, _FAR))
            own = decoded.layout
            found.extend(decoded.assembled.parts[0].records)
    finally:
        parquet.close()
        engine.close()
    if not found:
        raise LayoutError("no line of it is a record; give a file with the features of the model")
    return tuple(found)


def _alike(own: Layout, known: Layout | None, name: str) -> Layout:
    """Return the layout with each feature counted as the source counts the one of the same name."""
    if known is None:
        return own
    everywhere = {one.name: one.kind for features in known.models.values() for one in features}
    models = {}
    for model, features in own.models.items():
        kinds = {**everywhere, **{one.name: one.kind for one in known.features(model or name)}}
        models[model] = tuple(replace(one, kind=kinds.get(one.name, one.kind)) for one in features)
    return replace(own, models=models, prediction=known.prediction if "prediction" in known.roles else own.prediction)


def _chunks(path: Path) -> Iterator[Chunk]:
    """Yield a file in chunks of whole records."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        file = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
        head = file.read(_HEAD)
        container = sniff(head, os.fsencode(path.name))
        if container is None:
            raise LayoutError("neither JSON lines nor CSV with a header nor Parquet; convert it to one of these")
        if container == "parquet":
            yield from _rows(raw, packed)
        else:
            yield from _texts(head, file, container)


def _rows(file: BinaryIO, packed: bool) -> Iterator[Chunk]:
    rows = None if packed else count_rows(file.fileno())
    if rows is None:
        raise LayoutError("not a whole Parquet file; write it again, without gzip around it")
    for start in range(0, rows, ROWS):
        yield Chunk(Generation(0, "", "", b"", "parquet"), start, min(start + ROWS, rows), start + 1, b"", file.fileno())


def _texts(head: bytes, file: BinaryIO, container: Container) -> Iterator[Chunk]:
    form, rest, position, line, header = FORMATS[container], head, 0, 1, b""
    while True:
        piece = file.read(CHUNK)
        data = rest + piece
        with memoryview(data) as view:
            end = form.split(view, not piece)
            lines = form.count(view[:end]) if form.count else data.count(b"\n", 0, end)
        if form.header and not header and end:
            header = _first_record(data[:end], container)
        if end:
            yield Chunk(Generation(0, "", "", b"", container, header=header), position, position + end, line, data[:end])
        rest, position, line = data[end:], position + end, line + lines
        if not piece:
            return


def _first_record(data: bytes, container: Container) -> bytes:
    at = 0
    while (at := data.find(b"\n", at) + 1) > 0:
        if FORMATS[container].split(memoryview(data[:at]), False) == at:
            return data[:at]
    return data
