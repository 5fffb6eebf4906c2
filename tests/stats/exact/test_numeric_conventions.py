"""Each convention's numbers for numeric columns, against its rule written out on raw values with numpy and scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.spatial.distance import jensenshannon
from scipy.stats import ks_2samp, wasserstein_distance

from tests.stats.exact.samples import columns, normal
from tuimon.stats.exact import Facts, convention_of, sample_of
from tuimon.stats.exact.evidently import usual_method
from tuimon.stats.exact.own import group_edges, grouped
from tuimon.stats.exact.sample import Floats

PAIRS = {
    "shift": (normal(5_000, 1), normal(900, 2, 0.5)),
    "beyond": (normal(3_000, 3), normal(700, 4, 3.0, 4.0)),
    "few values": (np.random.default_rng(5).poisson(2, 4_000) * 1.0, np.random.default_rng(6).poisson(3, 800) * 1.0),
    "skewed": (np.random.default_rng(7).lognormal(0, 2, 6_000), np.random.default_rng(8).lognormal(0.2, 2, 1_000)),
    "small": (normal(800, 9), normal(500, 10, 0.2)),
}


def values(convention: str, before: Floats, now: Floats) -> dict[str, float]:
    made = convention_of(convention)
    reference = sample_of(before)
    return made.prepare_numeric(reference)(reference, sample_of(now), made.numeric)


@pytest.fixture(params=PAIRS)
def pair(request: pytest.FixtureRequest) -> tuple[Floats, Floats]:
    before, now = PAIRS[request.param]
    return np.asarray(before, np.float64), np.asarray(now, np.float64)


def test_nannyml(pair: tuple[Floats, Floats]) -> None:
    before, now = pair
    edges = np.histogram_bin_edges(before, bins="doane")
    p, q = (np.histogram(side, edges)[0] / side.size for side in (before, now))
    p, q = np.append(p, 0.0), np.append(q, 1 - q.sum())
    found = values("nannyml", before, now)
    assert found["js"] == pytest.approx(jensenshannon(p, q, base=2), abs=1e-9)
    assert found["hellinger"] == pytest.approx(math.sqrt(np.sum((np.sqrt(p) - np.sqrt(np.maximum(q, 0))) ** 2) / 2), abs=1e-9)
    assert found["ks"] == pytest.approx(ks_2samp(before, now).statistic)
    assert found["wasserstein"] == pytest.approx(wasserstein_distance(before, now))


def test_nannyml_bins_a_long_reference() -> None:
    before, now = normal(20_000, 11), normal(2_000, 12, 0.4, 1.5)
    found, width = values("nannyml", before, now), np.ptp(before) / 10_000
    assert found["ks"] == pytest.approx(ks_2samp(before, now).statistic, abs=2e-3)
    assert found["wasserstein"] == pytest.approx(wasserstein_distance(before, now), abs=2 * width)


def test_nannyml_needs_no_more_memory_for_a_value_far_away() -> None:
    before = normal(20_000, 11)
    now = np.append(normal(999, 12), 1e12)
    assert values("nannyml", before, now)["wasserstein"] == pytest.approx(wasserstein_distance(before, now), rel=1e-3)


def filled(share: Floats) -> Floats:
    """Empty bins get 0.0001, or a millionth of the smallest share where that is no more."""
    least = share[share > 0].min()
    return np.where(share == 0, least / 1e6 if least <= 1e-4 else 1e-4, share)


def test_evidently(pair: tuple[Floats, Floats]) -> None:
    before, now = pair
    both = np.concatenate(pair)
    if np.unique(before).size > 20:
        edges = np.histogram_bin_edges(both, bins="sturges")
        p, q = (np.histogram(side, edges)[0] / side.size for side in (before, now))
    else:
        p, q = (np.array([(side == value).mean() for value in np.unique(both)]) for side in (before, now))
    found = values("evidently", before, now)
    assert found["js"] == pytest.approx(jensenshannon(p, q), abs=1e-9)
    assert found["psi"] == pytest.approx(np.sum((filled(p) - filled(q)) * np.log(filled(p) / filled(q))))
    assert found["wasserstein_normalised"] == pytest.approx(wasserstein_distance(before, now) / before.std())
    assert found["ks_p"] == pytest.approx(ks_2samp(before, now).pvalue, rel=0.01, abs=1e-300)


@pytest.mark.parametrize(
    ("facts", "method"),
    [
        (Facts(True, 1_000, 6), "ks"),
        (Facts(True, 1_000, 5), "chi2"),
        (Facts(True, 1_000, 2), "z"),
        (Facts(False, 1_000, 3), "chi2"),
        (Facts(False, 1_000, 2), "z"),
        (Facts(True, 1_001, 6), "wasserstein_normalised"),
        (Facts(True, 1_001, 5), "js"),
        (Facts(False, 1_001, 50), "js"),
    ],
)
def test_evidently_chooses_a_method_by_rows_and_values(facts: Facts, method: str) -> None:
    assert usual_method(facts) == method


def test_azure(pair: tuple[Floats, Floats]) -> None:
    before, now = pair
    both = np.concatenate(pair)
    bins = math.ceil(math.log2(min(before.size, now.size)) + 1)
    left, right = (np.histogram(side, bins, (both.min(), both.max()))[0] for side in (before, now))
    found = values("azure", before, now)
    assert found["js"] == pytest.approx(jensenshannon(left, right, base=2), abs=1e-9)
    p, q = (right + 1) / (now.size + bins), (left + 1) / (before.size + bins)
    assert found["psi"] == pytest.approx(np.sum((p - q) * np.log(p / q)))
    assert found["wasserstein_normalised"] == pytest.approx(wasserstein_distance(before, now) / before.std(ddof=1))


def test_azure_has_no_ks_test_for_many_rows() -> None:
    assert math.isnan(values("azure", normal(10_000, 1), normal(300, 2))["ks_p"])
    assert values("azure", normal(9_999, 1), normal(300, 2))["ks_p"] > 0


def test_vertex_spreads_rows_evenly_in_buckets_of_each_side() -> None:
    # Before: ten buckets of width 1 with one row each. Now: ten of width 2, one row each, half of which lies beyond.
    before, now = np.arange(10.0) * 10 / 9, np.arange(10.0) * 20 / 9
    p = np.array([0.1] * 10 + [0.0] * 5)
    q = np.array([0.05] * 10 + [0.1] * 5)
    assert values("vertex", before, now)["js"] == pytest.approx(jensenshannon(p, q, base=2) ** 2, abs=1e-9)


def test_vertex_keeps_nan_of_both_sides_apart() -> None:
    plain = np.arange(10.0)
    part = np.append(plain, np.full(10, np.nan))
    p, q = np.append(np.full(10, 0.05), [0.5, 0.0]), np.append(np.full(10, 0.05), [0.0, 0.5])
    assert values("vertex", part, part)["js"] == pytest.approx(jensenshannon(p, q, base=2) ** 2)


@pytest.mark.parametrize(("before", "now", "expected"), [([3.0], [3.0, 3.0], 0.0), ([3.0], [4.0], 1.0), ([3.0], [1.0, 5.0], 1.0)])
def test_vertex_of_columns_with_one_value(before: list[float], now: list[float], expected: float) -> None:
    assert values("vertex", np.array(before), np.array(now))["js"] == pytest.approx(expected)


def test_tuimon_on_deciles(pair: tuple[Floats, Floats]) -> None:
    before, now = pair
    edges = np.append(group_edges(sample_of(before), 10), np.inf)
    p, q = (np.histogram(side, edges[1:-1])[0] for side in (before, now))
    p, q = (np.concatenate(([np.sum(s < edges[1])], h, [0])) for s, h in ((before, p), (now, q)))
    p[-1], q[-1] = before.size - p.sum(), now.size - q.sum()
    # The last bin of a histogram has both ends: give the value at its upper edge back to the next one.
    p[-2:], q[-2:] = ([np.sum((s >= edges[-3]) & (s < edges[-2])), np.sum(s >= edges[-2])] for s in (before, now))
    found = values("tuimon", before, now)
    assert found["js"] == pytest.approx(jensenshannon(p, q, base=2), abs=1e-9)
    assert found["tv"] == pytest.approx(np.abs(p / before.size - q / now.size).sum() / 2)
    assert found["linf"] == pytest.approx(np.abs(p / before.size - q / now.size).max())
    assert found["ks"] == pytest.approx(ks_2samp(before, now).statistic)
    assert found["wasserstein_normalised"] == pytest.approx(wasserstein_distance(before, now) / before.std())


def test_groups_hold_a_tenth_each_of_a_plain_column() -> None:
    reference = sample_of(normal(5_000, 1))
    assert grouped(reference, group_edges(reference, 10)).tolist() == [500] * 10


def test_a_heavy_value_is_a_group_and_hides_nothing_beside_it() -> None:
    reference = sample_of(np.append(np.zeros(9_900), np.arange(1.0, 101.0)))
    edges = group_edges(reference, 10)
    counts = grouped(sample_of([-1.0, 0.0, 1e-300, 5.0]), edges)
    assert counts.size == edges.size == 3
    assert counts.tolist() == [1, 1, 2]


@settings(deadline=None, max_examples=100)
@given(columns, columns)
def test_groups_hold_every_value_once(before: Floats, now: Floats) -> None:
    edges = group_edges(sample_of(before), 10)
    counts = grouped(sample_of(now), edges)
    assert counts.sum() == now.size
    expected = np.bincount(np.searchsorted(edges, now, side="right") - 1, minlength=edges.size)
    np.testing.assert_array_equal(counts, expected)


@pytest.mark.parametrize("convention", ["tuimon", "nannyml", "evidently", "azure", "vertex"])
def test_nothing_has_changed_and_nothing_can_be_said(convention: str) -> None:
    same = normal(500, 1)
    found = values(convention, same, same)
    assert all(value == pytest.approx(1.0 if name.endswith("_p") else 0.0, abs=1e-9) for name, value in found.items())
    assert all(math.isnan(value) for value in values(convention, same, np.array([math.nan])).values())
