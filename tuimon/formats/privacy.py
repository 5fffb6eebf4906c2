"""Fields that never leave the decoder, and fields of which only a keyed hash does."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tuimon import config
from tuimon.formats.paths import Path, covers, flatten

SHOWN = 800
"""Bytes that can be the first 200 characters of a line."""
WITHHELD = "withheld: this source drops or hashes fields"


@dataclass(frozen=True)
class Privacy:
    """The `drop` and `hash` lists of a source, and the key of the hashes."""

    drop: tuple[str, ...]
    hash: tuple[str, ...]
    secret: bytes

    @classmethod
    def of(cls, source: config.Source, secret: bytes) -> Privacy:
        """Return what a source asks for."""
        return cls(source.drop, source.hash, secret)

    def dropped(self, path: Path, role: str = "") -> bool:
        """Return whether a field (a path, any last steps of it, an object that holds it, or its role) is dropped."""
        return bool(self.drop) and (role in self.drop or covers(self.drop, path))

    def hashed(self, path: Path, role: str = "") -> bool:
        """Return whether a field is stored as a keyed hash; `drop` wins."""
        return bool(self.hash) and (role in self.hash or covers(self.hash, path))

    def digest(self, values: pa.Array) -> pa.Array:
        """Return a string array's 64-bit keyed BLAKE2b hashes as 16 hex digits, NULL for NULL."""
        coded = values.dictionary_encode()
        hashes = [self._one(text) for text in coded.dictionary.to_pylist()]
        return pc.take(pa.array(hashes, pa.string()), coded.indices)

    def _one(self, text: str) -> str:
        return hashlib.blake2b(text.encode(), digest_size=8, key=self.secret[:64]).hexdigest()

    def text(self, line: bytes) -> str:
        """Return what a reject may show of a line: its first 200 characters, or that they are withheld."""
        if self.drop or self.hash:
            return WITHHELD
        return line[:SHOWN].decode("utf-8", "replace")[:200].rstrip("\r\n")

    def scrub(self, record: Mapping[str, Any]) -> dict[Path, Any]:
        """Return a record's values by path, dropped fields left out."""
        flat = dict(flatten(record))
        return {path: value for path, value in flat.items() if not self.dropped(path)} if self.drop else flat
