"""The bad input: what it is called, how it is written, and how many lines there are to account for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.hostile import archives, many, records, tables
from benchmarks.hostile.good import GOOD


@dataclass(frozen=True)
class Case:
    """One piece of bad input, alone in its directory but for the good lines."""

    name: str
    write: Callable[[Path], int | None]
    """Fills an empty directory, and returns the lines to be accounted for, None where that depends on policy."""
    good: int = GOOD
    """Good lines in it."""
    descriptors: int = 1024
    """The most files that may be open."""


def cases(scale: int = 1) -> tuple[Case, ...]:
    """Return the corpus; a larger `scale` makes what counts by its number, not by its size, so many times smaller."""
    million, files, families = 1_000_000 // scale, 100_000 // scale, 3_000 // scale
    return (
        Case("a line of 100 MB", records.long_line),
        Case("a record with a string of 50 MB", records.long_string),
        Case("200 records of 1 MB", records.large_records),
        Case("a sparse file of 100 GB", records.sparse),
        Case("64 MB of NULs", records.nuls),
        Case("1 GB of one line as gzip", archives.gzip_line, 2 * GOOD),
        Case("1 GB of blanks as gzip", archives.gzip_blanks, 2 * GOOD),
        Case("1 GB of one line as zstd", archives.zstd_line, 2 * GOOD),
        Case("58 MB of blank lines", records.blank_lines),
        Case("10^5 keys in one line", records.wide),
        Case("10^5 keys over 1,000 lines", records.widening),
        Case("100,000 levels of objects and lists", records.deep),
        Case("numbers out of range", records.numbers),
        Case("10 M lines of {}", lambda place: records.repeated(place, b"{}\n", 10 * million)),
        Case("5 M lines of 1", lambda place: records.repeated(place, b"1\n", 5 * million)),
        Case("2 M lines of text", lambda place: records.repeated(place, b"not a record at all\n", 2 * million)),
        Case("200,000 models", lambda place: records.models(place, million // 5)),
        Case("10^5 versions", lambda place: records.versions(place, million // 10)),
        Case("10^6 values of a category", lambda place: records.values(place, million)),
        Case("10^6 labels without a record", lambda place: records.labels(place, million)),
        Case("10^5 rows in as many hours", lambda place: records.scattered(place, million // 10)),
        Case("a CSV of 10,000 columns", tables.wide_csv),
        Case("a CSV with an open quote before 100 MB", tables.open_quote),
        Case("a row group of 5 M rows", lambda place: tables.row_group(place, 5 * million)),
        Case("small files, 256 descriptors", lambda place: many.files(place, files), good=files, descriptors=256),
        Case("files of many families", lambda place: many.families(place, families), good=families),
        Case("1 GB of ordinary records", lambda place: records.ordinary(place, 23 * million // 10)),
    )
