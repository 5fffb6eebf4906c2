"""Bounds learned from chunks: the formula against scipy, and how often quiet chunks pass them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import t

from tuimon.stats.exact import Growth, Prediction, convention_of, sample_of, three_sigma
from tuimon.stats.exact.bounds import Bounds


def test_the_prediction_bound_of_equal_chunks() -> None:
    values, inverse = np.array([1.0, 2.0, 4.0, 5.0]), np.full(4, 0.01)
    found = Prediction(values, inverse, "mean").bounds(0.01, 0.02, low=False, high=True)
    reach = t.ppf(0.98, 3) * values.std(ddof=1) * math.sqrt(1.25)
    assert found.low is None
    assert found.high == pytest.approx(3.0 + reach)
    both = Prediction(values, inverse, "mean").bounds(0.01, 0.02, low=True, high=True)
    assert (both.low, both.high) == pytest.approx(
        (3.0 - t.ppf(0.99, 3) / t.ppf(0.98, 3) * reach, 3.0 + t.ppf(0.99, 3) / t.ppf(0.98, 3) * reach)
    )


@pytest.mark.parametrize(("growth", "factor"), [("square", 4.0), ("root", 2.0)])
def test_a_bound_grows_for_fewer_rows_and_never_shrinks_for_more(growth: Growth, factor: float) -> None:
    learned = Prediction([1.0, 1.2, 0.9, 1.1], [0.01] * 4, growth)
    usual = learned.bounds(0.01, 0.01, low=False, high=True).high
    assert usual is not None
    assert learned.bounds(0.04, 0.01, low=False, high=True).high == pytest.approx(factor * usual)
    assert learned.bounds(0.001, 0.01, low=False, high=True).high == pytest.approx(usual)


def test_two_chunks_say_nothing() -> None:
    assert Prediction([1.0, 2.0, math.nan], [0.1] * 3, "root").bounds(0.1, 0.01, low=True, high=True) == Bounds()


def test_three_sigma_is_the_population_deviation_cut_at_the_ends() -> None:
    values = np.array([0.1, 0.2, 0.6])
    assert three_sigma(values).high == pytest.approx(values.mean() + 3 * values.std())
    assert three_sigma(values, 0.0, 1.0, both_sides=True) == Bounds(0.0, min(1.0, values.mean() + 3 * values.std()))
    assert three_sigma([math.nan]) == Bounds()


@pytest.mark.parametrize(("growth", "power", "unit"), [("square", 1 / 3, 0.01), ("root", 2 / 3, 0.1), ("path", 1 / 5, 0.1)])
def test_distances_are_bounded_on_the_scale_on_which_they_are_about_normal(growth: Growth, power: float, unit: float) -> None:
    values = np.array([0.02, 0.05, 0.03, 0.04, 0.08])
    scaled = (values / unit) ** power
    reach = t.ppf(0.999, 4) * scaled.std(ddof=1) * math.sqrt(1.2)
    found = Prediction(values, np.full(5, 0.01), growth).bounds(0.01, 0.001, low=False, high=True)
    assert found.high == pytest.approx(unit * (scaled.mean() + reach) ** (1 / power))


GROWTH: dict[str, Growth] = {"psi": "square", "js": "root", "ks": "path", "wasserstein": "path"}


def false_alarms(method: str, chance: float, learning: str, chunks: int = 20, fresh: int = 30, references: int = 40) -> float:
    """The share of quiet chunks over the bound, over many references of normal rows."""
    convention = convention_of("tuimon")
    growth = GROWTH[method]
    passed = 0
    for seed in range(references):
        generator = np.random.default_rng(seed)
        parts = [sample_of(generator.normal(size=300)) for _ in range(chunks)]
        whole = sample_of(np.concatenate([part.raw() for part in parts]))
        measure = convention.prepare_numeric(whole)
        if learning == "prediction":
            values = [measure(whole.without(part), part, (method,))[method] for part in parts]
            learned = Prediction(values, [1 / 300 + 1 / (whole.n - 300)] * chunks, growth)
            bounds = learned.bounds(1 / 300 + 1 / whole.n, chance, low=False, high=True)
        else:
            bounds = three_sigma([measure(whole, part, (method,))[method] for part in parts])
        now = [measure(whole, sample_of(generator.normal(size=300)), (method,))[method] for _ in range(fresh)]
        passed += sum(bounds.leaves(value) for value in now)
    return passed / (references * fresh)


@pytest.mark.parametrize("method", GROWTH)
def test_quiet_chunks_pass_the_prediction_bound_about_as_often_as_it_says(method: str) -> None:
    assert false_alarms(method, 0.05, "prediction") == pytest.approx(0.05, abs=0.03)
    assert false_alarms(method, 0.001, "prediction") <= 0.005


def test_three_sigma_of_chunks_inside_their_reference_alarms_more_often() -> None:
    assert false_alarms("js", 0.00135, "three_sigma", chunks=10) > false_alarms("js", 0.00135, "prediction", chunks=10) + 0.01
