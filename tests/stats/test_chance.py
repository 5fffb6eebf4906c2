"""What chance alone gives is what simulation of chance gives."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stats.helpers import category, frame_of, numeric
from tuimon.stats import DriftMethod, Frame, FrameColumn

METHODS: tuple[DriftMethod, ...] = ("psi", "js", "hellinger", "tv", "linf", "chi2", "ks", "wasserstein", "wasserstein_normalised")
DRAWS = 3_000


def baselines() -> Frame:
    rng = np.random.default_rng(0)
    values = {
        "normal": rng.normal(size=50_000),
        "lognormal": rng.lognormal(0, 1, 50_000),
        "whole": rng.poisson(3, 50_000).astype(np.float64),
        "binary": (rng.random(50_000) < 0.3).astype(np.float64),
        "half zero": np.where(rng.random(50_000) < 0.4, 0, rng.exponential(size=50_000)),
    }
    columns = [(numeric(value, value)[0], np.zeros(0)) for value in values.values()]
    columns += [(category(rng.multinomial(50_000, share)), np.zeros(0)) for share in ([0.2] * 5, [0.7, 0.25, 0.05])]
    return frame_of(*columns)[0]


@pytest.fixture(scope="module")
def frame() -> Frame:
    return baselines()


@pytest.mark.parametrize("method", METHODS)
def test_mean_and_99th_percentile_of_small_windows(frame: Frame, method: DriftMethod) -> None:
    """The baseline counts as the truth here (m beyond all bounds), so that one frame serves all draws."""
    rng = np.random.default_rng(1)
    n = 500
    windows = np.zeros((DRAWS, frame.total))
    for column in range(len(frame.columns)):
        part = frame.layout.slice(column)
        windows[:, part] = rng.multinomial(n, frame.baseline[part] / frame.baseline[part].sum(), size=DRAWS)
    found = frame.values(method, windows)
    count = len(frame.columns)
    mean, p99 = frame.expected(method, np.full(count, n), np.full(count, 1e15))
    known = ~np.isnan(mean)
    assert known.tolist() == (~np.isnan(found[0])).tolist()
    assert mean[known] == pytest.approx(found.mean(axis=0)[known], rel=0.14 if method == "ks" else 0.05)
    assert p99[known] == pytest.approx(np.quantile(found, 0.99, axis=0)[known], rel=0.15)


def test_both_samples_count() -> None:
    """PSI of two samples of 400 and 600 rows: the mean over fresh baselines, deciles made from the truth."""
    rng = np.random.default_rng(2)
    share = np.full(10, 0.1)
    found, wanted = [], []
    for _ in range(600):
        frame = Frame([FrameColumn(None, np.arange(10, dtype=np.int32), rng.multinomial(600, share))])
        found.append(frame.compare(rng.multinomial(400, share)).psi[0])
        wanted.append(frame.expected("psi", [400], [600])[0][0])
    assert np.mean(found) == pytest.approx(np.mean(wanted), rel=0.06)
    assert np.mean(wanted) == pytest.approx(9 * (1 / 400 + 1 / 600))


def test_published_values_of_ten_equal_groups() -> None:
    """Mean PSI without drift of 100, 1,000 and 5,000 rows against 50,000; Kolmogorov's 99th percentile 1.628."""
    frame, _ = frame_of((category([5_000] * 10), np.zeros(10)), numeric(np.arange(50_000.0), np.arange(10.0)))
    for n, mean in ((100, 0.0902), (1_000, 0.0092), (5_000, 0.0020)):
        assert frame.expected("psi", [n, n], [50_000, 50_000])[0][0] == pytest.approx(mean, abs=5e-5)
    mean_, p99 = frame.expected("ks", [1_000, 1_000], [50_000, 50_000])
    root = np.sqrt(1 / 1_000 + 1 / 50_000)
    assert (mean_[1], p99[1]) == pytest.approx((0.869 * root, 1.628 * root), rel=1e-3)


def test_without_rows_or_choice_there_is_nothing_to_expect() -> None:
    frame, _ = frame_of((category([10]), [0]), (category([5, 5]), [0, 0]), (category([0, 0]), [0, 0]))
    for method in METHODS:
        mean, p99 = frame.expected(method, [100, 0, 100], [100, 100, 0])
        assert np.isnan(mean[1:]).all()
        assert np.isnan(p99[1:]).all()
        if method not in ("ks", "wasserstein", "wasserstein_normalised"):
            assert (mean[0], p99[0]) == (0, 0)
