"""A flat layout reduces each column as if it stood alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimon.stats.layout import Layout

columns = st.lists(st.lists(st.integers(0, 1000), max_size=6), max_size=6)


@settings(max_examples=150, deadline=None)
@given(columns, st.integers(1, 3))
def test_reductions_are_those_of_the_columns(parts: list[list[int]], rows: int) -> None:
    layout = Layout([len(part) for part in parts])
    flat = np.tile(np.array([value for part in parts for value in part], dtype=np.float64), (rows, 1))
    assert layout.sum(flat).tolist() == [[sum(part) for part in parts]] * rows
    assert layout.max(flat).tolist() == [[max(part, default=0) for part in parts]] * rows
    assert layout.running(flat).tolist() == [[float(value) for part in parts for value in np.cumsum(part)]] * rows
    assert [flat[0, layout.slice(column)].tolist() for column in range(len(parts))] == parts
