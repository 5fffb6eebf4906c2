"""Decoders for the tests of this package."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.formats.reference import TEMPLATE
from tests.formats.support import NOW, SECRET, SOURCE, chunk_of
from tuimon.formats import Decoder, Engine


@pytest.fixture(scope="module")
def trained() -> Iterator[Callable[[], Decoder]]:
    """Makes decoders that have seen the template and nothing else."""
    engine = Engine()
    layout = Decoder(SOURCE, "jsonl", None, secret=SECRET, engine=engine).decode(chunk_of(TEMPLATE.encode()), NOW).layout
    yield lambda: Decoder(SOURCE, "jsonl", layout, secret=SECRET, engine=engine)
    engine.close()
