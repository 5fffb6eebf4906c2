"""The reconstruction error against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from tuimon.stats.exact import fit, moments
from tuimon.stats.exact.sample import Floats


def rows(count: int, seed: int) -> Floats:
    """Six columns of which some move together, on very different scales."""
    generator = np.random.default_rng(seed)
    base = generator.normal(size=(count, 3))
    mixed = np.column_stack(
        [base, base[:, :2] @ [1.0, -0.5], base[:, 1] + 0.3 * generator.normal(size=count), generator.normal(size=count)]
    )
    return np.asarray(mixed * [1, 1e-3, 1e4, 10, 1, 0.1] + [0, 5, 1e6, 0, -3, 0])


def sklearns(reference: Floats, chunk: Floats) -> Floats:
    scaler = StandardScaler().fit(reference)
    pca = PCA(n_components=0.65).fit(scaler.transform(reference))
    standard = scaler.transform(chunk)
    return np.asarray(np.linalg.norm(standard - pca.inverse_transform(pca.transform(standard)), axis=1))


@pytest.mark.parametrize("seed", range(4))
def test_errors_are_sklearns(seed: int) -> None:
    reference, chunk = rows(2_000, seed), rows(300, seed + 100) + np.array([0, 0, 3e4, 0, 0, 0.2])
    parts = [moments(part, reference[0]) for part in np.array_split(reference, 7)]
    fitted = fit(sum(parts[1:], parts[0]))
    assert fitted is not None
    np.testing.assert_allclose(fitted.errors(chunk), sklearns(reference, chunk), rtol=1e-6, atol=1e-9)


def test_a_part_taken_out_is_as_if_it_had_never_been_there() -> None:
    reference, chunk = rows(1_000, 1), rows(50, 2)
    centre = reference.mean(axis=0)
    fitted = fit(moments(reference, centre) - moments(reference[:200], centre))
    assert fitted is not None
    np.testing.assert_allclose(fitted.errors(chunk), sklearns(reference[200:], chunk), rtol=1e-6, atol=1e-9)


def test_a_constant_column_neither_helps_nor_breaks() -> None:
    reference = np.column_stack([rows(500, 3), np.full(500, 7.0)])
    fitted = fit(moments(reference, reference.mean(axis=0)))
    assert fitted is not None
    np.testing.assert_allclose(fitted.errors(reference), sklearns(reference, reference), rtol=1e-6, atol=1e-9)


def test_without_variance_there_are_no_directions() -> None:
    assert fit(moments(np.ones((5, 2)), np.zeros(2))) is None
    assert fit(moments(np.ones((1, 2)), np.zeros(2))) is None
