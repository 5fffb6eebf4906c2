"""Rows as points: what the reconstruction error is computed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tuimon.monitor.analysis.blocks import Block, Key
from tuimon.monitor.analysis.contents import Content, Floats, floats, names_and_places


@dataclass(frozen=True)
class Encoder:
    """Numbers as they are, categories as their share in the reference (0 for unseen ones); what is missing becomes the mean, or the most
    frequent value (NannyML's rule)."""

    keys: tuple[Key, ...]
    fill: Floats
    shares: tuple[Mapping[str, float], ...]
    """By column; empty for numbers."""

    def encode(self, block: Block) -> Floats:
        """Return the rows as float64[rows, columns]."""
        rows = np.tile(self.fill, (block.rows, 1))
        for place, key in enumerate(self.keys):
            array = block.columns.get(key)
            if array is None:
                continue
            if key.kind == "numeric":
                values = floats(array)
                held = np.isfinite(values)
                rows[held, place] = values[held]
            else:
                names, places = names_and_places(array)
                known = np.array([self.shares[place].get(name, 0.0) for name in names], np.float64)
                rows[places >= 0, place] = known[places[places >= 0]]
        return rows


def encoder(keys: Sequence[Key], reference: Mapping[Key, Content]) -> Encoder:
    """Return the encoder of these columns, each of which has values in the reference."""
    fill: list[float] = []
    shares: list[Mapping[str, float]] = []
    for key in keys:
        held = reference[key]
        if key.kind == "numeric":
            fill.append(held.sample.mean())
            shares.append({})
        else:
            own = {name: count / held.n for name, count in held.counts.items()}
            fill.append(max(own.values()))
            shares.append(own)
    return Encoder(tuple(keys), np.array(fill, np.float64), tuple(shares))
