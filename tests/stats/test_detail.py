"""The detail of a column adds up to what the panel shows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stats.helpers import category, frame_of, numeric
from tuimon.stats import DriftMethod, group_table, shape

PARTS: dict[DriftMethod, int] = {"psi": 1, "js": 2, "hellinger": 2, "chi2": 2, "wasserstein": 1, "wasserstein_normalised": 1}
values = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50)


@pytest.mark.parametrize("method", ["psi", "js", "hellinger", "chi2", "wasserstein", "wasserstein_normalised", "linf", "ks"])
def test_contributions_add_up_to_the_value(method: DriftMethod) -> None:
    rng = np.random.default_rng(0)
    frame, window = frame_of(
        (category([50, 30, 20, 0]), [5, 3, 1, 4]),
        numeric(rng.normal(size=3_000), rng.normal(1, 1, 500)),
        numeric(rng.poisson(2, 3_000).astype(np.float64), rng.poisson(1, 500).astype(np.float64)),
    )
    value = frame.values(method, window)
    for column in range(3):
        parts = group_table(frame, column, window, method).contribution
        total = parts.max() if method in ("linf", "ks") else parts.sum() ** (1 / PARTS[method])
        assert total == pytest.approx(value[column], nan_ok=True)


@settings(max_examples=80, deadline=None)
@given(values, values)
def test_ranges_follow_one_another_and_hold_their_rows(before: list[float], now: list[float]) -> None:
    frame, window = frame_of(numeric(np.array(before), np.array(now)), (category([1]), [1]))
    table = group_table(frame, 0, window)
    assert table.lower[0] == -np.inf
    assert table.upper[-1] == np.inf
    assert np.array_equal(table.lower[1:], table.upper[:-1])
    for side, shares in ((before, table.baseline), (now, table.window)):
        inside = [np.mean((np.array(side) >= low) & (np.array(side) < high)) for low, high in zip(table.lower, table.upper, strict=True)]
        assert shares == pytest.approx(inside)


def test_category_groups_name_their_bins() -> None:
    frame, window = frame_of((category([50, 0, 30]), [1, 2, 3]))
    table = group_table(frame, 0, window)
    assert [bins.tolist() for bins in table.bins] == [[0], [2], [1]]
    assert table.baseline == pytest.approx([50 / 80, 30 / 80, 0])
    assert table.window == pytest.approx([1 / 6, 3 / 6, 2 / 6])
    assert np.isnan(table.lower).all()
    assert shape(frame, 0, window) is None


@settings(max_examples=120, deadline=None)
@given(values, values, st.integers(1, 60))
def test_a_shape_is_readable_whatever_the_values(before: list[float], now: list[float], bars: int) -> None:
    frame, window = frame_of(numeric(np.array(before), np.array(now)))
    drawn = shape(frame, 0, window, bars)
    assert drawn is not None
    assert drawn.edges.shape == (bars + 1,)
    assert np.isfinite(drawn.edges).all()
    assert np.all(np.diff(drawn.edges) > 0)
    for side in (drawn.baseline, drawn.window):
        assert side.shape == (bars,)
        assert np.all(side >= -1e-12)
        assert side.sum() == pytest.approx(1)


def test_a_shape_follows_the_rows_and_leaves_outliers_to_the_end_bars() -> None:
    rng = np.random.default_rng(1)
    before = np.append(rng.normal(size=20_000), [1e9, -1e9])
    now = rng.normal(1, 1, 5_000)
    frame, window = frame_of(numeric(before, now))
    drawn = shape(frame, 0, window)
    assert drawn is not None
    assert -3.2 < drawn.edges[0] < -2.3
    assert 3.3 < drawn.edges[-1] < 4.2
    for side, shares in ((before, drawn.baseline), (now, drawn.window)):
        inner = np.histogram(side, drawn.edges)[0][1:-1] / side.size
        assert shares[1:-1] == pytest.approx(inner, abs=0.006)


def test_a_shape_of_one_side_only() -> None:
    frame, window = frame_of(numeric(np.full(10, 3.0), np.array([3.0])))
    drawn = shape(frame, 0, np.zeros_like(window))
    assert drawn is not None
    assert drawn.baseline.sum() == pytest.approx(1)
    assert drawn.window.sum() == 0
    assert drawn.edges[0] < 3 < drawn.edges[-1]
