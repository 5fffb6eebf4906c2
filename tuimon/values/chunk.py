"""A range of one file generation that ends at a record boundary."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Container = Literal["jsonl", "csv", "parquet"]
Life = Literal["live", "rotated", "finished", "lost"]


@dataclass(frozen=True, slots=True)
class Books:
    """Counts of one generation: lines = record_lines + label_lines + skipped + rejected + blank."""

    lines: int = 0
    record_lines: int = 0
    label_lines: int = 0
    skipped: int = 0
    rejected: int = 0
    blank: int = 0
    rows: int = 0
    labels: int = 0
    future: int = 0
    late: int = 0

    def __add__(self, other: Books) -> Books:
        return Books(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def balanced(self) -> bool:
        return self.lines == self.record_lines + self.label_lines + self.skipped + self.rejected + self.blank


@dataclass(frozen=True, slots=True)
class Generation:
    """One life of one file: who it is by content, and how far it was read."""

    number: int
    """Given once by the tailer, never used again."""
    source: str
    family: str
    """Files of one family share one layout; "" for all files of a configured source."""
    path: bytes
    """Where it was last seen, as the file system spells it."""
    container: Container
    compression: Literal["", "gzip", "zstd"] = ""
    device: int = 0
    inode: int = 0
    position: int = 0
    """Decompressed bytes after the last consumed record; rows for Parquet."""
    head: bytes = b""
    """The first 1,024 consumed bytes at most; in every generation that the tailer hands out a keyed digest of them (`sources.sealing`),
    so that nothing of a log reaches the store this way."""
    tail: bytes = b""
    """The last 64 consumed bytes at most; handed out as a digest, like the head."""
    header: bytes = b""
    """The header line of a CSV file."""
    size: int = 0
    """Bytes on disk when last seen (compressed bytes for archives)."""
    modified: int = 0
    """Modification time when last seen, in nanoseconds."""
    newest: int = 0
    """The latest event time of its rows, microseconds since 1970; 0 before the first."""
    gap: int = 0
    """Bytes known to be destroyed before they were read."""
    life: Life = "live"
    books: Books = field(default_factory=Books)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes to decode, or rows of a held descriptor, and the generation as it will be once they are committed."""

    generation: Generation
    """The state once this chunk is committed: position, head, tail and header are those after `end`; its books and `newest` are
    not counted on: the store adds a batch's own."""
    start: int
    end: int
    first_line: int
    """Number of the first line of the chunk in its generation, from 1 (a CSV header is line 1)."""
    data: bytes | memoryview
    """Whole records from `start` to `end`; empty for Parquet."""
    descriptor: int = -1
    """The held descriptor, for Parquet only."""
    overlong: tuple[tuple[int, int], ...] = ()
    """(position, bytes) of lines over the line limit that were passed over inside [start, end); each is one reject."""
