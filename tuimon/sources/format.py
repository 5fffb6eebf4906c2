"""What a container tells the tailer: where its records end, and what it looks like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tuimon.values.chunk import Container

Sniff = Callable[[bytes, bytes], Container | None]
"""(first decompressed bytes, file name) -> container, or None for a file that is not (yet) ours."""


@dataclass(frozen=True)
class Format:
    """How one container is cut into whole records."""

    name: Container
    split: Callable[[memoryview, bool], int]
    """Bytes up to the end of the last whole record of the buffer; True when no more bytes will come, so that an unterminated
    last record counts."""
    header: bool = False
    """True when the first record is a header that later chunks need (CSV)."""
    units: Callable[[int], int | None] | None = None
    """Number of rows of the file behind a descriptor, None while it is not readable (Parquet); None for text."""
    count: Callable[[memoryview], int] | None = None
    """Number of lines, as the books count them, in a run of whole records; None counts newlines."""
