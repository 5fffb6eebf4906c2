"""What a line comes to does not depend on the lines around it: not on where chunks are cut, nor on what is decoded together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.strange import damaged, records
from tests.formats.support import NOW, by_line, checked, chunk_of
from tuimon.formats import Decoder, reader
from tuimon.values.batch import Batch
from tuimon.values.chunk import Books

LATE = ("late_a", "late_b")
LINES = st.lists(st.one_of(damaged(records()), records(LATE)), min_size=1, max_size=12)
KNOWN = {"prediction", "score", "n1", "n2", "c1", *LATE}
QUIET = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


def told(batches: Sequence[Batch]) -> Any:
    """Return everything that is stored of these batches, by line; a column that a line says nothing of may be there or not."""
    lines = {line: one for batch in batches for line, one in by_line(batch).items()}
    stored = {}
    for line, (model, base, values, invalid) in lines.items():
        said = {name: value for name, value in values.items() if value is not None and name in KNOWN}
        stored[line] = repr((model, base, sorted(said.items()), sorted(invalid & KNOWN)))
    rejects = [row for batch in batches for row in batch.rejects.to_pylist()]
    labels = [row for batch in batches for row in batch.labels.to_pylist()]
    return stored, rejects, labels, sum((batch.books for batch in batches), Books())


def in_pieces(decoder: Decoder, rows: list[bytes], cuts: Sequence[int]) -> list[Batch]:
    """Decode lines in chunks that begin at these rows."""
    batches, edges = [], sorted({0, *cuts, len(rows)})
    for low, high in pairwise(edges):
        start = sum(len(row) + 1 for row in rows[:low])
        data = b"".join(row + b"\n" for row in rows[low:high])
        batches.append(checked(decoder.decode(chunk_of(data, start=start, first_line=low + 1), NOW)))
    return batches


def same_in_pieces(make: Callable[[], Decoder], rows: list[bytes], cuts: Sequence[int]) -> None:
    """Assert that lines come to the same in one chunk, in chunks cut here, and each in one of its own."""
    whole = told(in_pieces(make(), rows, []))
    assert told(in_pieces(make(), rows, cuts)) == whole
    assert told(in_pieces(make(), rows, range(len(rows)))) == whole


@settings(QUIET, max_examples=12)
@given(rows=LINES, cuts=st.lists(st.integers(0, 12), max_size=3))
def test_it_does_not_matter_where_chunks_are_cut(trained: Callable[[], Decoder], rows: list[bytes], cuts: list[int]) -> None:
    same_in_pieces(trained, rows, [cut for cut in cuts if cut < len(rows)])


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@settings(QUIET, max_examples=500)
@given(rows=LINES, cuts=st.lists(st.integers(0, 12), max_size=3))
def test_hundreds_of_times_over(trained: Callable[[], Decoder], rows: list[bytes], cuts: list[int]) -> None:
    same_in_pieces(trained, rows, [cut for cut in cuts if cut < len(rows)])


FILES = {"files": st.lists(LINES, min_size=2, max_size=4), "cells": st.sampled_from([1 << 22, 100, 1])}


@settings(QUIET, max_examples=8)
@given(**FILES)
def test_files_decoded_together_come_to_what_each_does_alone(trained: Callable[[], Decoder], files: list[list[bytes]], cells: int) -> None:
    same_together(trained, files, cells)


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(QUIET, max_examples=100)
@given(**FILES)
def test_files_a_hundred_times_over(trained: Callable[[], Decoder], files: list[list[bytes]], cells: int) -> None:
    same_together(trained, files, cells)


def same_together(trained: Callable[[], Decoder], files: list[list[bytes]], cells: int) -> None:
    chunks = []
    for number, rows in enumerate(files):
        chunk = chunk_of(b"".join(row + b"\n" for row in rows))
        chunks.append(replace(chunk, generation=replace(chunk.generation, number=number)))
    with mock.patch.object(reader, "MOST_CELLS", cells):
        together = trained().decode_all(chunks, NOW)
    decoder = trained()
    for chunk, batch in zip(chunks, together, strict=True):
        assert told([checked(batch)]) == told([decoder.decode(chunk, NOW)])


@pytest.mark.parametrize("cells", [1, 40, 1 << 22])
def test_lines_read_in_stretches_come_to_the_same(trained: Callable[[], Decoder], cells: int) -> None:
    rows = [
        b'{"id":"a","model":"m%d","features":{"n1":%d,"k%d":1},"prediction":"yes","label":"no"}' % (at % 3, at, at % 7) if at % 5 else b"{}"
        for at in range(60)
    ]
    wanted = told(in_pieces(trained(), rows, []))
    with mock.patch.object(reader, "MOST_CELLS", cells):
        assert told(in_pieces(trained(), rows, [])) == wanted
