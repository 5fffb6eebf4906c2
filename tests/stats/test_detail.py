"""The detail of a column adds up to what the panel shows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stats.helpers import category, frame_of, numeric
from tuimon.stats import DriftMethod, group_ranges, group_table, shapes

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
    value, parts_of_all = frame.values(method, window), group_table(frame, window, method).contribution
    for column in range(3):
        parts = parts_of_all[frame.group_layout.slice(column)]
        total = parts.max() if method in ("linf", "ks") else parts.sum() ** (1 / PARTS[method])
        assert total == pytest.approx(value[column], nan_ok=True)


@settings(max_examples=80, deadline=None)
@given(values, values)
def test_ranges_follow_one_another_and_hold_their_rows(before: list[float], now: list[float]) -> None:
    frame, window = frame_of((category([1]), [1]), numeric(np.array(before), np.array(now)), (category([2]), [1]))
    table, groups = group_table(frame, window), frame.group_layout.slice(1)
    lower, upper = (side[groups] for side in group_ranges(frame))
    assert lower[0] == -np.inf
    assert upper[-1] == np.inf
    assert np.array_equal(lower[1:], upper[:-1])
    for side, shares in ((before, table.baseline), (now, table.window)):
        inside = [np.mean((np.array(side) >= low) & (np.array(side) < high)) for low, high in zip(lower, upper, strict=True)]
        assert shares[groups] == pytest.approx(inside)


def test_category_groups_name_their_bins() -> None:
    frame, window = frame_of((category([50, 0, 30]), [1, 2, 3]))
    table = group_table(frame, window)
    assert frame.bins_of_groups() == [[0], [2], [1]]
    assert table.baseline == pytest.approx([50 / 80, 30 / 80, 0])
    assert table.window == pytest.approx([1 / 6, 3 / 6, 2 / 6])
    assert np.isnan(group_ranges(frame)).all()
    assert np.isnan(shapes(frame, window).edges).all()


@settings(max_examples=120, deadline=None)
@given(values, values, st.integers(1, 60))
def test_a_shape_is_readable_whatever_the_values(before: list[float], now: list[float], bars: int) -> None:
    frame, window = frame_of(numeric(np.array(before), np.array(now)), numeric(np.array(now), np.array(before)))
    drawn = shapes(frame, window, bars)
    assert drawn.edges.shape == (2, bars + 1)
    assert np.isfinite(drawn.edges).all()
    assert np.all(np.diff(drawn.edges) > 0)
    for side in (drawn.baseline, drawn.window):
        assert side.shape == (2, bars)
        assert np.all(side >= -1e-12)
        assert side.sum(axis=1) == pytest.approx(1)


def test_a_shape_follows_the_rows_and_leaves_outliers_to_the_end_bars() -> None:
    rng = np.random.default_rng(1)
    before = np.append(rng.normal(size=20_000), [1e9, -1e9])
    now = rng.normal(1, 1, 5_000)
    frame, window = frame_of(numeric(before, now))
    drawn = shapes(frame, window)
    edges = drawn.edges[0]
    assert -3.2 < edges[0] < -2.3
    assert 3.3 < edges[-1] < 4.2
    for side, shares in ((before, drawn.baseline[0]), (now, drawn.window[0])):
        inner = np.histogram(side, edges)[0][1:-1] / side.size
        assert shares[1:-1] == pytest.approx(inner, abs=0.006)


def test_a_shape_of_one_side_only() -> None:
    frame, window = frame_of(numeric(np.full(10, 3.0), np.array([3.0])))
    drawn = shapes(frame, np.zeros_like(window))
    assert drawn.baseline[0].sum() == pytest.approx(1)
    assert drawn.window[0].sum() == 0
    assert drawn.edges[0, 0] < 3 < drawn.edges[0, -1]


def test_columns_without_rows_are_drawn_beside_others() -> None:
    frame, window = frame_of(
        numeric(np.array([1.0, 2.0]), np.array([1.0])), (category([1, 2]), [1, 0]), numeric(np.array([5.0]), np.array([6.0]))
    )
    alone, alone_window = frame_of(numeric(np.array([5.0]), np.array([6.0])))
    drawn, single = shapes(frame, window), shapes(alone, alone_window)
    assert np.isnan(drawn.edges[1]).all()
    for both, one in ((drawn.edges, single.edges), (drawn.baseline, single.baseline), (drawn.window, single.window)):
        assert np.array_equal(both[2], one[0])
