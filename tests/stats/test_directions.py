"""Sums are enough for the reconstruction error: against raw rows, scikit-learn, and the exact one of `analyze`."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimon.stats import Axes, Joint, joints, no_rows
from tuimon.stats.directions import FEW_WINDOWS, directions, margin
from tuimon.stats.exact import fit, moments

Floats = npt.NDArray[np.float64]
Draw = tuple[Floats, Floats]


def axes_of(rows: Floats) -> Axes:
    """Axes near the data, not at its mean."""
    return Axes(tuple(f"c{place}" for place in range(rows.shape[1])), np.nanmedian(rows, axis=0), np.nanstd(rows, axis=0) + 0.1)


def sums(rows: Floats, axes: Axes) -> Joint:
    """The joint sums of rows float64[n, d], NaN where missing."""
    gone = np.isnan(rows.T)
    values = np.where(gone, 0.0, (rows.T - axes.loc[:, None]) / axes.scale[:, None])
    return joints(values, gone, [0, len(rows)])[0]


def drawn(rng: np.random.Generator, rows: int, kind: str = "normal") -> Floats:
    """Six columns of two common causes, far from zero and of different size."""
    causes = rng.standard_t(3, (rows, 2)) if kind == "heavy" else rng.normal(size=(rows, 2))
    own = rng.standard_t(3, (rows, 6)) if kind == "heavy" else rng.normal(size=(rows, 6))
    mixing = np.random.default_rng(1).normal(size=(2, 6))
    return np.asarray((causes @ mixing + 0.6 * own) * 10.0 ** np.arange(-2, 4) + 1e5)


def raw_errors(baseline: Floats, window: Floats) -> Floats:
    """Each row's distance by scikit-learn, as NannyML does it; what is missing becomes the baseline's mean."""
    decomposition = pytest.importorskip("sklearn.decomposition")
    mean = np.nanmean(baseline, axis=0)
    full, now = (np.where(np.isnan(rows), mean, rows) for rows in (baseline, window))
    centre, deviation = full.mean(axis=0), full.std(axis=0)
    pca = decomposition.PCA(n_components=0.65, svd_solver="full").fit((full - centre) / deviation)
    standard = (now - centre) / deviation
    return np.asarray(np.linalg.norm(standard - pca.inverse_transform(pca.transform(standard)), axis=1))


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["normal", "heavy"]), st.sampled_from([0.0, 0.1]))
def test_the_error_is_the_root_mean_square_of_the_rows_distances(seed: int, kind: str, gaps: float) -> None:
    rng = np.random.default_rng(seed)
    baseline, window = drawn(rng, 900, kind), drawn(rng, 200, kind) + rng.normal(size=6)
    for rows in (baseline, window):
        rows[rng.random(rows.shape) < gaps * rng.random(6)] = np.nan
        rows[:3, :2] = np.nan if gaps else 1e5
    axes = axes_of(baseline)
    found = directions(sums(baseline, axes), axes)
    assert found is not None
    errors = raw_errors(baseline, window)
    assert found.error(sums(window, axes), axes) == pytest.approx(math.sqrt(np.mean(errors**2)), rel=1e-6)
    assert found.expected == pytest.approx(math.sqrt(np.mean(raw_errors(baseline, baseline) ** 2)), rel=1e-6)


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 299), max_size=8, unique=True), st.sampled_from([0.0, 0.3]))
def test_any_split_of_rows_gives_the_same_sums(seed: int, cuts: list[int], gaps: float) -> None:
    rng = np.random.default_rng(seed)
    rows = drawn(rng, 300)
    rows[rng.random(rows.shape) < gaps] = np.nan
    axes = axes_of(rows)
    whole, total = sums(rows, axes), no_rows(0)
    for part in np.split(rows, sorted(cuts)):
        total = total + sums(part, axes)
    assert total.n == whole.n
    for name in ("sums", "products", "beside", "missing"):
        one, other = getattr(total, name), getattr(whole, name)
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9 * max(1.0, np.abs(other).max()))


def test_a_column_that_some_rows_do_not_have_is_missing_there() -> None:
    rng = np.random.default_rng(4)
    rows = drawn(rng, 400)
    rows[:150, 4:] = np.nan
    axes = axes_of(rows)
    narrow = Axes(axes.names[:4], axes.loc[:4], axes.scale[:4])
    total, whole = sums(rows[:150, :4], narrow) + sums(rows[150:], axes), sums(rows, axes)
    for name in ("n", "sums", "products", "beside", "missing"):
        np.testing.assert_allclose(getattr(total, name), getattr(whole, name), rtol=1e-9, atol=1e-9)


def test_windows_on_other_axes_compare() -> None:
    rng = np.random.default_rng(5)
    baseline, window = drawn(rng, 2_000), drawn(rng, 500)
    axes = axes_of(baseline)
    found = directions(sums(baseline, axes), axes)
    order = [3, 0, 5, 2, 1, 4]
    others = Axes(tuple(axes.names[place] for place in order), (axes.loc + 3 * axes.scale)[order], (axes.scale * 7)[order])
    assert found is not None
    assert found.error(sums(window[:, order], others), others) == pytest.approx(found.error(sums(window, axes), axes), rel=1e-8)


@pytest.mark.parametrize(("kind", "low", "high"), [("normal", 1.02, 1.20), ("heavy", 1.05, 1.8)])
def test_it_lies_over_the_mean_distance_of_analyze_by_what_is_documented(kind: str, low: float, high: float) -> None:
    rng = np.random.default_rng(6)
    baseline, window = drawn(rng, 5_000, kind), drawn(rng, 2_000, kind)
    axes = axes_of(baseline)
    found, exact = directions(sums(baseline, axes), axes), fit(moments(baseline, baseline.mean(axis=0)))
    assert found is not None
    assert exact is not None
    ratio = found.error(sums(window, axes), axes) / exact.errors(window).mean()
    assert low < ratio < high


def test_a_constant_far_from_zero_is_no_direction() -> None:
    rng = np.random.default_rng(7)
    rows = np.column_stack((drawn(rng, 500), np.full(500, 1e9 + 0.1)))
    axes = axes_of(rows)
    found, without = directions(sums(rows, axes), axes), directions(sums(rows[:, :6], axes_of(rows[:, :6])), axes_of(rows[:, :6]))
    assert found is not None
    assert without is not None
    assert found.expected == pytest.approx(without.expected, rel=1e-9)


@pytest.mark.parametrize("columns", [0, 1, 2])
def test_nothing_is_said_where_all_directions_are_kept(columns: int) -> None:
    rows = np.random.default_rng(8).normal(size=(300, columns))
    axes = axes_of(rows)
    assert directions(sums(rows, axes), axes) is None


def test_chance_alone_passes_the_margin_seldom() -> None:
    """Of windows of normal rows by chance: no narrower than three deviations, and not much wider."""
    rng = np.random.default_rng(9)
    baseline = drawn(rng, 20_000)
    axes = axes_of(baseline)
    found = directions(sums(baseline, axes), axes)
    assert found is not None
    errors = np.array([found.error(sums(drawn(rng, 300), axes), axes) for _ in range(600)])
    assert errors.std() == pytest.approx(found.deviation_by_chance(300), rel=0.12)
    assert errors.mean() == pytest.approx(found.expected, rel=0.01)
    off = margin(errors[:60], found.deviation_by_chance(300))
    assert off is not None
    assert 3 <= off / errors.std() < 4.5
    assert np.mean(np.abs(errors[60:] - found.expected) > off) < 0.01
    assert margin(errors[: FEW_WINDOWS - 1], 0.1) is None


def test_trouble_in_the_past_does_not_widen_the_margin_much() -> None:
    errors = np.random.default_rng(10).normal(1.0, 0.01, 60)
    calm = margin(errors, 0.0)
    errors[40:] += 0.5
    troubled = margin(errors, 0.0)
    assert calm is not None
    assert troubled is not None
    assert troubled < 3 * calm
