"""Bins of a category column: a dictionary of named values, then hashed buckets for all others."""

from __future__ import annotations

import zlib

DICTIONARY_SIZE = 256
"""Bins 0 to 255 are named values, given out by the store."""
BUCKETS = 64
"""Bins 256 to 319 hold every other value, by hash."""


def category_bucket(text: str) -> int:
    """Return the bin of a value that has no name of its own: 256 + crc32(UTF-8, lone surrogates kept) mod 64."""
    return DICTIONARY_SIZE + zlib.crc32(text.encode("utf-8", "surrogatepass")) % BUCKETS
